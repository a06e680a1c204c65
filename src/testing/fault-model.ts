import type { FaultOptions } from '../engine/trouble.ts';
import type { EngineStatus } from '../engine/status.ts';
import { promise } from './promise.ts';
import type { RealComponent } from './real-component.ts';

/** What failed of one component: only loads for demands, and crashes. */
interface Record {
  failures: number;
  crashes: number;
  failedAt: number;
  warmSince: number;
  open: boolean;
  /** Demands wait for another try, which does not come before this. */
  notBefore: number;
}

/** What an engine promises to those whose loads fail, and to all others. */
export class FaultModel {
  readonly #options: FaultOptions | null;
  readonly #records = new Map<RealComponent, Record>();

  constructor(options: FaultOptions | null) {
    this.#options = options;
  }

  loaded(real: RealComponent, now: number): void {
    const record = this.#of(real);
    Object.assign(record, { failures: record.crashes, open: false, notBefore: 0, warmSince: now });
  }

  /** A load for a demand failed. */
  failed(real: RealComponent, now: number): void {
    const record = this.#of(real);
    record.failures++;
    record.failedAt = now;
    if (this.#options && record.failures >= this.#options.openAfter) record.open = true;
  }

  crashed(real: RealComponent, now: number): void {
    if (!this.#options) return;
    const record = this.#of(real);
    record.crashes = now - record.warmSince < this.#options.openMs ? record.crashes + 1 : 1;
    record.failures = record.crashes;
    record.failedAt = now;
    if (record.crashes >= this.#options.openAfter) record.open = true;
  }

  /** A demand goes on waiting for it after its load failed. */
  waitsAgain(real: RealComponent, now: number): void {
    const options = this.#options;
    const record = this.#of(real);
    // Later ones may be the first of a demand that joined a load ahead: that gets a load of its own, at once.
    if (options && record.failures <= options.retries && !record.open) record.notBefore = now + options.backoffMs / 2;
  }

  /** A load for a demand begins. */
  begins(real: RealComponent, now: number): void {
    const options = this.#options;
    if (!options) return;
    const { open, failedAt, notBefore } = this.#of(real);
    const { id } = real.spec;
    promise(now >= notBefore, `${id} is tried again no sooner than ${notBefore}, not at ${now}`);
    promise(!open || now >= failedAt + options.openMs, `${id} is not loaded while its circuit is open`);
  }

  /** Whether a demand may be refused because a load of this failed just now: it had all its retries. */
  isFinal(real: RealComponent): boolean {
    const options = this.#options;
    return !options || this.#of(real).failures >= Math.min(options.retries + 1, options.openAfter);
  }

  /** Whether the circuit of one of these may be open. */
  isOpen(closure: readonly RealComponent[], now: number): boolean {
    const { longestOpenMs } = this.#options ?? { longestOpenMs: 0 };
    return closure.some((real) => this.#of(real).open && now < this.#of(real).failedAt + longestOpenMs);
  }

  /** What failed ahead of demands delays none of them. */
  after(status: EngineStatus, reals: readonly RealComponent[]): void {
    status.components.forEach(({ id, trouble }, index) => {
      if (!trouble) return;
      const { failures, open } = this.#of(reals[index]!);
      promise(trouble.failures === failures, `${id} failed ${trouble.failures} demands, not ${failures}`);
      promise(trouble.circuit === 'closed' || open, `the circuit of ${id} is open after ${failures} failures`);
      promise(trouble.retryAt === null || failures > 0, `${id} is tried again later only if it failed a demand`);
    });
  }

  #of(real: RealComponent): Record {
    const known = this.#records.get(real);
    if (known) return known;
    const record = { failures: 0, crashes: 0, failedAt: 0, warmSince: 0, open: false, notBefore: 0 };
    this.#records.set(real, record);
    return record;
  }
}
