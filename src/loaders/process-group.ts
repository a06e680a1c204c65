import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { ForeloadError } from '../model/errors.ts';
import { type ReservedPort, reservePort, withPort } from './ports.ts';
import { guardGroup, guardStart } from './process-guard.ts';
import { isSystemError } from './proc-files.ts';
import { killMarked, killMarkedSync, newMark } from './process-mark.ts';
import {
  isRunning,
  killGroup,
  processTree,
  processTreesSync,
  type RunningProcess,
  signalGroup,
  startOf,
} from './process-tree.ts';
import { type ProgramOptions, spawnOptions, startError } from './program.ts';
import { canSpawnApart, spawnApart } from './starter.ts';

const keptErrorText = 4096;
const shownErrorLines = 5;
const goneCheckMs = 20;
/** A second: what a kill does not end by then waits for a device, and can't be waited for. */
const goneChecks = 50;
/** How long output may take to arrive once the program has ended, if a process outside the group holds the pipe open. */
const lastOutputMs = 200;

/** A running program, in a process group of its own, so that it can be stopped with all that it started. */
export class ProcessGroup {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The port that was reserved for it, if it asked for one. */
  readonly port: number | undefined;
  /** Resolves once the program has ended, with the reason as an error. */
  readonly ended: Promise<ForeloadError>;
  readonly #what: string;
  readonly #remedy: string;
  readonly #mark: string;
  readonly #started: number;
  readonly #unguard: () => void;
  #errorText = '';
  #stopping = false;

  private constructor(
    child: ChildProcess,
    what: string,
    remedy: string,
    mark: string,
    reserved: ReservedPort | undefined,
  ) {
    const pid = child.pid!;
    this.child = child;
    this.pid = pid;
    this.port = reserved?.port;
    this.#what = what;
    this.#remedy = remedy;
    this.#mark = mark;
    this.#started = startOf(pid);
    this.#unguard = guardGroup(pid);
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#errorText = (this.#errorText + chunk.toString()).slice(-keptErrorText);
    });
    // Writing to a program that has ended fails with EPIPE; `ended` is what tells of it.
    child.stdin?.on('error', () => {});
    this.ended = new Promise((resolve) => {
      child.once('exit', (code, signal) => {
        // Ended by itself: whatever it leaves behind serves nobody.
        if (!this.#stopping) this.#killLeft();
        const settle = () => {
          reserved?.release();
          resolve(this.#endError(code, signal));
        };
        const timer = setTimeout(settle, lastOutputMs);
        child.once('close', () => {
          clearTimeout(timer);
          settle();
        });
      });
    });
  }

  /**
   * Starts a program; rejects if it can't be started at all. `what` names it in errors, `remedy` helps if it ends by itself,
   * `by` is a command that becomes it, with arguments. One that nobody waits for does not hold up the event loop, if possible.
   */
  static async start(
    options: ProgramOptions,
    what: string,
    remedy: string,
    { by = [], awaited = true }: { readonly by?: readonly string[] | undefined; readonly awaited?: boolean } = {},
  ): Promise<ProcessGroup> {
    const reserved = options.port ? await reservePort() : undefined;
    const mark = newMark();
    const args = (options.args ?? []).map((arg) => withPort(arg, reserved?.port));
    guardStart();
    return new Promise((resolve, reject) => {
      const [command, ...rest] = [...by, options.command, ...args];
      const how = spawnOptions(options, mark, reserved?.port);
      const apart = !awaited && canSpawnApart(how);
      const child = apart ? spawnApart(command!, rest, how) : spawn(command!, rest, how);
      // Stays on, for a child may report errors later too; only the first, before `spawn`, settles anything.
      child.on('error', (cause) => {
        const refuse = (): void => reject(startError(options, what, cause));
        if (child.pid !== undefined) return refuse();
        reserved?.release();
        if (!apart) return refuse();
        killUntold(mark).then(refuse, refuse);
      });
      child.once('spawn', () => resolve(new ProcessGroup(child, what, remedy, mark, reserved)));
    });
  }

  /** Whether it was stopped on purpose. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Lets the host end while the program still runs; it is killed then. */
  unref(): void {
    this.child.unref();
    for (const stream of this.child.stdio) {
      if (stream !== null && stream !== undefined && 'unref' in stream && typeof stream.unref === 'function')
        stream.unref();
    }
  }

  /**
   * Stops the program with all that it started: `ask` asks it to leave, and what is still there after `graceMs` is killed.
   * Everything is gone when this settles; it rejects if `ask` failed.
   */
  async stop(ask: () => Promise<void> | void, graceMs: number): Promise<void> {
    this.#stopping = true;
    this.child.ref();
    // Remembered now, for a descendant in another group can't be found once its parent has ended.
    const tree = await this.#tree();
    const grace = new AbortController();
    const leave = async () => {
      await ask();
      while (signalGroup(this.pid, 0)) await delay(goneCheckMs, undefined, { signal: grace.signal });
    };
    try {
      await Promise.race([leave(), delay(graceMs, undefined, { signal: grace.signal })]);
    } finally {
      grace.abort();
      await this.#killed(hasEnded(this.child) ? tree : await this.#tree());
    }
  }

  /** Kills it, with all that it started, without asking. */
  async kill(): Promise<void> {
    this.#stopping = true;
    this.child.ref();
    await this.#killed(await this.#tree());
  }

  /** Empty where it can't be read: the group is killed all the same, and what left it found by its mark. */
  async #tree(): Promise<RunningProcess[]> {
    return withDescriptors(() => processTree(this.pid)).catch(() => []);
  }

  #killLeft(): void {
    try {
      killGroup(this.pid, processTreesSync([this.pid])[0]);
      killMarkedSync(this.#mark, this.#started);
    } catch {
      // Without free descriptors what left the group can't be found: the watchman finds it when the host ends.
      signalGroup(this.pid, 'SIGKILL');
    }
    this.#unguard();
  }

  /** Kills what is left, and waits until it is gone. */
  async #killed(tree: readonly RunningProcess[]): Promise<void> {
    try {
      await withDescriptors(async () => {
        killGroup(this.pid, tree);
        await killMarked(this.#mark, this.#started);
      });
    } finally {
      await this.ended;
      this.#unguard();
    }
    // Nobody tells us of the end of a descendant, and even a kill takes a moment.
    for (let checks = 0; checks < goneChecks && tree.some(isRunning); checks++) await delay(goneCheckMs);
  }

  #endError(code: number | null, signal: NodeJS.Signals | null): ForeloadError {
    const said = this.#errorText
      .trim()
      .split(/\s*\n\s*/)
      .slice(-shownErrorLines)
      .join(' | ');
    return new ForeloadError('process-exited', {
      what: `the program of ${this.#what} ended by itself`,
      found: `${signal === null ? `exit code ${code}` : `signal ${signal}`}${said === '' ? '' : `, stderr: ${said}`}`,
      remedy: this.#remedy,
    });
  }
}

/** Kills what was started apart if the starter ended before it could tell: once it runs, for only then it bears its mark. */
async function killUntold(mark: string): Promise<void> {
  await delay(goneCheckMs);
  await killMarked(mark, startOf(process.pid));
}

/** Whether a child process has ended. */
export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Waits a second for free descriptors, if that is all that is lacking. */
async function withDescriptors<T>(work: () => Promise<T>): Promise<T> {
  for (let checks = 0; ; checks++) {
    try {
      return await work();
    } catch (error) {
      if (checks === goneChecks || !isSystemError(error, 'EMFILE', 'ENFILE')) throw error;
    }
    await delay(goneCheckMs);
  }
}
