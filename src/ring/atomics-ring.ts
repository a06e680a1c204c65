import type { WasmMemory } from './web-assembly.ts';
import {
  countInSlot,
  descriptorsInSlot,
  descriptorsPerSlot,
  headOffset,
  limitOffset,
  partyOffset,
  popClaims,
  pushClaims,
  scratchDescriptors,
  slotBytes,
  slotsOffset,
  tailOffset,
} from './layout.ts';
import { mostSlots, RingParty } from './ring-party.ts';
import type { Pushed } from './ring.ts';

const head = headOffset >> 2;
const tail = tailOffset >> 2;
const limit = limitOffset >> 2;
const slots = slotsOffset >> 2;
const stride = slotBytes >> 2;
const count = countInSlot >> 2;
const first = descriptorsInSlot >> 2;
/** Between the two claims of a kind: one is 4 or 20, the other 12 or 28 bytes into a party. */
const turn = 2;

/**
 * The ring over `Atomics`: where WASM can't be had, and the text by which to judge the other.
 *
 * A slot whose sequence number equals a position is free for it; one more, and it is full; one capacity more, and free for the
 * next round. Whoever moves the head from a position owns that slot until it stores the sequence number, which publishes
 * what it wrote before (both sequentially consistent). A claim of several slots is made only when every one of them is free,
 * or full: consumers finish out of order, so the last being ready says nothing about the others.
 *
 * Several slots are published from the last to the first, so that what was pushed together is seen together: until the
 * first is there, nobody gets at the others.
 *
 * A claim is noted in this party's line by plain stores before it is made. The compare-and-swap orders them before the claim.
 * The two notes of a kind are used in turn, so that one is overwritten only after a later claim was made, and so
 * after its own slots were published: while a slot is claimed and not published, its claimant's note stands. See `reap`.
 */
export class AtomicsRing extends RingParty {
  readonly kind = 'atomics';
  readonly buffer: Int32Array = new Int32Array(scratchDescriptors * 4);
  #push: number;
  #pop: number;
  /** The tail as it was last seen; the real one is here or further. */
  #tailSeen: number;

  constructor(memory: WasmMemory, capacity: number, party: number) {
    super(memory, capacity, party);
    this.#push = (partyOffset(party) + pushClaims) >> 2;
    this.#pop = (partyOffset(party) + popClaims) >> 2;
    this.#tailSeen = Atomics.load(this.cells, tail);
  }

  tryPush(a: number, b: number, c: number, d: number): Pushed {
    const { cells } = this;
    let position = cells[head]!;
    let slot: number;
    for (;;) {
      slot = this.#slotOf(position);
      const ahead = (Atomics.load(cells, slot) - position) | 0;
      if (ahead > 0) {
        position = Atomics.load(cells, head);
        continue;
      }
      if (ahead < 0 || this.#room(position, 1) <= 0) {
        cells[this.#push + 1] = 0;
        return cells[limit]! < 0 ? 'closed' : 'full';
      }
      cells[this.#push] = position;
      cells[this.#push + 1] = 1;
      const found = Atomics.compareExchange(cells, head, position, (position + 1) | 0);
      if (found === position) break;
      position = found;
    }
    cells[slot + count] = 1;
    cells[slot + first] = a;
    cells[slot + first + 1] = b;
    cells[slot + first + 2] = c;
    cells[slot + first + 3] = d;
    Atomics.store(cells, slot, (position + 1) | 0);
    this.#push ^= turn;
    this.wake();
    return 'pushed';
  }

  pushMany(descriptors: Int32Array, total: number, whole: boolean = false): number {
    this.fits(descriptors, total);
    if (total === 0) return this.closed ? -1 : 0;
    const wanted = Math.ceil(total / descriptorsPerSlot);
    const position = this.#claimFree(wanted, whole ? wanted : 1);
    if (this.#claimed === 0) return this.closed ? -1 : 0;
    const { cells } = this;
    let from = 0;
    for (let at = 0; at < this.#claimed; at++) {
      const slot = this.#slotOf(position + at);
      const here = Math.min(descriptorsPerSlot, total - from / 4);
      cells[slot + count] = here;
      for (let to = slot + first; to < slot + first + here * 4; to++) cells[to] = descriptors[from++]!;
    }
    for (let at = this.#claimed - 1; at >= 0; at--) {
      Atomics.store(cells, this.#slotOf(position + at), (position + at + 1) | 0);
    }
    this.#push ^= turn;
    this.wake();
    return from / 4;
  }

  popMany(into: Int32Array, most: number = mostSlots): number {
    const wanted = this.takes(into, most);
    const { cells } = this;
    for (;;) {
      const full = this.#claimFull(wanted);
      if (full === 0) return 0;
      const position = this.#position;
      let to = 0;
      for (let at = 0; at < full; at++) {
        const slot = this.#slotOf(position + at);
        const end = slot + first + cells[slot + count]! * 4;
        for (let from = slot + first; from < end; from++) into[to++] = cells[from]!;
        Atomics.store(cells, slot, (position + at + this.capacity) | 0);
      }
      this.#pop ^= turn;
      // Nothing in them: they were claimed by one that died. On to the next.
      if (to > 0) return to / 4;
    }
  }

  #claimed = 0;
  #position = 0;

  /**
   * How many slots may be filled from a position on, as far as `wanted`; none or less: no more. At the full limit the slots tell
   * by themselves: reading the tail would take its cache line from those who pop.
   */
  #room(position: number, wanted: number): number {
    const allowed = this.cells[limit]!;
    if (allowed === this.capacity) return wanted;
    // A tail seen long ago may be any distance behind.
    if (((position - this.#tailSeen) >>> 0) + wanted > allowed) this.#tailSeen = Atomics.load(this.cells, tail);
    return allowed < 0 ? 0 : allowed - ((position - this.#tailSeen) | 0);
  }

  /** Claims free slots, `least` or more, up to `wanted`; returns the first position. None: `#claimed` is 0. */
  #claimFree(wanted: number, least: number): number {
    const { cells } = this;
    let position = Atomics.load(cells, head);
    for (;;) {
      const most = Math.min(wanted, this.#room(position, wanted));
      let free = 0;
      while (free < most && Atomics.load(cells, this.#slotOf(position + free)) === ((position + free) | 0)) free++;
      if (free < least) {
        const now = Atomics.load(cells, head);
        if (now === position) {
          cells[this.#push + 1] = 0;
          this.#claimed = 0;
          return 0;
        }
        position = now;
        continue;
      }
      cells[this.#push] = position;
      cells[this.#push + 1] = free;
      const found = Atomics.compareExchange(cells, head, position, (position + free) | 0);
      if (found === position) {
        this.#claimed = free;
        return position;
      }
      position = found;
    }
  }

  /** Claims full slots, up to `wanted`, from `#position` on; how many. */
  #claimFull(wanted: number): number {
    const { cells } = this;
    let position = cells[tail]!;
    for (;;) {
      const ahead = (Atomics.load(cells, this.#slotOf(position)) - position - 1) | 0;
      if (ahead < 0) return 0;
      if (ahead > 0) {
        position = Atomics.load(cells, tail);
        continue;
      }
      let full = 1;
      while (full < wanted && Atomics.load(cells, this.#slotOf(position + full)) === ((position + full + 1) | 0))
        full++;
      cells[this.#pop] = position;
      cells[this.#pop + 1] = full;
      const found = Atomics.compareExchange(cells, tail, position, (position + full) | 0);
      if (found === position) {
        this.#position = position;
        return full;
      }
      position = found;
    }
  }

  #slotOf(position: number): number {
    return slots + (position & (this.capacity - 1)) * stride;
  }
}
