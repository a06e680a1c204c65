import { randomUUID } from 'node:crypto';
import type { Transferable } from 'node:worker_threads';
import { ForeloadError } from '../model/errors.ts';
import type { ArgumentsOf, FunctionNames, Remote, ResultOf } from './remote.ts';
import type { CarriedError, RemoteAnswer, RemoteRequest } from './remote-bootstrap.ts';

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
  readonly what: string;
}

/**
 * The host's end of a bridge to a module that runs elsewhere: numbers the requests, and rejects those that can't be answered
 * any more.
 */
export abstract class RemoteBridge<T extends object> implements Remote<T> {
  /** Where it runs, for errors. */
  protected readonly where: string;
  readonly #waiting = new Map<string, Waiting>();
  /** The module may send messages of its own: none of them is taken for an answer. */
  readonly #token = randomUUID();
  #last = 0;
  #end: ForeloadError | undefined;

  protected constructor(where: string) {
    this.where = where;
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
  request(request: RemoteRequest, what: string, transfer: readonly Transferable[] = []): Promise<unknown> {
    if (this.#end !== undefined) return Promise.reject(this.#end);
    const id = `${this.#token} ${++this.#last}`;
    return new Promise((resolve, reject) => {
      // Throws, and so rejects, if an argument can't be cloned: nothing waits then.
      this.post(id, request, transfer);
      this.#waiting.set(id, { resolve, reject, what });
      this.keepHost(true);
    });
  }

  /** Answers false once it has ended; waits while it is busy, as any call would. */
  answers(): Promise<boolean> {
    return this.request({ kind: 'ping' }, 'ping').then(
      () => true,
      () => false,
    );
  }

  /** @throws if it can't be copied */
  protected abstract post(id: string, request: RemoteRequest, transfer: readonly Transferable[]): void;

  /** Keeps the host alive while answers are awaited. */
  protected abstract keepHost(awaited: boolean): void;

  protected receive(answer: RemoteAnswer): void {
    const waiting = this.#take(answer?.id);
    if (waiting === undefined) return;
    if ('error' in answer) waiting.reject(this.#remoteError(waiting.what, answer.error));
    else waiting.resolve(answer.value);
  }

  /** It has ended: nothing is answered any more. */
  protected finish(end: ForeloadError): void {
    this.#end = end;
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(end);
  }

  protected unloadedError(): ForeloadError {
    return new ForeloadError('remote-error', {
      what: `${this.where} was unloaded`,
      remedy: 'keep the lease for as long as you call it',
    });
  }

  /** An answer came that can't be read: to one request, or to any of them. */
  protected unreadable(error: Error, id?: string): void {
    for (const each of id === undefined ? this.#waiting.keys() : [id]) {
      const waiting = this.#take(each);
      waiting?.reject(this.#remoteError(waiting.what, error));
    }
  }

  #take(id: string): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.keepHost(false);
    return waiting;
  }

  #remoteError(what: string, carried: CarriedError): ForeloadError {
    const cause = Object.assign(new Error(carried.message), carried);
    return new ForeloadError('remote-error', {
      what: `${what} in ${this.where} failed`,
      found: `${carried.name}: ${carried.message}`,
      remedy: 'see the cause for the stack there',
      cause,
    });
  }
}
