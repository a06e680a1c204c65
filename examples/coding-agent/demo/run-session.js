import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sampleMemory } from './memory-sampler.js';

/** A session that has not ended this long after it was told to is killed; its components go with it. */
const stopTimeoutMs = 5000;

/**
 * What a session did.
 * @typedef {object} Session
 * @property {{ n: number, text: string, component: string, at: number, found: string, usableMs?: number, answeredMs?: number,
 *   error?: string }[]} commands `found` is warm, loading, cold or failed; times in ms, `at` since the session began
 * @property {number} tookMs
 * @property {number} eventLoopP99Ms
 * @property {object} ledger the counts that Foreload kept
 * @property {object[]} notices those that a picture is drawn from
 * @property {string[]} pressure levels of memory pressure that were met
 * @property {{ mean: number, peak: number, samples: number } | null} memory bytes held by the session and its components
 */

/**
 * Runs one policy in a fresh process and measures its memory from outside.
 * @param {object} job policy, commands, think, waste, costs and budgetBytes
 * @param {{ signal: AbortSignal, env: NodeJS.ProcessEnv, told: (command: object) => void }} options
 * @returns {Promise<Session>}
 */
export async function runSession(job, { signal, env, told }) {
  signal.throwIfAborted();
  const program = fileURLToPath(new URL('./session.js', import.meta.url));
  const child = fork(program, [], { execArgv: ['--expose-gc'], env });
  const exited = once(child, 'exit');
  let kill;
  const stop = () => {
    child.kill('SIGTERM');
    kill = setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs);
  };
  signal.addEventListener('abort', stop, { once: true });
  const commands = [];
  let sampler;
  let end;
  child.on('message', ({ kind, ...message }) => {
    if (kind === 'begin') sampler = sampleMemory(child.pid);
    else if (kind === 'command') {
      commands.push(message);
      told(message);
    } else {
      end = { kind, ...message, memory: sampler?.stop() };
    }
  });
  child.send(job, () => {});
  try {
    const [code] = await exited;
    signal.throwIfAborted();
    if (end?.kind !== 'end') throw new Error(end?.message ?? `the session of ${job.policy} ended with ${code}`);
    return { ...end, commands, memory: await end.memory };
  } finally {
    signal.removeEventListener('abort', stop);
    clearTimeout(kill);
    await sampler?.stop();
  }
}
