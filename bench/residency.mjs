// Eviction policies on cache traces, beside what libCacheSim measured on them, the PFOO-L bound, and npm peers in the same run.
// Usage: npm run bench:residency -- --data DIR [--policies worth,gdsf] [--json]
// DIR has the traces as NAME.csv.gz (ts,key,size[,cost]) and anchors.csv; what it has not is skipped aloud.
import { policyNamed, policyNames } from '../dist/residency/policies.js';
import { print } from './machine.mjs';
import { peers } from './residency/peers.mjs';
import { simulate } from './residency/simulate.mjs';
import { speeds } from './residency/speed.mjs';
import { anchorsOf, cacheTrace } from './residency/traces.mjs';

const sized = ['cloudphysics-io', 'adaptsize-cdn', 'tencent-ns3300', 'tencent-ns2706'];
const checked = { lru: 'lru', lfu: 'lfu', sieve: 'sieve', gdsf: 'gdsf', s3fifo: 's3-fifo' };
const flag = process.argv.indexOf('--policies');
const names = flag > 0 ? process.argv[flag + 1].split(',') : policyNames;

const misses = [];
const checks = [];
for (const name of [...sized, 'cache2k-web12']) {
  const trace = cacheTrace(name);
  if (!trace) continue;
  const anchors = anchorsOf(trace);
  for (const policy of names) {
    for (const { percent, bytes } of anchors.filter((anchor) => anchor.policy === 'lru')) {
      const { object, byte } = simulate(trace, policyNamed(policy), bytes);
      // Told to save bytes instead of loads: what a miss costs is its size.
      const saving = simulate({ ...trace, costs: trace.sizes }, policyNamed(policy), bytes).byte;
      misses.push({ trace: name, policy, percent, object, byte, saving });
      check(trace, anchors, policy, percent, { object, byte });
    }
  }
  for (const { policy, percent, object, byte } of anchors) {
    misses.push({ trace: name, policy: `${policy} (anchor)`, percent, object: +object, byte: +byte, saving: +byte });
  }
}

/**
 * libCacheSim's S3-FIFO takes in nothing as large as its small queue; a policy of ours ranks, and never turns away. So it is
 * checked with such a limit, and reported without.
 */
function check(trace, anchors, policy, percent, reported) {
  const anchor = anchors.find((row) => row.policy === checked[policy] && row.percent === percent);
  if (!anchor) return;
  const limit = Math.floor(anchor.bytes / 10) - 1;
  const { object, byte } =
    policy === 's3fifo' ? simulate(trace, policyNamed(policy), anchor.bytes, { largest: limit }) : reported;
  const equal = object.toFixed(4) === anchor.object && byte.toFixed(4) === anchor.byte;
  checks.push({ trace: trace.name, policy, percent, equal });
}

const costs = [];
const faas = cacheTrace('faas-azure-iluvatar');
if (faas) {
  for (const policy of names) {
    for (const { percent, bytes } of anchorsOf(faas).filter((anchor) => anchor.policy === 'lru')) {
      costs.push({ policy, percent, cost: simulate(faas, policyNamed(policy), bytes).cost });
      // Measured with all costs 1.
      const even = { ...faas, costs: new Float64Array(faas.length).fill(1) };
      check(even, anchorsOf(faas), policy, percent, simulate(even, policyNamed(policy), bytes));
    }
  }
}

const mean = (rows, field) => rows.reduce((sum, row) => sum + row[field], 0) / rows.length;
const percents = [1, 5, 10, 20];
const figures = (policy, traces, field) =>
  percents.map((percent) => {
    const rows = misses.filter((row) => row.policy === policy && row.percent === percent && traces.includes(row.trace));
    return rows.length === traces.length ? mean(rows, field).toFixed(4) : '–';
  });
const shown = [...new Set(misses.map(({ policy }) => policy))];
const table = (title, traces, field) => [
  '',
  `${title}, at 1/5/10/20 % of the footprint:`,
  ...shown.map((policy) => `${policy.padEnd(22)} ${figures(policy, traces, field).join(' ')}`),
];
const webPeers = peers(cacheTrace('cache2k-web12'));
const speed = speeds(names);
print('residency', 1, { misses, checks, costs, peers: webPeers, speed }, [
  ...table('Object miss ratio, mean of the sized traces', sized, 'object'),
  ...table('Byte miss ratio, mean of the sized traces, costs 1', sized, 'byte'),
  ...table('Byte miss ratio, mean of the sized traces, costs = bytes', sized, 'saving'),
  ...table('Miss ratio on cache2k-web12', ['cache2k-web12'], 'object'),
  '',
  `Equal to libCacheSim to four digits: ${checks.filter(({ equal }) => equal).length} of ${checks.length}`,
  ...checks.filter(({ equal }) => !equal).map((row) => `differs: ${row.trace} ${row.policy} ${row.percent} %`),
  '',
  'Share of all cost paid on faas-azure-iluvatar, at 20/30/40/50/60 %:',
  ...names.map((policy) => `${policy.padEnd(22)} ${shares(policy)}`),
  '',
  'Hit ratio by count, and demands a second as a multiple of those of lru-cache in this run:',
  ...webPeers.map(({ stream, name, capacity, hit, mops }) => {
    const base = webPeers.find((row) => row.stream === stream && row.capacity === capacity && row.name === 'lru-cache');
    const speed = base ? `${(mops / base.mops).toFixed(2)}x` : `${mops.toFixed(2)} million`;
    return `${stream} ${capacity} ${name} ${hit.toFixed(4)} ${speed}`;
  }),
  '',
  'Thousand demands a second with 100,000 components in memory, half of them misses:',
  ...speed.map(({ policy, kops }) => `${policy.padEnd(22)} ${kops.toFixed(0)}`),
]);

function shares(policy) {
  return costs
    .filter((row) => row.policy === policy)
    .map(({ cost }) => cost.toFixed(4))
    .join(' ');
}
