import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import { createRing } from '../../src/ring/open.ts';
import { reap } from '../../src/ring/reap.ts';
import { dismissAll, hire, type Stress, stress, told } from './crew.ts';

/**
 * Where a thread may be held up: between a look and a claim, and between a claim and what is published; now and then for so
 * long that others have their turn, even where there is only one core.
 */
const pause =
  'for (let n = Math.random() * 500; n > 0; n--); if (Math.random() < 0.002) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);';
const pauses: readonly (readonly [string, string])[] = [
  ['const found = Atomics.compareExchange(', `${pause} const found = Atomics.compareExchange(`],
  ['this.#claimed = free;', `this.#claimed = free; ${pause}`],
  ['this.#position = position;', `this.#position = position; ${pause}`],
];

interface Mutant {
  readonly name: string;
  readonly of: string;
  readonly from: string;
  readonly to: string;
  /** A second place that changes with it. */
  readonly also?: readonly [string, string];
  /** How it is put under stress, if not as the others are. */
  readonly setting?: Partial<Stress>;
}

/** Known ways to get such a ring wrong. If the stress test can't see one of them, it shows nothing. */
const mutants: readonly Mutant[] = [
  {
    name: 'a slot is published before it is written',
    of: 'atomics-ring.js',
    from: 'cells[slot + count] = here;',
    to: `Atomics.store(cells, slot, (position + at + 1) | 0); ${pause} cells[slot + count] = here;`,
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
    from: 'const ahead = (Atomics.load(cells, this.#slotOf(position)) - position - 1) | 0;',
    to: 'let last = wanted; while (last > 1 && Atomics.load(cells, this.#slotOf(position + last - 1)) !== ((position + last) | 0)) last--; const ahead = (Atomics.load(cells, this.#slotOf(position + last - 1)) - position - last) | 0;',
    also: ['let full = 1;', 'let full = last;'],
  },
  {
    name: 'a slot is given back before it is read',
    of: 'atomics-ring.js',
    from: 'const end = slot + first + cells[slot + count] * 4;',
    to: `const end = slot + first + cells[slot + count] * 4; Atomics.store(cells, slot, (position + at + this.capacity) | 0); ${pause}`,
  },
  {
    name: 'a claim is made by a store instead of a compare-and-swap',
    of: 'atomics-ring.js',
    from: 'const found = Atomics.compareExchange(cells, tail, position, (position + full) | 0);',
    to: `${pause} Atomics.store(cells, tail, (position + full) | 0); const found = position;`,
  },
  {
    name: 'one that is about to sleep does not look again',
    of: 'waiting.js',
    from: 'return hasMore(cells) || Atomics.wait(',
    to: 'return Atomics.wait(',
    also: ['function aboutToSleep(cells) {', `function aboutToSleep(cells) { ${pause}`],
    // A later push would wake it: there is room for one.
    setting: { limit: 1, kinds: ['atomics'], sleepMs: Number.POSITIVE_INFINITY },
  },
];

/** The ring as it was built, but with pauses, and one thing changed: where it is. */
function mutated({ name, of, from, to, also = ['', ''] }: Mutant): string {
  const dist = join(scratch, name.replaceAll(' ', '-'));
  cpSync(fileURLToPath(new URL('../../dist/ring', import.meta.url)), join(dist, 'ring'), { recursive: true });
  writeFileSync(join(dist, 'package.json'), '{ "type": "module" }');
  const path = join(dist, 'ring', of);
  const source = readFileSync(path, 'utf8');
  expect(source).toContain(from);
  expect(source).toContain(also[0]);
  writeFileSync(path, source.replace(from, to).replace(...also));
  const ring = join(dist, 'ring', 'atomics-ring.js');
  const paused = pauses.reduce((text, [where, held]) => text.replaceAll(where, held), readFileSync(ring, 'utf8'));
  writeFileSync(ring, paused);
  return pathToFileURL(dist).href;
}

const scratch = mkdtempSync(join(tmpdir(), 'foreload-ring-'));
beforeAll(() => build(), 120_000);
afterEach(dismissAll);
afterAll(() => rmSync(scratch, { recursive: true }));

describe('the stress test finds', () => {
  test.each(mutants)(
    '$name',
    async (mutant) => {
      const dist = mutated(mutant);
      for (let round = 0; round < 10; round++) {
        const setting = {
          limit: round % 2 ? 2 : 8,
          start: 2 ** 32 - 60,
          kinds: ['atomics', 'atomics'] as const,
          ...mutant.setting,
          dist,
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

test('it finds nothing in the ring itself, with the same pauses', async () => {
  const dist = mutated({ name: 'nothing changed', of: 'atomics-ring.js', from: '', to: '' });
  for (const limit of [2, 8]) {
    const setting = { limit, start: 2 ** 32 - 60, kinds: ['atomics', 'atomics'] as const, items: 5000, dist };
    expect(await stress(setting)).toEqual([]);
    await dismissAll();
  }
});

describe('a producer that dies between its claim and what it publishes', () => {
  /** Ends its thread there. */
  const dying = {
    name: 'dies after its claim',
    of: 'atomics-ring.js',
    from: 'cells[slot + count] = 1;',
    to: 'process.exit();',
  };
  const idle = {
    name: 'reaps nothing',
    of: 'reap.js',
    from: 'for (const party of dead) {',
    to: 'for (const party of []) {',
  };

  test('blocks the ring until it is reaped; a reaper that does nothing is found', async () => {
    const ring = createRing(4, { start: 2 ** 32 - 2 });
    const into = new Int32Array(64 * 28);
    const job = { kind: 'atomics', role: 'producer', id: 1, items: 1, most: 1, dist: mutated(dying) } as const;
    const victim = hire(ring, job);
    const ended = once(victim, 'exit');
    const { party } = await told<{ party: number }>(victim, 'party');
    await ended;
    ring.tryPush(7, 0, 0, 0);
    const { reap: idleReap } = (await import(`${mutated(idle)}/ring/reap.js`)) as { reap: typeof reap };
    idleReap(ring.memory, [party]);
    expect(ring.popMany(into)).toBe(0);
    // Its place is free now as far as the ring knows; who died there is known to the caller alone.
    expect(reap(ring.memory, [party])).toEqual({ unfilled: 1, lost: 0, undecided: 0 });
    expect(ring.popMany(into)).toBe(1);
    expect(into[0]).toBe(7);
  });
});
