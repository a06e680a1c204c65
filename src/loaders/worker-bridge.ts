import type { Transferable, Worker } from 'node:worker_threads';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { ArgumentsOf, FunctionNames, Remote, ResultOf } from './remote.ts';
import type { CarriedError, WorkerAnswer, WorkerRequest } from './worker-bootstrap.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly what: string;
}

/** The host's end of the bridge to a worker: numbers the requests, and rejects those that a dead worker can't answer. */
export class WorkerBridge<T extends object> implements Remote<T> {
  /** Resolves with the reason once the worker has ended, on purpose or not. */
  readonly ended: Promise<ForeloadError>;
  readonly #worker: Worker;
  readonly #name: string;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #end: ForeloadError | undefined;
  #stopping = false;

  constructor(worker: Worker, name: string) {
    this.#worker = worker;
    this.#name = name;
    let uncaught: unknown;
    worker.unref();
    worker.on('message', (answer: WorkerAnswer) => this.#receive(answer));
    worker.on('error', (error) => {
      uncaught = error;
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        this.#end = this.#endError(code, uncaught);
        for (const id of this.#waiting.keys()) this.#take(id)?.reject(this.#end);
        resolve(this.#end);
      });
    });
  }

  /** Whether the worker was stopped by its owner rather than ending by itself. */
  get stopping(): boolean {
    return this.#stopping;
  }

  call<K extends FunctionNames<T>>(name: K, ...args: ArgumentsOf<T[K]>): Promise<ResultOf<T[K]>> {
    return this.callTransferring([], name, ...args);
  }

  callTransferring<K extends FunctionNames<T>>(
    transfer: readonly Transferable[],
    name: K,
    ...args: ArgumentsOf<T[K]>
  ): Promise<ResultOf<T[K]>> {
    const answer = this.request({ kind: 'call', name, args }, `calling ${name}`, transfer);
    return answer as Promise<ResultOf<T[K]>>;
  }

  /** Sends one request and waits for its answer. */
  request(request: WorkerRequest, what: string, transfer: readonly Transferable[] = []): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      // Throws, and so rejects, if an argument can't be cloned: nothing waits then.
      this.#worker.postMessage({ id, request }, [...transfer]);
      this.#waiting.set(id, { resolve, reject, what });
      this.#worker.ref();
    });
  }

  /** Ends the worker; calls in flight reject. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#worker.terminate();
    await this.ended;
  }

  #receive(answer: WorkerAnswer): void {
    // The module may post messages of its own: those have no number that anyone waits for.
    const waiting = this.#take(answer?.id);
    if (waiting === undefined) return;
    if ('error' in answer) waiting.reject(this.#remoteError(waiting.what, answer.error));
    else waiting.resolve(answer.value);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#worker.unref();
    return waiting;
  }

  #remoteError(what: string, carried: CarriedError): ForeloadError {
    const cause = Object.assign(new Error(carried.message), carried);
    return new ForeloadError('remote-error', {
      what: `${what} in the worker of ${this.#name} failed`,
      found: `${carried.name}: ${carried.message}`,
      remedy: 'see the cause for the stack in the worker',
      cause,
    });
  }

  #endError(code: number, uncaught: unknown): ForeloadError {
    if (this.#stopping) {
      return new ForeloadError('remote-error', {
        what: `the worker of ${this.#name} was unloaded`,
        remedy: 'keep the lease for as long as you call it',
      });
    }
    const found = uncaught === undefined ? `exit code ${code}` : reasonOf(uncaught);
    return new ForeloadError('process-exited', {
      what: `the worker of ${this.#name} ended by itself`,
      found,
      remedy: 'look for process.exit or an uncaught error in its module',
      ...(uncaught === undefined ? {} : { cause: uncaught }),
    });
  }
}
