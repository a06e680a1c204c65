import type { Transferable, Worker } from 'node:worker_threads';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { RemoteBridge } from './remote-bridge.ts';
import type { RemoteAnswer, RemoteRequest } from './remote-bootstrap.ts';

/** The bridge to a module in a worker thread. */
export class WorkerBridge<T extends object> extends RemoteBridge<T> {
  /** Resolves with the reason once the worker has ended, on purpose or not. */
  readonly ended: Promise<ForeloadError>;
  readonly #worker: Worker;
  #stopping = false;

  constructor(worker: Worker, name: string) {
    super(`the worker of ${name}`);
    this.#worker = worker;
    let uncaught: unknown;
    worker.unref();
    worker.on('message', (answer: RemoteAnswer) => this.receive(answer));
    worker.on('messageerror', (error) => this.unreadable(error));
    worker.on('error', (error) => {
      uncaught = error;
    });
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        const end = this.#stopping ? this.unloadedError() : this.#endError(code, uncaught);
        this.finish(end);
        resolve(end);
      });
    });
  }

  /** Whether the worker was stopped by its owner rather than ending by itself. */
  get stopping(): boolean {
    return this.#stopping;
  }

  /** Ends the worker; calls in flight reject. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await this.#worker.terminate();
    await this.ended;
  }

  protected override post(id: string, request: RemoteRequest, transfer: readonly Transferable[]): void {
    this.#worker.postMessage({ id, request }, [...transfer]);
  }

  protected override keepHost(awaited: boolean): void {
    if (awaited) this.#worker.ref();
    else this.#worker.unref();
  }

  #endError(code: number, uncaught: unknown): ForeloadError {
    return new ForeloadError('process-exited', {
      what: `${this.where} ended by itself`,
      found: uncaught === undefined ? `exit code ${code}` : reasonOf(uncaught),
      remedy: 'look for process.exit or an uncaught error in its module',
      ...(uncaught === undefined ? {} : { cause: uncaught }),
    });
  }
}
