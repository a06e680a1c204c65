import { spawn, type SpawnOptions } from 'node:child_process';
import { constants } from 'node:os';
import process from 'node:process';

/**
 * Runs a program until it has ended and gives its exit code. An interrupt and SIGTERM are passed on to it, and it is
 * waited for, so that it can clean up. @throws the reason of `signal` once it has ended after an interrupt
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: SpawnOptions,
  signal: AbortSignal,
): Promise<number> {
  signal.throwIfAborted();
  const child = spawn(command, args, options);
  const interrupt = (): void => void child.kill('SIGINT');
  const terminate = (): void => void child.kill('SIGTERM');
  signal.addEventListener('abort', interrupt, { once: true });
  process.on('SIGTERM', terminate);
  try {
    const code = await new Promise<number>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, ended) => resolve(code ?? 128 + (ended === null ? 0 : constants.signals[ended])));
    });
    signal.throwIfAborted();
    return code;
  } finally {
    signal.removeEventListener('abort', interrupt);
    process.off('SIGTERM', terminate);
  }
}
