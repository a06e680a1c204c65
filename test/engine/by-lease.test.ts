import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ByLease } from '../../src/engine/by-lease.ts';
import type { LeaseId } from '../../src/model/ids.ts';

test('holds what a plain map would, however many leases are open and whichever ends first', () => {
  const step = fc.record({ ends: fc.boolean(), which: fc.nat(300), gap: fc.integer({ min: 1, max: 100 }) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
      const found = new ByLease<{ readonly lease: LeaseId }>();
      const plain = new Map<number, { readonly lease: LeaseId }>();
      let last = 0;
      for (const { ends, which, gap } of steps) {
        const open = [...plain.keys()];
        const lease = ends && open.length > 0 ? open[which % open.length] : (last += gap);
        if (plain.has(lease)) {
          expect(found.delete(lease as LeaseId)).toBe(plain.get(lease));
          plain.delete(lease);
        } else {
          const one = { lease: lease as LeaseId };
          found.add(one);
          plain.set(lease, one);
        }
        expect(found.size).toBe(plain.size);
        expect(found.delete((last + 64) as LeaseId)).toBeUndefined();
        expect(found.has((last + 1) as LeaseId)).toBe(false);
      }
      for (const [lease, one] of plain) expect(found.get(lease as LeaseId)).toBe(one);
      expect(new Set(found.values())).toEqual(new Set(plain.values()));
    }),
  );
});
