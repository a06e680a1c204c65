import type { SpawnOptions, StdioOptions } from 'node:child_process';
import { ForeloadError, reasonOf } from '../model/errors.ts';

/** Which program to start, and where. */
export interface ProgramOptions {
  /** The program: a path, or a name found on the PATH. It must stay in the foreground. */
  readonly command: string;
  /** Its arguments. Default: none. */
  readonly args?: readonly string[];
  /** Its working directory. Default: the host's. */
  readonly cwd?: string;
  /** Its whole environment. Default: the host's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Its input and outputs. Default: `['ignore', 'pipe', 'pipe']`; what nobody reads of a piped output is thrown away. */
  readonly stdio?: StdioOptions;
}

/** The same in the form that Node's `spawn` takes. */
export function spawnOptions({ cwd, env, stdio }: ProgramOptions): SpawnOptions {
  return {
    // On Windows this would open a console window, and there are no groups.
    detached: process.platform !== 'win32',
    stdio: stdio ?? ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env }),
  };
}

/** One line for a program that could not be started. */
export function startError(options: ProgramOptions, what: string, cause: Error): ForeloadError {
  return new ForeloadError('load-failed', {
    what: `the program of ${what} can't be started`,
    where: `command ${options.command}${options.cwd === undefined ? '' : `, in ${options.cwd}`}`,
    found: reasonOf(cause),
    remedy: 'check that the program is installed and that its working directory exists',
    cause,
  });
}
