import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

/** What still runs this long after everything was unloaded is an open handle. */
const exitMs = 10_000;

/**
 * What one component costs.
 * @typedef {object} ComponentCost
 * @property {number} load median load time in ms
 * @property {number} first ms of the first use
 * @property {number} warm ms of the slowest use after the first
 * @property {number} unload median ms to unload
 * @property {number | null} held bytes of its process tree (PSS), or of its thread's heap; null where that can't be read
 * @property {number} host bytes by which its host grew
 * @property {string} answer what its first use answered
 */

/**
 * Loads a component alone in a fresh process, uses and unloads it: what an earlier one left behind would hide its costs.
 * @param {string} id
 * @param {{ rounds: number, signal?: AbortSignal, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<ComponentCost>} rejects if an answer is wrong, or something keeps the process alive
 */
export async function costOf(id, { rounds, signal, env }) {
  signal?.throwIfAborted();
  const program = fileURLToPath(new URL('./cost-process.js', import.meta.url));
  const child = fork(program, [id, String(rounds)], { execArgv: ['--expose-gc'], env: env ?? process.env });
  const exited = once(child, 'exit');
  const stop = () => child.kill();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    const [answer] = await Promise.race([once(child, 'message'), exited]);
    const timer = new AbortController();
    const [code] = await Promise.race([exited, delay(exitMs, ['late'], { signal: timer.signal })]);
    timer.abort();
    signal?.throwIfAborted();
    if (code === 'late') throw new Error(`${id} keeps its host alive after the unload`);
    if (answer?.error !== undefined) throw new Error(answer.error);
    if (code !== 0) throw new Error(`the process that measures ${id} ended with ${code}`);
    return answer;
  } finally {
    signal?.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}
