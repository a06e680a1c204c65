import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Kills {
  readonly rounds: number;
  readonly acknowledged: number;
  readonly lost: number;
  readonly disordered: number;
  readonly torn: number;
  readonly damaged: number;
  readonly failed: number;
}

it('a store whose writers are killed at random points opens each time, and has all that was acknowledged', () => {
  expect(existsSync(`${root}dist/index.js`), 'dist/ is missing: run `npm run build`').toBe(true);
  const args = ['scripts/soak-store.mjs', '--rounds', '10', '--json'];
  const { results } = JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' })) as {
    results: { one: Kills; two: Kills; full: { lost: number; extra: number } | null };
  };
  for (const { rounds, acknowledged, torn: _, ...bad } of [results.one, results.two]) {
    expect(rounds).toBeGreaterThan(0);
    expect(acknowledged).toBeGreaterThan(0);
    expect(bad).toEqual({ lost: 0, disordered: 0, damaged: 0, failed: 0 });
  }
  if (results.full) expect(results.full).toMatchObject({ lost: 0, extra: 0 });
}, 120_000);
