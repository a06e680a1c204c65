import type { Readable, Writable } from 'node:stream';
import type { ForeloadError } from '../model/errors.ts';
import { tell } from '../model/tell.ts';
import { type Message, RpcMessages } from './rpc-messages.ts';

interface Waiting {
  readonly method: string;
  resolve(result: unknown): void;
  reject(error: Error): void;
}

/** An answer that is an error. `code` is that of JSON-RPC. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const methodNotFound = -32_601;
const internalError = -32_603;

/**
 * JSON-RPC 2.0 over two streams, each message after a header with its length: the base protocol of language servers
 * (Language Server Protocol 3.17, "Base Protocol"), of 64 MB at most. A peer that says anything else is given up, and whoever
 * asks is told so. The input keeps the process alive only while an answer is due.
 */
export class JsonRpc {
  readonly #output: Writable;
  readonly #input: Readable & { ref?(): void; unref?(): void };
  readonly #waiting = new Map<number, Waiting>();
  readonly #answering = new Map<string, (params: unknown) => unknown>();
  readonly #listening = new Map<string, Set<(params: unknown) => void>>();
  readonly #messages: RpcMessages;
  #last = 0;
  #closed: ForeloadError | null = null;

  /** @param name of the component, for errors */
  constructor(input: Readable, output: Writable, name: string) {
    this.#input = input;
    this.#output = output;
    this.#messages = new RpcMessages(name);
    input.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** Asks, and waits for the answer. When the signal fires the peer is told (`$/cancelRequest`), and the wait is over. */
  async request(method: string, params?: unknown, signal?: AbortSignal): Promise<unknown> {
    if (this.#closed) throw this.#closed;
    signal?.throwIfAborted();
    const id = ++this.#last;
    const onAbort = (): void => {
      this.notify('$/cancelRequest', { id });
      this.#take(id)?.reject(signal!.reason as Error);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting.set(id, { method, resolve, reject });
        this.#input.ref?.();
        this.#send({ jsonrpc: '2.0', id, method, params });
      });
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }

  notify(method: string, params?: unknown): void {
    if (!this.#closed) this.#send({ jsonrpc: '2.0', method, params });
  }

  /** Answers the peer's requests of a method; the others are refused as unknown. */
  answer(method: string, by: (params: unknown) => unknown): void {
    this.#answering.set(method, by);
  }

  /** Hears the peer's notifications of a method; what a listener throws surfaces as uncaught. The returned function ends that. */
  listen(method: string, listener: (params: unknown) => void): () => void {
    const listeners = this.#listening.get(method) ?? new Set();
    this.#listening.set(method, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /** Whoever waits for an answer is told that there will be none. */
  close(error: ForeloadError): void {
    this.#closed ??= error;
    this.#messages.drop();
    for (const id of this.#waiting.keys()) this.#take(id)?.reject(this.#closed);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#input.unref?.();
    return waiting;
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify(message));
    this.#output.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.#output.write(body);
  }

  /** What comes once it is closed is read, for the program would stop if nobody did, and forgotten. */
  #read(chunk: Buffer): void {
    if (this.#closed) return;
    this.#messages.push(chunk);
    for (let message = this.#next(); message; message = this.#next()) this.#receive(message);
  }

  #next(): Message | null {
    try {
      return this.#messages.next();
    } catch (error) {
      // All that it throws is of this kind.
      this.close(error as ForeloadError);
      return null;
    }
  }

  #receive(message: Message): void {
    const { id, method, params, result, error } = message;
    if (method === undefined) {
      const waiting = this.#take(Number(id));
      if (error) waiting?.reject(rpcError(error));
      else waiting?.resolve(result);
    } else if (id === undefined) {
      for (const listener of this.#listening.get(method) ?? []) tell(listener, params);
    } else void this.#answer(id, method, params);
  }

  async #answer(id: Message['id'], method: string, params: unknown): Promise<void> {
    const by = this.#answering.get(method);
    const reply = (answer: Pick<Message, 'result' | 'error'>): void => {
      if (!this.#closed) this.#send({ jsonrpc: '2.0', id: id ?? null, ...answer });
    };
    if (!by) return reply({ error: { code: methodNotFound, message: `unknown method ${method}` } });
    try {
      reply({ result: (await by(params)) ?? null });
    } catch (error) {
      reply({ error: { code: internalError, message: error instanceof Error ? error.message : String(error) } });
    }
  }
}

/** Nothing that a peer writes in place of a text may fail here. */
function rpcError(error: NonNullable<Message['error']>): RpcError {
  const { code, message, data } = error;
  return new RpcError(code, typeof message === 'string' ? message : JSON.stringify(error), data);
}
