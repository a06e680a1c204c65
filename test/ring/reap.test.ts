import { describe, expect, test } from 'vitest';
import {
  headOffset,
  partyOffset,
  popClaims,
  pushClaims,
  slotBytes,
  slotsOffset,
  tailOffset,
} from '../../src/ring/layout.ts';
import { reap } from '../../src/ring/reap.ts';
import { attachRing, createRing } from '../../src/ring/open.ts';
import type { Ring } from '../../src/ring/ring.ts';
import { moreToCome } from '../../src/ring/waiting.ts';

const into = new Int32Array(64 * 28);

/** Does what a party does up to the moment after its claim, and nothing more: as one that dies there. */
function dieAfterClaim(ring: Ring, kind: 'push' | 'pop', count: number, turn = 0): void {
  const cells = new Int32Array(ring.memory.buffer);
  const counter = (kind === 'push' ? headOffset : tailOffset) >> 2;
  const note = (partyOffset(ring.party) + (kind === 'push' ? pushClaims : popClaims) + turn * 8) >> 2;
  cells[note] = cells[counter]!;
  cells[note + 1] = count;
  cells[counter] = (cells[counter] + count) | 0;
}

describe.each([0, 2 ** 31 - 2, 2 ** 32 - 2])('clearing up after the dead, from position %d', (start) => {
  const make = (): [Ring, Ring, Ring] => {
    const ring = createRing(8, { start });
    return [ring, attachRing(ring.memory, { kind: 'atomics' }), attachRing(ring.memory)];
  };

  test.each([0, 1])(
    'a producer that died between claim and publication blocks everybody until then (note %d)',
    (turn) => {
      const [ring, dead, other] = make();
      other.tryPush(1, 0, 0, 0);
      dieAfterClaim(dead, 'push', 2, turn);
      other.tryPush(2, 0, 0, 0);
      expect(ring.popMany(into)).toBe(1);
      expect(ring.popMany(into)).toBe(0);
      expect(ring.pending).toBe(3);
      expect(reap(ring.memory, [dead.party])).toEqual({ unfilled: 2, lost: 0, undecided: 0 });
      expect(ring.popMany(into)).toBe(1);
      expect(into[0]).toBe(2);
      expect(ring.pending).toBe(0);
      expect(attachRing(ring.memory).party).toBe(dead.party);
    },
  );

  test('what was to be pushed together and is there in part is not seen', () => {
    const [ring, dead, other] = make();
    const cells = new Int32Array(ring.memory.buffer);
    dieAfterClaim(dead, 'push', 3);
    for (const at of [2, 1]) {
      const position = (start + at) | 0;
      const slot = (slotsOffset + (position & 7) * slotBytes) >> 2;
      cells[slot + 1] = 1;
      cells[slot + 4] = 666;
      cells[slot] = (position + 1) | 0;
    }
    other.tryPush(5, 0, 0, 0);
    expect(ring.popMany(into)).toBe(0);
    expect(reap(ring.memory, [dead.party])).toEqual({ unfilled: 3, lost: 0, undecided: 0 });
    expect(ring.popMany(into)).toBe(1);
    expect(into[0]).toBe(5);
  });

  test('a consumer that died holding slots gives them back, and what was in them is lost', () => {
    const [ring, dead, other] = make();
    for (let n = 0; n < 8; n++) other.tryPush(n, 0, 0, 0);
    dieAfterClaim(dead, 'pop', 3);
    expect(ring.popMany(into)).toBe(5);
    other.pushMany(new Int32Array(40 * 4), 40);
    expect(reap(ring.memory, [dead.party])).toEqual({ unfilled: 0, lost: 3, undecided: 0 });
    for (let n = 0; n < 2; n++) expect(other.tryPush(n, 0, 0, 0)).toBe('pushed');
    expect(ring.popMany(into)).toBeGreaterThan(0);
  });

  test('leaves alone what a living party has claimed, and says that it can not tell', () => {
    const [ring, dead, living] = make();
    // Both meant to claim the next slot; the living one got it, and has not filled it yet.
    const cells = new Int32Array(ring.memory.buffer);
    const note = (partyOffset(dead.party) + pushClaims) >> 2;
    cells[note] = cells[headOffset >> 2]!;
    cells[note + 1] = 1;
    dieAfterClaim(living, 'push', 1);
    expect(reap(ring.memory, [dead.party])).toEqual({ unfilled: 0, lost: 0, undecided: 1 });
    expect(attachRing(ring.memory).party).not.toBe(dead.party);
  });

  test('wakes who sleeps: the dead one may have published and woken nobody', async () => {
    const [ring, dead, other] = make();
    dieAfterClaim(dead, 'push', 1);
    other.tryPush(5, 0, 0, 0);
    const woken = moreToCome(ring.memory);
    reap(ring.memory, [dead.party]);
    expect(await woken).toBe(true);
    expect(ring.popMany(into)).toBe(1);
  });

  test('after one that did nothing wrong there is nothing to do', () => {
    const [ring, dead] = make();
    for (let n = 0; n < 30; n++) {
      dead.tryPush(n, 0, 0, 0);
      dead.popMany(into);
    }
    dead.tryPush(7, 0, 0, 0);
    expect(reap(ring.memory, [dead.party])).toEqual({ unfilled: 0, lost: 0, undecided: 0 });
    expect(ring.popMany(into)).toBe(1);
    expect(into[0]).toBe(7);
  });
});
