import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { treePids } from '../../src/loaders/process-tree.ts';

/** Where a fixture is. */
export const fixture = (name: string): URL => new URL(`../fixtures/loaders/${name}`, import.meta.url);
export const fixturePath = (name: string): string => fileURLToPath(fixture(name));

/** Running programs with this in their command line, wherever they are in the process tree. */
export function programs(text: string): number[] {
  return treePids(1).filter((pid) => commandLine(pid).includes(text));
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    // It has ended in the meantime.
    return '';
  }
}
