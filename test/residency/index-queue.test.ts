import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { IndexQueue, none } from '../../src/residency/index-queue.ts';

test('an index queue is a list without gaps, whatever joins and leaves', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(300), { maxLength: 200 }), (list) => {
      const queue = new IndexQueue();
      let expected: number[] = [];
      for (const index of list) {
        expect(queue.has(index)).toBe(expected.includes(index));
        // What is there leaves, what is not joins.
        if (expected.includes(index)) {
          queue.delete(index);
          expected = expected.filter((other) => other !== index);
        } else {
          queue.push(index);
          expected.push(index);
        }
        expect(queue.newest).toBe(expected.at(-1) ?? none);
      }
      const found: number[] = [];
      for (let index = queue.oldest; index !== none; index = queue.after(index)) found.push(index);
      expect(found).toEqual(expected);
    }),
    { seed: 1 },
  );
});
