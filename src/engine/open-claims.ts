import type { LeaseId } from '../model/ids.ts';

/** What can be open: it keeps its own place. */
export interface Placed {
  readonly lease: LeaseId;
  /** -1: it is not open. */
  at: number;
}

/**
 * The open claims of one component. A set that never hashes: each claim knows its place, and the last takes that of one
 * that goes. A `Set` of which one claim at a time comes and goes would be rebuilt at every fourth.
 */
export class OpenClaims<C extends Placed> {
  readonly #claims: C[] = [];

  get size(): number {
    return this.#claims.length;
  }

  has(claim: C): boolean {
    return this.#claims[claim.at] === claim;
  }

  add(claim: C): void {
    claim.at = this.#claims.push(claim) - 1;
  }

  /** Whether it was there. */
  delete(claim: C): boolean {
    if (!this.has(claim)) return false;
    const last = this.#claims.pop()!;
    if (last !== claim) {
      this.#claims[claim.at] = last;
      last.at = claim.at;
    }
    claim.at = -1;
    return true;
  }

  /** In the order of their leases. */
  [Symbol.iterator](): Iterator<C> {
    return this.#claims.toSorted((a, b) => a.lease - b.lease)[Symbol.iterator]();
  }

  clear(): void {
    for (const claim of this.#claims.splice(0)) claim.at = -1;
  }
}
