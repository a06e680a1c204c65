import type { LoadedBy } from '../loaders/loader.ts';
import type { AcquireOptions, Lease } from './lease.ts';

/** The ids of a configuration's components. */
export type IdOf<C> = keyof C & string;
/** The value that a component's lease carries. */
export type ValueOf<C, K extends keyof C> = C[K] extends { readonly loader: infer L } ? LoadedBy<L> : never;

/** One thing a user asked. What is demanded for it teaches the forecast. */
export interface Command<C> {
  readonly user: string;
  /** Like {@link Foreload.acquire}, for this command. */
  acquire<K extends IdOf<C>>(id: K, options?: AcquireOptions): Promise<Lease<ValueOf<C, K>>>;
  /** Says that nothing more will be demanded for it. Not needed: the next command of its user ends it too. */
  end(): void;
}
