import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { processTreesSync } from '../../src/loaders/process-tree.ts';

/** Where a fixture is. */
export const fixture = (name: string): URL => new URL(`../fixtures/loaders/${name}`, import.meta.url);
export const fixturePath = (name: string): string => fileURLToPath(fixture(name));

/** An argument that marks the programs of this test file, for others run at the same time. */
export const owner: string = `owner-${randomUUID()}`;

/** The programs of this test file that run now, orphans included. */
export function running(): number[] {
  const [all] = processTreesSync([1]);
  return all.map(({ pid }) => pid).filter((pid) => commandLine(pid).includes(owner));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    // It has ended in the meantime.
    return '';
  }
}
