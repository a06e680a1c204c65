import { describe, expect, test } from 'vitest';
import { attachRing, createRing } from '../../src/ring/open.ts';
import type { Ring } from '../../src/ring/ring.ts';
import { descriptorsPerSlot, slotBytes } from '../../src/ring/layout.ts';

const kinds = ['wasm', 'atomics'] as const;
const pairs = kinds.flatMap((producer) => kinds.map((consumer) => ({ producer, consumer })));
const starts = [0, 2 ** 31 - 3, 2 ** 32 - 3];
const into = new Int32Array(64 * descriptorsPerSlot * 4);

/** First integers of what is popped. */
function popped(ring: Ring, slots?: number): number[] {
  const count = ring.popMany(into, slots);
  return Array.from({ length: count }, (_, at) => into[at * 4]);
}

const numbered = (from: number, count: number): Int32Array =>
  Int32Array.from({ length: count * 4 }, (_, at) => from + Math.floor(at / 4) + (at % 4) * 1000);

describe.each(pairs)('pushed on $producer, popped on $consumer', ({ producer, consumer }) => {
  const make = (limit: number, start = 0): [Ring, Ring] => {
    const ring = createRing(limit, { kind: producer, start });
    return [ring, attachRing(ring.memory, { kind: consumer })];
  };

  test('comes out whole and in order, however often the ring goes round, and where positions wrap', () => {
    for (const start of starts) {
      const [push, pop] = make(4, start);
      expect([push.kind, pop.kind]).toEqual([producer, consumer]);
      for (let n = 0; n < 50; n++) {
        expect(push.tryPush(n, -n, n * 7, 2 ** 31 - 1 - n)).toBe('pushed');
        expect(push.tryPush(n + 1000, 0, 0, 0)).toBe('pushed');
        expect(pop.popMany(into)).toBe(2);
        expect(Array.from(into.slice(0, 5))).toEqual([n, 0 - n, n * 7, 2 ** 31 - 1 - n, n + 1000]);
      }
    }
  });

  test.each([2, 3, 10, 20, 50])('holds exactly %d, and as many again once they are popped', (limit) => {
    const [push, pop] = make(limit, 2 ** 31 - 5);
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < limit; n++) expect(push.tryPush(n, 0, 0, 0)).toBe('pushed');
      expect(push.tryPush(99, 0, 0, 0)).toBe('full');
      expect(push.pushMany(numbered(0, 7), 7)).toBe(0);
      expect(push.pending).toBe(limit);
      expect(popped(pop)).toEqual(Array.from({ length: limit }, (_, n) => n));
      expect(popped(pop)).toEqual([]);
    }
  });

  test('a lower limit holds from then on, and lets what is there stay', () => {
    const [push, pop] = make(20);
    for (let n = 0; n < 15; n++) push.tryPush(n, 0, 0, 0);
    pop.limit = 10;
    expect(push.tryPush(15, 0, 0, 0)).toBe('full');
    expect(popped(pop, 5)).toHaveLength(5);
    expect(push.tryPush(15, 0, 0, 0)).toBe('full');
    expect(popped(pop, 1)).toEqual([5]);
    expect(push.tryPush(15, 0, 0, 0)).toBe('pushed');
    push.limit = 20;
    for (let n = 16; n < 26; n++) expect(push.tryPush(n, 0, 0, 0)).toBe('pushed');
    expect(() => (push.limit = 33)).toThrow('this ring has 32 slots');
  });

  test('packs seven into a slot, and pushes what there is room for, or all or none', () => {
    const [push, pop] = make(4, 2 ** 32 - 2);
    expect(push.pushMany(numbered(0, 20), 20)).toBe(20);
    expect(push.pending).toBe(3);
    expect(push.pushMany(numbered(20, 8), 8, true)).toBe(0);
    expect(push.pushMany(numbered(20, 8), 8)).toBe(7);
    expect(pop.popMany(into)).toBe(27);
    expect(Array.from(into.slice(0, 27 * 4))).toEqual([...numbered(0, 27)]);
    expect(push.pushMany(numbered(0, 8), 8, true)).toBe(8);
    expect(pop.popMany(into, 1)).toBe(7);
    expect(pop.popMany(into, 1)).toBe(1);
  });

  test('after it is closed nothing is pushed, and what is there can be popped', () => {
    const [push, pop] = make(4);
    push.tryPush(1, 2, 3, 4);
    pop.close();
    expect(push.closed).toBe(true);
    expect(push.tryPush(5, 0, 0, 0)).toBe('closed');
    expect(push.pushMany(numbered(0, 2), 2)).toBe(-1);
    push.limit = 2;
    expect(push.closed).toBe(true);
    expect(popped(pop)).toEqual([1]);
  });
});

describe('a ring', () => {
  test('begins at a cache line, and its slots fill theirs', () => {
    const { memory } = createRing(10);
    expect(memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(slotBytes % 128).toBe(0);
  });

  test('refuses other limits, other memory, too much at once, and a 33rd party', () => {
    for (const limit of [0, 1.5, 65_537, Number.NaN]) expect(() => createRing(limit)).toThrow('1 to 65,536 slots');
    const other = new (globalThis as never as { WebAssembly: { Memory: new (o: object) => never } }).WebAssembly.Memory(
      {
        initial: 1,
        maximum: 1,
        shared: true,
      },
    );
    expect(() => attachRing(other)).toThrow('no ring');
    const ring = createRing(2);
    expect(() => ring.pushMany(new Int32Array(8), 3)).toThrow('found 3');
    expect(() => ring.popMany(new Int32Array(8))).toThrow('28 integers');
    const parties = Array.from({ length: 31 }, () => attachRing(ring.memory));
    expect(() => attachRing(ring.memory)).toThrow('32 parties');
    parties[4].detach();
    expect(attachRing(ring.memory).party).toBe(parties[4].party);
  });
});
