/** The process in which `cost.js` measures one component: `node cost-process.js ID ROUNDS`, started with a channel. */
import { components } from './components.js';

const uses = 5;
const loadTimeoutMs = 30_000;

const [id, rounds] = process.argv.slice(2);
const orphaned = () => process.exit(1);
process.once('disconnect', orphaned);
try {
  process.send(
    await measure(
      components.find((each) => each.id === id),
      Number(rounds),
    ),
  );
} catch (error) {
  process.send({ error: String(error) });
  process.exitCode = 1;
}
// From here on only what the component left open keeps this process alive.
process.off('disconnect', orphaned);
process.disconnect();

async function measure(component, rounds) {
  const seen = [];
  for (let round = 0; round < rounds; round += 1) seen.push(await measureRound(component));
  const median = (pick) => seen.map(pick).sort((a, b) => a - b)[Math.floor(rounds / 2)];
  return {
    load: median((each) => each.load),
    first: median((each) => each.first),
    warm: median((each) => each.warm),
    unload: median((each) => each.unload),
    held: seen[0].held === undefined ? null : median((each) => each.held),
    // Later rounds reuse what an earlier one left behind.
    host: seen[0].host,
    answer: seen[0].answer,
  };
}

async function measureRound({ id, loader, use }) {
  const before = hostMemory();
  const signal = AbortSignal.timeout(loadTimeoutMs);
  const [load, value] = await timed(() => loader.load({ id, signal, dependencies: new Map(), progress: () => {} }));
  const [first, answer] = await timed(() => use(value, 1));
  const warm = [];
  for (let n = 2; n <= uses; n += 1) warm.push((await timed(() => use(value, n)))[0]);
  const host = hostMemory() - before;
  const held = await loader.measure?.(value);
  const [unload] = await timed(() => loader.unload?.(value));
  return { load, first, warm: Math.max(...warm), answer, host, held, unload };
}

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return [performance.now() - start, value];
}

function hostMemory() {
  globalThis.gc();
  return process.memoryUsage.rss();
}
