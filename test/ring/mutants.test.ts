import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { dismissAll, stress } from './crew.ts';

/** Known ways to get such a ring wrong. If the stress test can't see one of them, it shows nothing. */
const mutants: readonly { readonly name: string; readonly of: string; readonly from: string; readonly to: string }[] = [
  {
    name: 'a slot is published before it is written',
    of: 'atomics-ring.js',
    from: 'cells[slot + count] = here;',
    to: 'Atomics.store(cells, slot, (position + at + 1) | 0); cells[slot + count] = here;',
  },
  {
    name: 'the head is moved without asking whether the slots are free',
    of: 'atomics-ring.js',
    from: 'while (free < most && Atomics.load(cells, this.#slotOf(position + free)) === ((position + free) | 0))',
    to: 'while (free < most)',
  },
  {
    name: 'of several full slots only the last is looked at',
    of: 'atomics-ring.js',
    from: 'let full = 0;',
    to: 'let full = wanted; while (full > 0 && Atomics.load(cells, this.#slotOf(position + full - 1)) !== ((position + full) | 0)) full--; if (full === 0)',
  },
  {
    name: 'a slot is given back before it is read',
    of: 'atomics-ring.js',
    from: 'const end = slot + first + cells[slot + count] * 4;',
    to: 'const end = slot + first + cells[slot + count] * 4; Atomics.store(cells, slot, (position + at + this.capacity) | 0);',
  },
  {
    name: 'a claim is made by a store instead of a compare-and-swap',
    of: 'atomics-ring.js',
    from: 'const found = Atomics.compareExchange(cells, tail, position, (position + full) | 0);',
    to: 'Atomics.store(cells, tail, (position + full) | 0); const found = position;',
  },
];

const scratch = mkdtempSync(join(tmpdir(), 'foreload-ring-'));
beforeAll(() => build(), 120_000);
afterEach(dismissAll);
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the stress test finds', () => {
  test.each(mutants)(
    '$name',
    async ({ name, of, from, to }) => {
      const dist = join(scratch, name.replaceAll(' ', '-'));
      cpSync(fileURLToPath(new URL('../../dist/ring', import.meta.url)), join(dist, 'ring'), { recursive: true });
      writeFileSync(join(dist, 'package.json'), '{ "type": "module" }');
      const path = join(dist, 'ring', of);
      const source = readFileSync(path, 'utf8');
      expect(source).toContain(from);
      writeFileSync(path, source.replace(from, to));
      const where = pathToFileURL(dist).href;
      for (let round = 0; round < 10; round++) {
        const setting = {
          limit: round % 2 ? 2 : 8,
          start: 2 ** 32 - 60,
          kinds: ['atomics', 'atomics'] as const,
          dist: where,
        };
        // One that blocks everybody has been found as well.
        const blocked = new Promise<string[]>((resolve) => setTimeout(resolve, 8000, ['blocked']));
        const faults = await Promise.race([stress({ ...setting, items: 20_000 }), blocked]);
        await dismissAll();
        if (faults.length > 0) return;
      }
      expect.fail('10 runs found nothing');
    },
    120_000,
  );
});
