/**
 * Loads every component alone, in a fresh process each, three times in a row, and uses it. Prints what each costs,
 * and fails if an answer is wrong or anything is left running. `node measure.js ls-json eslint` does only those.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { components } from './components.js';

const rounds = 3;
const uses = 5;
const loadTimeoutMs = 30_000;
/** What still runs this long after everything was unloaded is an open handle. */
const exitMs = 10_000;
const folder = fileURLToPath(new URL('.', import.meta.url));

if (process.send) await measureOne(process.argv[2]);
else await measureAll(process.argv.slice(2));

async function measureAll(ids) {
  const chosen = components.filter(({ id }) => ids.length === 0 || ids.includes(id));
  console.log('| component | kind | load ms | first use ms | warm use ms | MB | host RSS MB | unload ms | answer |');
  console.log('|---|---|---|---|---|---|---|---|---|');
  for (const { id, kind } of chosen) {
    const result = await inFreshProcess(id);
    const { load, first, warm, held, host, unload, answer } = result;
    console.log(`| ${[id, kind, load, first, warm, held, host, unload, answer].join(' | ')} |`);
  }
  const left = runningPrograms();
  if (left.length > 0) throw new Error(`still running: ${left.join('; ')}`);
  console.log(`\n${chosen.length} components, each loaded ${rounds} times; no process left.`);
}

async function inFreshProcess(id) {
  const child = fork(fileURLToPath(import.meta.url), [id], { execArgv: ['--expose-gc'] });
  const exited = once(child, 'exit');
  const [message] = await Promise.race([once(child, 'message'), exited]);
  const stopped = new AbortController();
  const late = delay(exitMs, 'late', { signal: stopped.signal });
  const [code] = await Promise.race([exited, late]);
  stopped.abort();
  await late.catch(() => {});
  if (code !== 0) {
    child.kill('SIGKILL');
    throw new Error(code === 'l' ? `${id} keeps its host alive after the unload` : `${id} failed`);
  }
  return message;
}

async function measureOne(id) {
  const component = components.find((each) => each.id === id);
  const seen = [];
  for (let round = 0; round < rounds; round += 1) seen.push(await measureRound(component));
  const median = (pick) => seen.map(pick).sort((a, b) => a - b)[Math.floor(rounds / 2)];
  process.send({
    load: Math.round(median((each) => each.load)),
    first: median((each) => each.first).toFixed(1),
    warm: median((each) => each.warm).toFixed(1),
    held: seen[0].held === undefined ? '' : megabytes(median((each) => each.held)),
    // Later rounds reuse what an earlier one left behind.
    host: megabytes(seen[0].host),
    unload: Math.round(median((each) => each.unload)),
    answer: seen[0].answer.replaceAll('|', '\\|'),
  });
  process.disconnect();
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
  const left = runningPrograms();
  if (left.length > 0) throw new Error(`${id} left behind: ${left.join('; ')}`);
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

function megabytes(bytes) {
  return Math.round(bytes / 1e6);
}

/** The command lines of all processes that run a program of this folder, but for this script. Only Linux can tell. */
function runningPrograms() {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine)
    .filter((command) => command.includes(folder) && !command.includes('measure.js'));
}

function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    // It ended while we looked.
    return '';
  }
}
