import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { PressureLevel } from '../model/reason.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/system.ts';
import type { MemoryReading, Probe } from './probe.ts';

/** Runs a program and gives what it prints. Rejects if it can't be run, fails, or takes longer than a few seconds. */
export type RunCommand = (program: string, args: readonly string[]) => Promise<string>;

/** Ms between two refreshes, and after which a reading that was not refreshed is no reading any more. */
const refreshEvery = 2000;
const staleAfter = 10_000;

/**
 * Memory on macOS, where free memory says little: the share that `memory_pressure` calls free (where that can't be had,
 * the pages that `vm_stat` lists as free, inactive, speculative or purgeable), and the kernel's own pressure level.
 * Programs are run beside everything else; a reading is the latest they gave.
 */
export function macosMemory({
  run = runCommand,
  clock = systemClock,
  limitBytes = totalmem(),
}: {
  readonly run?: RunCommand;
  readonly clock?: Clock;
  readonly limitBytes?: number;
} = {}): Probe {
  let latest: MemoryReading | null = null;
  let failure: unknown = null;
  let readAt = 0;
  let askedAt: number | null = null;
  let running = false;

  async function refresh(): Promise<void> {
    running = true;
    try {
      latest = await readMacos(run, limitBytes);
      readAt = clock.now();
      failure = null;
    } catch (error) {
      failure = error;
    }
    running = false;
  }

  return {
    name: 'macos-memory',
    read() {
      const now = clock.now();
      if (!running && (askedAt === null || now - askedAt >= refreshEvery)) {
        askedAt = now;
        void refresh();
      }
      if (failure) throw asError(failure);
      if (!latest) return undefined;
      if (now - readAt < staleAfter) return latest;
      throw unreadable(`nothing newer than ${Math.round((now - readAt) / 1000)} s`);
    },
  };
}

async function readMacos(run: RunCommand, limitBytes: number): Promise<MemoryReading> {
  const availableBytes = await run('memory_pressure', ['-Q'])
    .then((text) => freeShare(text) * limitBytes)
    .catch(async () => reclaimable(await run('vm_stat', [])));
  const level = await run('sysctl', ['-n', 'kern.memorystatus_vm_pressure_level']).catch(() => '');
  const atLeast = kernelLevels[level.trim()];
  return { availableBytes: Math.min(availableBytes, limitBytes), limitBytes, ...(atLeast ? { atLeast } : {}) };
}

/** As in xnu's `memorystatus_vm_pressure_level`: 1 is normal, 2 a warning, 4 critical. */
const kernelLevels: Readonly<Record<string, PressureLevel>> = { '1': 'low', '2': 'high', '4': 'critical' };

function freeShare(text: string): number {
  const percent = /^System-wide memory free percentage:\s*(\d+)%/m.exec(text)?.[1];
  if (percent === undefined) throw unreadable('no free percentage');
  return Number(percent) / 100;
}

/** Pages are 4 KB on Intel and 16 KB on Apple silicon: the first line says so. */
function reclaimable(text: string): number {
  const pageBytes = Number(/page size of (\d+) bytes/.exec(text)?.[1]);
  const pages = (kind: string): number =>
    Number(new RegExp(`^Pages ${kind}:\\s+(\\d+)\\.?$`, 'm').exec(text)?.[1] ?? 0);
  const total = ['free', 'inactive', 'speculative', 'purgeable'].reduce((sum, kind) => sum + pages(kind), 0);
  if (!(pageBytes > 0) || total === 0) throw unreadable('no page counts');
  return total * pageBytes;
}

const unreadable = (found: string): ForeloadError =>
  new ForeloadError('probe-failed', {
    what: 'memory_pressure and vm_stat do not say how much memory is available',
    found,
    remedy: 'see what they print when run by hand',
  });

const runCommand: RunCommand = (program, args) =>
  new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: 3000, killSignal: 'SIGKILL' }, (error, stdout) =>
      error ? reject(error) : resolve(stdout),
    );
    child.unref();
  });

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(reasonOf(error)));
