// Drives the engine through random schedules, with every invariant and promise verified after every event. Each schedule
// is a world of its own, drawn from a seed; the first that breaks something is made as short as can be and printed.
// Ctrl-C prints what was done so far.
// Usage: npm run soak [-- --events 1000000] [--seed 1] [--length 150] [--json]
import { parseArgs } from 'node:util';
import { machine } from './machine.mjs';
import { soak } from './soak/soak.mjs';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: '1' },
    length: { type: 'string', default: '150' },
    /** Where the compiled library is, as a URL that ends with a slash. */
    from: { type: 'string' },
    json: { type: 'boolean' },
  },
});

let stopped = false;
process.on('SIGINT', () => (stopped = true));

const done = await soak({
  events: Number(values.events),
  seed: Number(values.seed),
  length: Number(values.length),
  ...(values.from ? { from: new URL(values.from) } : {}),
  stopped: () => stopped,
  progress: ({ events, perSecond }) =>
    process.stderr.write(`${million(events)} million events, ${perSecond} a second\n`),
});
const { failure, ...counts } = done;
if (!values.json) {
  const { events, worlds, seconds, perSecond } = counts;
  process.stdout.write(
    `${million(events)} million events in ${worlds} worlds, ${seconds.toFixed(1)} s, ${perSecond} a second; ` +
      `${failure ? 'broken' : 'every promise kept'}${stopped ? ' (stopped)' : ''}\n`,
  );
  if (failure) process.stdout.write(`${failure.text}\n`);
}
process.stdout.write(
  `${JSON.stringify({ name: 'soak', seed: Number(values.seed), machine, results: { ...counts, stopped, failure } })}\n`,
);
process.exitCode = failure ? 1 : stopped ? 130 : 0;

function million(events) {
  return (events / 1e6).toFixed(events < 1e7 ? 2 : 0);
}
