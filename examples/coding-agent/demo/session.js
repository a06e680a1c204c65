/**
 * One policy serves the shown commands with real components, in a process of its own: threads leave memory behind.
 * Started by `run-session.js`, which sends the job and is told of every command.
 */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { createForeload } from 'foreload';
import { components } from '../components.js';
import { commandsOf, readStream } from './stream.js';

/** Interval of the timer whose delay is measured, in ms. */
const resolution = 10;
const useTimeoutMs = 30_000;
/** What does not unload in this time is killed as the process ends. */
const closeTimeoutMs = 3000;

/** Kinds of notices that a picture is drawn from. */
const drawn = new Set([
  'load-started',
  'load-ended',
  'load-failed',
  'preload-ended',
  'unloaded',
  'crashed',
  'demanded',
  'memory',
]);

const stopped = new AbortController();
for (const event of ['SIGINT', 'SIGTERM', 'disconnect']) process.on(event, () => stopped.abort());

let job;
let foreload;
let code = 0;
try {
  [job] = await once(process, 'message', { signal: stopped.signal });
  const { shown } = await readStream(job.commands);
  foreload = createForeload({
    components: configured(job.costs),
    budget: job.budgetBytes,
    ...(job.policy === 'lru'
      ? { policy: 'lru', preload: false }
      : { snapshot: await readFile(job.snapshotFile), waste: job.waste }),
  });
  await tell({ kind: 'end', ...(await serve(commandsOf(shown))) });
} catch (error) {
  code = stopped.signal.aborted ? 130 : 1;
  if (code === 1) await tell({ kind: 'failed', message: error.message });
}
await Promise.race([foreload?.close(), delay(closeTimeoutMs)]);
process.exit(code);

function tell(message) {
  return new Promise((resolve) => process.send(message, resolve));
}

function configured(costs) {
  const entries = components.map(({ id, loader }, index) => {
    const { bytes, loadMs } = costs[index];
    return [id, { loader, size: bytes, loadMs }];
  });
  return Object.fromEntries(entries);
}

/** Serves the commands one after the other, and tells what happened meanwhile. */
async function serve(commands) {
  const notices = [];
  foreload.events.on('notice', (notice) => notices.push(notice));
  const loop = monitorEventLoopDelay({ resolution });
  globalThis.gc();
  const began = now();
  await tell({ kind: 'begin' });
  loop.enable();
  for (const [index, command] of commands.entries()) {
    await tell({ kind: 'command', ...(await serveOne(command, index + 1, began)) });
  }
  loop.disable();
  const until = now();
  return {
    tookMs: until - began,
    eventLoopP99Ms: Math.max(0, loop.percentile(99) / 1e6 - resolution),
    ledger: foreload.status().ledger,
    notices: notices.filter(({ kind }) => drawn.has(kind)).map((notice) => ({ ...notice, at: notice.at - began })),
    pressure: notices.filter(({ kind }) => kind === 'pressure').map(({ level }) => level),
  };
}

/** The words are told, the agent's model thinks, then the component is demanded and really used. */
async function serveOne({ text, user, component }, n, began) {
  const { signal } = stopped;
  const command = foreload.observe({ text, user });
  await delay(job.think, undefined, { signal });
  const at = now();
  const told = { n, text, component, at: at - began };
  try {
    const lease = await command.acquire(component, { signal });
    const usableMs = now() - at;
    try {
      const { use } = components.find(({ id }) => id === component);
      await Promise.race([use(lease.value, n), ended(lease.signal)]);
    } finally {
      lease.release();
    }
    return { ...told, found: lease.found, usableMs, answeredMs: now() - at };
  } catch (error) {
    signal.throwIfAborted();
    return { ...told, found: 'failed', error: error.message };
  }
}

/** Rejects when the component ends, or does not answer for too long. */
async function ended(leaseSignal) {
  const signal = AbortSignal.any([leaseSignal, stopped.signal, AbortSignal.timeout(useTimeoutMs)]);
  if (!signal.aborted) await once(signal, 'abort');
  throw signal.reason;
}

function now() {
  return performance.timeOrigin + performance.now();
}
