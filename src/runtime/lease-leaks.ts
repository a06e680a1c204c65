import type { ComponentId } from '../model/ids.ts';
import { ms } from '../model/ids.ts';
import type { Timers } from '../time/clock.ts';
import type { Held, OpenLease } from './open-lease.ts';

/** Leases that are open for so many ms are watched for being forgotten. */
const watchedAfterMs = 1000;
/** Of every so many leases one has its place written down: a stack costs 4-11 us, a lease 2. */
const sampledOneIn = 256;

/**
 * Finds leases that were garbage-collected without a release. Watching one costs as much as everything else about it
 * (0.7 us), so it begins only with those still open after a second; until then they are simply held.
 */
export class LeaseLeaks {
  readonly #timers: Timers;
  readonly #traceAll: boolean;
  readonly #registry: FinalizationRegistry<Held>;
  /** The newest of those that are not watched yet: a list linked both ways, for a map would cost as much as all the rest. */
  #newest: Held | null = null;
  /** Components that have leaked: of these each place is written down. */
  readonly #leaky = new Set<ComponentId>();
  #untilSample = 1;
  #cancel: (() => void) | null = null;

  /** @param found told of a lease that was forgotten */
  constructor(timers: Timers, traceAll: boolean, found: (held: Held) => void) {
    this.#timers = timers;
    this.#traceAll = traceAll;
    this.#registry = new FinalizationRegistry((held) => {
      this.#leaky.add(held.component);
      found(held);
    });
  }

  /** Where the present call comes from, if it is to be written down. */
  trace(component: ComponentId): { readonly stack?: string } | null {
    if (--this.#untilSample > 0 && !this.#traceAll && (this.#leaky.size === 0 || !this.#leaky.has(component)))
      return null;
    if (this.#untilSample <= 0) this.#untilSample = sampledOneIn;
    const trace: { readonly stack?: string } = {};
    Error.captureStackTrace(trace);
    return trace;
  }

  opened(held: Held, lease: OpenLease): void {
    held.young = lease;
    held.older = this.#newest;
    if (this.#newest) this.#newest.newer = held;
    this.#newest = held;
    this.#cancel ??= this.#timers.start(ms(watchedAfterMs), () => this.#watch());
  }

  closed(held: Held): void {
    if (!held.young) this.#registry.unregister(held);
    else this.#unlink(held);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  #watch(): void {
    this.#cancel = null;
    for (let held = this.#newest; held; held = this.#newest) {
      this.#registry.register(held.young!, held, held);
      this.#unlink(held);
    }
  }

  #unlink(held: Held): void {
    const { older, newer } = held;
    if (older) older.newer = newer;
    if (newer) newer.older = older;
    else this.#newest = older;
    held.young = held.older = held.newer = null;
  }
}
