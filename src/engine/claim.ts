import type { CommandId, LeaseId, UserId } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import type { Slot } from './slot.ts';

/** One demand, from the moment it is made until it is released. */
export interface Claim {
  readonly lease: LeaseId;
  readonly slot: Slot;
  readonly user: UserId;
  readonly command: CommandId;
  /** Where the component was when it was demanded. */
  readonly found: Found;
  /** Its place among the open ones of its component; -1: it is not open. */
  at: number;
}

/**
 * The open claims of one component. A set that never hashes: each claim knows its place, and the last takes that of one
 * that goes. A `Set` of which one claim at a time comes and goes would be rebuilt at every fourth.
 */
export class OpenClaims {
  readonly #claims: Claim[] = [];

  get size(): number {
    return this.#claims.length;
  }

  has(claim: Claim): boolean {
    return this.#claims[claim.at] === claim;
  }

  add(claim: Claim): void {
    claim.at = this.#claims.push(claim) - 1;
  }

  /** Whether it was there. */
  delete(claim: Claim): boolean {
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
  [Symbol.iterator](): Iterator<Claim> {
    return this.#claims.toSorted((a, b) => a.lease - b.lease)[Symbol.iterator]();
  }

  clear(): void {
    for (const claim of this.#claims.splice(0)) claim.at = -1;
  }
}
