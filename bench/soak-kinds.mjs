// Loads and unloads real components of every kind, over and over, in one process, through Foreload itself: what is left?
// The 24 of examples/coding-agent (`npm ci` there first) and one of each kind from the tests. Bars: no program, port, timer, handle,
// descriptor or lease more at the end than after the first round; resident memory within 10 % of what it was then. Growth since
// round `--settle` (10) is told too, to tell an allocator that fills up once from what grows for ever (DECISIONS "Memory of
// workers"). What returns no memory, as its loader says, must stay charged to the budget while it is unloaded.
// Every second round, the first among them, loads ahead, when nobody waits yet, and so on fewer cores and programs from a process beside this one.
// `--apart` gives each component a process of its own, to find the one that grows.
// glibc's malloc keeps what workers have freed unless its thresholds are fixed when the host starts: `npm run soak:kinds` fixes
// them, as a host with workers should (DECISIONS "Memory of workers"); run the file itself for malloc as it is. Results say which it was.
// Usage: npm run soak:kinds [-- --rounds 200] [--settle 10] [--light] [--only id,id] [--apart] [--minutes 30] [--json]
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createForeload } from '../dist/index.js';
import { print, quantile } from './machine.mjs';
import { aliveByType, audit, beginCounting } from './soak/audit.mjs';
import { light, pool } from './soak/light.mjs';

if (process.platform !== 'linux' || typeof globalThis.gc !== 'function') {
  process.stderr.write('soak:kinds reads /proc, and needs: node --expose-gc\n');
  process.exit(2);
}
const { values: given } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    minutes: { type: 'string', default: 'Infinity' },
    settle: { type: 'string', default: '10' },
    light: { type: 'boolean', default: false },
    apart: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const rounds = Number(given.rounds);
const until = performance.now() + Number(given.minutes) * 60_000;
const mostGrowth = 0.1;
const size = 100e6;

const example = new URL('../examples/coding-agent/', import.meta.url);
const heavy = async () => {
  if (given.light) return [];
  if (existsSync(new URL('node_modules/webpack', example))) {
    return (await import(new URL('components.js', example).href)).components;
  }
  process.stderr.write('SKIPPED: the 24 of examples/coding-agent, whose packages are missing: run `npm ci` there\n');
  return [];
};

const database = await pool();
for (const signal of ['SIGINT', 'SIGTERM']) {
  // Programs end with this process; the database has no such guard.
  process.once(signal, () => void Promise.resolve(database?.stop()).finally(() => process.exit(130)));
}
if (!database) process.stderr.write('SKIPPED: postgres-pool, for PostgreSQL is not installed (Debian: postgresql)\n');
const only = given.only?.split(',');
const components = [...light, ...(database ? [database.component] : []), ...(await heavy())].filter(
  ({ id }) => !only || only.includes(id),
);
if (given.apart) {
  await database?.stop();
  process.exit(apart());
}

const took = new Map(components.map(({ id }) => [id, []]));

const foreload = createForeload({
  components: Object.fromEntries(components.map(({ id, loader }) => [id, { loader, size }])),
  budget: '20GB',
  pressure: false,
  warming: false,
  loadTimeoutMs: 180_000,
});
const leaked = [];
const failed = [];
foreload.events.on('lease-leaked', (notice) => leaked.push(notice));
foreload.events.on('unload-failed', (notice) => failed.push(notice));

/** Resolves when that has happened to a component. */
function happened(kind, id) {
  return new Promise((resolve) => {
    const heard = (notice) => {
      if (notice.component !== id) return;
      foreload.events.off(kind, heard);
      resolve();
    };
    foreload.events.on(kind, heard);
  });
}

/** Loads one, has it do something real, and unloads it. */
async function cycle({ id, use }, n) {
  const begin = performance.now();
  if (n % 2 === 0) {
    const loaded = happened('load-ended', id);
    foreload.schedulePreload(id, 'immediate');
    await loaded;
  }
  const lease = await foreload.acquire(id);
  took.get(id).push(performance.now() - begin);
  try {
    await use(lease.value, n);
  } finally {
    lease.release();
  }
  const unloaded = happened('unloaded', id);
  foreload.unload(id);
  await unloaded;
}

beginCounting();
let first = null;
let settled = null;
const settleAfter = Math.min(Number(given.settle), rounds);
let done = 0;
const history = [];
try {
  for (; done < rounds && performance.now() < until; done++) {
    for (const component of components) await cycle(component, done);
    if (done === 0 || done % 5 === 4 || done === settleAfter - 1 || done === rounds - 1) {
      const now = { round: done + 1, ...(await audit()) };
      history.push(now);
      first ??= now;
      if (done === settleAfter - 1) settled = now;
      if (!given.json) process.stderr.write(`round ${done + 1}: ${JSON.stringify(now)}\n`);
    }
  }
} catch (error) {
  await foreload.close();
  await database?.stop();
  throw error;
}
const last = { ...(await audit()), leases: foreload.status().components.reduce((sum, { leases }) => sum + leases, 0) };
const more = (key) => Math.max(0, last[key] - first[key]);
const left = {
  programs: more('programs'),
  ports: more('ports'),
  timers: more('timers'),
  handles: more('handles'),
  descriptors: more('descriptors'),
  leases: last.leases + leaked.length,
};
const growth = last.rss / first.rss - 1;
const since = settled ?? first;
const growthSettled = last.rss / since.rss - 1;
const growthAnon = last.anon / first.anon - 1;
const malloc = Object.entries(process.env).filter(([name]) => /^MALLOC_|^GLIBC_TUNABLES$/.test(name));
const keeping = components.filter(({ loader }) => loader.returnsMemory === false).map(({ id }) => id);
const { lostBytes } = foreload.status();
const charged = done === 0 || lostBytes >= keeping.length * size;
const clean = Object.values(left).every((count) => count === 0) && failed.length === 0;
await foreload.close();
await database?.stop();

const loads = Object.fromEntries([...took].map(([id, all]) => [id, Math.round(quantile(all, 0.5))]));
print(
  'soak-kinds',
  1,
  {
    components: components.length,
    rounds: done,
    left,
    failed,
    settle: since.round,
    growth,
    growthSettled,
    growthAnon,
    malloc: Object.fromEntries(malloc),
    keeping,
    lostBytes,
    first,
    last,
    history,
    loads,
  },
  [
    `${components.length} components of ${new Set(components.map(({ kind }) => kind)).size} kinds, ${done} rounds`,
    `left behind: ${Object.entries(left)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}; unloads that failed: ${failed.length}: ${clean ? 'met' : 'MISSED'}`,
    `resident memory: ${mb(first.rss)} MB after the first round, ${mb(last.rss)} MB at the end: ${(growth * 100).toFixed(1)} % more: ${
      growth <= mostGrowth ? 'met' : 'MISSED'
    } (since round ${since.round}, ${mb(since.rss)} MB: ${(growthSettled * 100).toFixed(1)} %)`,
    `of it, without pages of files: ${mb(first.anon)} -> ${mb(last.anon)} MB: ${(growthAnon * 100).toFixed(1)} %; V8's heap here: ${mb(first.heapTotal)} -> ${mb(last.heapTotal)} MB`,
    `malloc: ${malloc.map(([name, value]) => `${name}=${value}`).join(' ') || 'as it is'}`,
    `return no memory: ${keeping.join(', ') || 'none'}; charged while unloaded: ${mb(lostBytes)} MB: ${charged ? 'met' : 'MISSED'}`,
    ...(clean ? [] : [`alive: ${JSON.stringify(aliveByType())}`]),
    `median load, ms: ${Object.entries(loads)
      .map(([id, ms]) => `${id} ${ms}`)
      .join(', ')}`,
  ],
);
process.exitCode = clean && charged && growth <= mostGrowth ? 0 : 1;

/** The same for each component in a process of its own, and for as long as the time lasts. Returns how many missed a bar. */
function apart() {
  const asked = ['rounds', 'settle', 'minutes'].flatMap((name) => [`--${name}`, given[name]]);
  let missed = 0;
  for (const { id } of components) {
    const own = ['--expose-gc', fileURLToPath(import.meta.url), '--only', id, '--json', ...asked];
    const { stdout, stderr, status } = spawnSync(process.execPath, own, { encoding: 'utf8' });
    if (status !== 0) missed++;
    const told = stdout.trim().split('\n').at(-1);
    if (!told) {
      process.stdout.write(`${id}: ${stderr.trim().split('\n').at(-1)}\n`);
      continue;
    }
    const one = JSON.parse(told).results;
    const grown = (share) => `${(share * 100).toFixed(1)} %`;
    process.stdout.write(
      `${id}: ${one.rounds} rounds, ${mb(one.first.rss)} -> ${mb(one.last.rss)} MB: ${grown(one.growth)} since the first, ` +
        `${grown(one.growthSettled)} since round ${one.settle}; without files ${mb(one.first.anon)} -> ${mb(one.last.anon)}; left ${JSON.stringify(one.left)}: ${status === 0 ? 'met' : 'MISSED'}\n`,
    );
  }
  return missed;
}

function mb(bytes) {
  return (bytes / 1e6).toFixed(0);
}
