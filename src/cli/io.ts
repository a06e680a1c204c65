import process from 'node:process';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/system.ts';

/** What a command may touch of the world it was started in. */
export interface CliIo {
  /** Writes data. */
  readonly stdout: (text: string) => void;
  /** Writes messages. */
  readonly stderr: (text: string) => void;
  /** Whether data may be coloured. */
  readonly colour: boolean;
  /** Columns of the terminal that messages go to; 0: it is none. */
  readonly columns: number;
  /** Aborted when the user interrupts. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Whether to show the stack of every error. */
  readonly debug: boolean;
}

/** The world of a real process. The first interrupt aborts `signal`, the second ends the process at once. */
export function processIo(): CliIo {
  const { stdout, stderr, env } = process;
  const interrupted = new AbortController();
  process.on('SIGINT', () => {
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort(new ForeloadError('aborted', { what: 'interrupted', remedy: 'the work was not finished' }));
  });
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // Whoever read this has seen enough, as `head` does.
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
      if (stream === stdout)
        stderr.write(`foreload: output can't be written: found ${reasonOf(error)}; make room for it\n`);
      process.exit(1);
    });
  }
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    colour: wantsColour(env, stdout.isTTY),
    columns: stderr.isTTY ? stderr.columns : 0,
    signal: interrupted.signal,
    clock: systemClock,
    debug: (env['FORELOAD_DEBUG'] ?? '') !== '',
  };
}

/** `NO_COLOR` and `FORCE_COLOR` decide; without them a terminal gets colours and nothing else does. */
export function wantsColour(env: Readonly<Record<string, string | undefined>>, terminal: boolean | undefined): boolean {
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return terminal === true && env['TERM'] !== 'dumb';
}
