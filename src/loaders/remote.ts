import type { Transferable } from 'node:worker_threads';

/** The names of the functions that a module exports. */
export type FunctionNames<T> = {
  [K in keyof T & string]: T[K] extends (...args: never[]) => unknown ? K : never;
}[keyof T & string];
/** The arguments of a function. */
export type ArgumentsOf<F> = F extends (...args: infer A) => unknown ? A : never;
/** What a function gives, awaited. */
export type ResultOf<F> = F extends (...args: never[]) => infer R ? Awaited<R> : never;

/**
 * The functions of a module that runs elsewhere. Arguments and results are copied by structured clone.
 * The worker, or process, keeps the host alive only while a call is awaited.
 */
export interface Remote<T extends object> {
  /**
   * Calls an exported function by name. Rejects with `remote-error` if it throws there (the cause keeps name, message
   * and stack), and with the reason of the end if it ends.
   */
  call<K extends FunctionNames<T>>(name: K, ...args: ArgumentsOf<T[K]>): Promise<ResultOf<T[K]>>;
  /** Like {@link call}, but hands over the listed buffers and ports within the arguments instead of copying them. A process gets copies, and no ports. */
  callTransferring<K extends FunctionNames<T>>(
    transfer: readonly Transferable[],
    name: K,
    ...args: ArgumentsOf<T[K]>
  ): Promise<ResultOf<T[K]>>;
}
