import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { getPriority, setPriority } from 'node:os';
import { fileURLToPath } from 'node:url';
import { processTreesSync } from '../../src/loaders/process-tree.ts';

/** Where a fixture is. */
export const fixture = (name: string): URL => new URL(`../fixtures/loaders/${name}`, import.meta.url);
export const fixturePath = (name: string): string => fileURLToPath(fixture(name));

/** An argument that marks the programs of this test file, for others run at the same time. */
export const owner: string = `owner-${randomUUID()}`;

/** The programs that run now and have the owner in their command line, or environment; orphans included. */
export function running(told: 'cmdline' | 'environ' = 'cmdline'): number[] {
  const [all] = processTreesSync([1]);
  return all.map(({ pid }) => pid).filter((pid) => read(pid, told).includes(owner));
}

function read(pid: number, told: 'cmdline' | 'environ'): string {
  try {
    return readFileSync(`/proc/${pid}/${told}`, 'latin1');
  } catch {
    // It has ended in the meantime.
    return '';
  }
}

/** Whether this machine lets a priority be lowered and raised again. */
export function canRaise(): boolean {
  if (process.platform !== 'linux') return false;
  const before = getPriority();
  try {
    setPriority(0, before + 1);
    setPriority(0, before);
    return true;
  } catch {
    return false;
  }
}

/** What worker-math.mjs exports. */
export interface MathModule {
  add(a: number, b: number): number;
  unit: number;
  thread(): number;
  total(numbers: Float64Array): Promise<number>;
  refuse(reason: string): never;
  uncloneable(): () => void;
  hold(megabytes: number): void;
  never(): Promise<void>;
  exit(code: number): void;
  crashLater(): void;
  variable(name: string): string | undefined;
  hoard(): never;
}

/** The cores that a program or thread may run on, as `0-3,6`. */
export function coresOf(id: number): string {
  return /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(`/proc/${id}/status`, 'utf8'))?.[1] ?? '';
}

/** Whether one core can be kept clear here: there is another, and util-linux. */
export function canConfine(): boolean {
  return process.platform === 'linux' && /\D/.test(coresOf(process.pid)) && spawnSync('taskset', ['-V']).status === 0;
}
