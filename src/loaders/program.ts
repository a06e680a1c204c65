import type { SpawnOptions, StdioOptions } from 'node:child_process';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { withPort } from './ports.ts';
import { markName } from './process-mark.ts';

/** Which program to start, and where. */
export interface ProgramOptions {
  /** The program: a path, or a name found on the PATH. It must stay in the foreground. */
  readonly command: string;
  /** Its arguments. Default: none. */
  readonly args?: readonly string[];
  /** Its working directory. Default: the host's. */
  readonly cwd?: string;
  /** Its whole environment, but for the variable FORELOAD_GROUP, by which what it starts is found. Default: the host's. */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Gives it a free TCP port: in its arguments, in the values of `env` and in the address of `whenHttp`, `{port}` stands for
   * it, and the environment variable PORT holds it. Default false.
   */
  readonly port?: boolean;
  /** Its input and outputs. Default: `['ignore', 'pipe', 'pipe']`; what nobody reads of a piped output is thrown away. */
  readonly stdio?: StdioOptions;
  /**
   * Whether one core is kept clear of it while nobody waits for its load, where `taskset` is installed. What starts as many
   * threads as there are cores it may run on will have one fewer for good, so set this to false for a model server on a
   * machine with few cores. Default true.
   */
  readonly confine?: boolean;
}

/** The same in the form that Node's `spawn` takes. */
export function spawnOptions(
  { cwd, env, stdio }: ProgramOptions,
  mark: string,
  port: number | undefined,
): SpawnOptions {
  return {
    // On Windows this would open a console window, and there are no groups.
    detached: process.platform !== 'win32',
    stdio: stdio ?? ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    env: { ...environment(env, port), [markName]: mark },
  };
}

/** The host's environment as it is; one that is given, with the port in it. */
function environment(given: NodeJS.ProcessEnv | undefined, port: number | undefined): NodeJS.ProcessEnv {
  if (port === undefined) return given ?? process.env;
  const env = Object.entries(given ?? {}).map(([name, value]) => [name, value && withPort(value, port)]);
  return { ...(given ? {} : process.env), PORT: String(port), ...Object.fromEntries(env) };
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
