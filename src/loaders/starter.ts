import { ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { Socket } from 'node:net';
import { confinement } from './cores.ts';
import { sweep } from './process-guard.ts';

/**
 * Starts programs from a small Node process beside this one, by which they are told of and to which they belong. To start one
 * from here holds up the event loop while Linux copies the page tables of this process: 1.3 ms in a host of 50 MB, 14 ms in
 * one of 550. It takes 17 MB, is there from the first such program on, and ends with this process.
 */
export function spawnApart(command: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const child = new ChildApart();
  const nth = ++last;
  children.set(nth, child);
  child.once('exit', () => children.delete(nth)).once('error', () => children.delete(nth));
  starter ??= startStarter();
  starter.send({ nth, command, args, options: { ...options, cwd: options.cwd ?? process.cwd() } }, (error) => {
    if (error) child.failed(gone(error));
  });
  return child;
}

/** Whether a program with these inputs and outputs can be: the starter has the outputs of this process, and nothing else. */
export function canSpawnApart({ stdio }: SpawnOptions): boolean {
  if (process.platform !== 'linux' || !Array.isArray(stdio)) return false;
  return stdio.every(
    (each, fd) => each === 'pipe' || each === 'ignore' || (each === 'inherit' && (fd === 1 || fd === 2)),
  );
}

/**
 * The program of the starter: text, because Node 20 starts JavaScript only, whereas the tests run from TypeScript. Pipes are
 * handed over before anything was read from them. When the host ends its input does: of a channel on which pipes are under way
 * Node tells no end. It then kills what it has started, of which nobody may have heard.
 */
const script = `
const { spawn } = require('node:child_process');
const running = new Set();
process.stdin.on('end', () => {
  for (const { pid } of running) try { process.kill(-pid, 'SIGKILL'); } catch {}
  spawn('/bin/sh', ['-c', process.argv[1]], { detached: true, stdio: 'ignore' });
  process.exit();
}).resume();
process.on('message', ({ nth, command, args, options }) => {
  const tell = (news, handle, sent = () => {}) => process.connected && process.send({ nth, ...news }, handle, sent);
  const fail = (error) => tell({ failed: { ...error, message: error.message } });
  try {
    const child = spawn(command, args, options);
    child.on('error', fail).once('exit', (code, signal) => {
      running.delete(child);
      tell({ ended: [code, signal] });
    });
    if (child.pid === undefined) return;
    running.add(child);
    for (const [fd, stream] of child.stdio.entries()) {
      if (!stream) continue;
      stream._handle.readStop();
      tell({ fd }, stream._handle, () => stream.destroy());
    }
    tell({ pid: child.pid });
  } catch (error) {
    fail(error);
  }
});`;

/** What it tells of the program with that number. */
interface News {
  readonly nth: number;
  /** Which input or output the handle sent along is. */
  readonly fd?: number;
  /** It runs. */
  readonly pid?: number;
  readonly failed?: { readonly message: string };
  readonly ended?: readonly [code: number | null, signal: NodeJS.Signals | null];
}

let starter: ChildProcess | undefined;
let last = 0;
let held = 0;
const children = new Map<number, ChildApart>();

function startStarter(): ChildProcess {
  const { NODE_OPTIONS: _, ...env } = process.env;
  // Where what it starts is to be, so that not even the moment before takes the clear core.
  const [command, ...rest] = [...(confinement()?.start({ command: process.execPath }) ?? []), process.execPath];
  const started = spawn(command, [...rest, '--eval', script, sweep], {
    // A group of its own, so that a Ctrl-C in the terminal does not end it before the programs.
    detached: true,
    stdio: ['pipe', 'inherit', 'inherit', 'ipc'],
    env: { ...env, ELECTRON_RUN_AS_NODE: '1' },
  });
  keepHost(started);
  (started.stdin as Socket | null)?.unref();
  started.on('message', (news: News, handle: unknown) => children.get(news.nth)?.told(news, handle));
  const ended = (cause: unknown): void => {
    if (starter !== started) return;
    starter = undefined;
    for (const child of children.values()) child.failed(gone(cause));
  };
  started.on('exit', ended).on('error', ended);
  return started;
}

const gone = (cause: unknown): Error => new Error('the process that starts programs has ended', { cause });

/** Has this process wait for the starter's news before it ends, if any of the programs is waited for. */
function keepHost(one: ChildProcess): void {
  for (const each of [one, one.channel]) {
    if (held > 0) each?.ref();
    else each?.unref();
  }
}

/** A child process without what only `spawn` fills in: the handle that `ChildProcess` makes would never be freed. */
function Unspawned(this: EventEmitter): void {
  EventEmitter.call(this);
}
Unspawned.prototype = ChildProcess.prototype;

/** As `spawn` gives it, for a program that another process has started. */
class ChildApart extends (Unspawned as unknown as typeof ChildProcess) {
  #holds = false;

  constructor() {
    super();
    Object.assign(this, {
      stdio: [null, null, null],
      exitCode: null,
      signalCode: null,
      killed: false,
      connected: false,
    });
    this.ref();
  }

  told({ fd, pid, failed, ended }: News, handle: unknown): void {
    if (fd !== undefined) this.stdio[fd as 0] = new Socket({ handle, readable: fd !== 0 } as object) as never;
    if (failed) this.failed(Object.assign(new Error(failed.message), failed));
    if (pid !== undefined) {
      const [stdin, stdout, stderr] = this.stdio;
      Object.assign(this, { pid, stdin, stdout, stderr });
      this.emit('spawn');
    }
    // Both may come at once: who was told of the start is to hear of the end.
    if (ended) setImmediate(() => this.#end(...ended));
  }

  /** It could not be started; or nobody can tell any more when it ends, so it is ended. */
  failed(error: Error): void {
    if (this.pid === undefined) {
      this.unref();
      this.emit('error', error);
    } else {
      this.kill('SIGKILL');
      this.#end(null, 'SIGKILL');
    }
  }

  override kill(signal: NodeJS.Signals | number = 'SIGTERM'): boolean {
    if (this.pid === undefined || this.#ended) return false;
    try {
      return process.kill(this.pid, signal);
    } catch {
      return false;
    }
  }

  get #ended(): boolean {
    return this.exitCode !== null || this.signalCode !== null;
  }

  override ref(): void {
    if (!this.#holds) this.#hold(true);
  }

  override unref(): void {
    if (this.#holds) this.#hold(false);
  }

  /** Whether this process waits for it before it ends. */
  #hold(holds: boolean): void {
    this.#holds = holds;
    held += holds ? 1 : -1;
    if (starter) keepHost(starter);
  }

  #end(exitCode: number | null, signalCode: NodeJS.Signals | null): void {
    if (this.#ended) return;
    Object.assign(this, { exitCode, signalCode });
    this.unref();
    const open = this.stdio.filter((stream) => stream !== null && stream !== undefined && !stream.closed);
    let left = open.length;
    const closed = (): void => {
      if (left-- <= 0) this.emit('close', exitCode, signalCode);
    };
    for (const stream of open) stream?.once('close', closed);
    this.stdin?.destroy();
    this.emit('exit', exitCode, signalCode);
    // What nobody reads is thrown away, or it would never close.
    for (const stream of [this.stdout, this.stderr]) setImmediate(() => stream?.resume());
    closed();
  }
}
