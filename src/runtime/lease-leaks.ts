import type { ComponentId } from '../model/ids.ts';
import { ms } from '../model/ids.ts';
import type { Timers } from '../time/clock.ts';
import type { Held, OpenLease } from './open-lease.ts';

/** Leases that are open for so many ms are watched for being forgotten. */
const watchedAfterMs = 1000;
/** Of every so many leases one has its place written down: a stack costs 4-11 us, a lease 2. */
const sampledOneIn = 256;

/** What the watch works with, and whom it tells. */
export interface LeakParts {
  readonly timers: Timers;
  readonly traceAll: boolean;
  /** All demands that wait and all leases that are open. */
  readonly known: () => Iterable<Held>;
  /** Told of a lease that was forgotten. */
  readonly found: (held: Held) => void;
}

/**
 * Finds leases that were garbage-collected without a release. Watching one costs as much as everything else about it
 * (0.7 us), so it begins only with those still open after a second; until then they are simply held.
 */
export class LeaseLeaks {
  readonly #parts: LeakParts;
  readonly #traceAll: boolean;
  readonly #registry: FinalizationRegistry<Held>;
  /** Components that have leaked: of these each place is written down. */
  readonly #leaky = new Set<ComponentId>();
  #untilSample = 1;
  #cancel: (() => void) | null = null;

  constructor(parts: LeakParts) {
    this.#parts = parts;
    this.#traceAll = parts.traceAll;
    this.#registry = new FinalizationRegistry((held) => {
      this.#leaky.add(held.component);
      parts.found(held);
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
    // Its component may have gone before it was handed out.
    if (!held.open) return;
    held.young = lease;
    this.#cancel ??= this.#parts.timers.start(ms(watchedAfterMs), () => this.#watch());
  }

  closed(held: Held): void {
    if (held.young) held.young = null;
    else this.#registry.unregister(held);
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
  }

  /** Looks through all that are known, once a second at most, and only while there are new ones. */
  #watch(): void {
    this.#cancel = null;
    for (const held of this.#parts.known()) {
      if (!held.young) continue;
      this.#registry.register(held.young, held, held);
      held.young = null;
    }
  }
}
