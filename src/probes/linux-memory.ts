import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { Clock } from '../time/clock.ts';
import { systemClock } from '../time/system.ts';
import { type MemoryCgroup, memoryCgroups, type ReadText, readCgroup } from './memory-cgroups.ts';
import type { MemoryReading, MemoryStall, Probe } from './probe.ts';
import { StallMeter } from './stall-meter.ts';
import { worstReading } from './worst-of.ts';

/** A stall of the whole machine is somebody else's affair, at their own limit, while more than this share is available. */
const plenty = 0.5;

/**
 * Memory on Linux: the machine's, that of the process's control group and of each group above it, whichever is tightest;
 * and how long somebody waited for memory lately, in its own group where that is measured, else on the machine.
 */
export function linuxMemory({
  read = (path) => readFileSync(path, 'utf8'),
  clock = systemClock,
}: {
  readonly read?: ReadText;
  readonly clock?: Clock;
} = {}): Probe {
  const groups = new Cgroups(read);
  const meter = new StallMeter();
  return {
    name: 'linux-memory',
    read() {
      const machine = machineMemory(read('/proc/meminfo'));
      const own = groups.list();
      const reading = worstReading([machine, ...groups.read(machine.limitBytes)]);
      const stall = stallOf(own, reading, read, (text) => meter.read(text, clock.now()));
      return stall ? { ...reading, stall } : reading;
    },
  };
}

/** The groups of this process. Looked up anew when it was moved. */
class Cgroups {
  readonly #read: ReadText;
  #text: string | null = null;
  #all: readonly MemoryCgroup[] = [];
  /** Those that could be read before. Others, such as the root, have no files of that name. */
  readonly #known = new Set<string>();

  constructor(read: ReadText) {
    this.#read = read;
  }

  list(): readonly MemoryCgroup[] {
    const text = optional(() => this.#read('/proc/self/cgroup')) ?? '';
    if (text !== this.#text) {
      this.#all = memoryCgroups(text, optional(() => this.#read('/proc/self/mountinfo')) ?? '');
      this.#text = text;
      this.#known.clear();
    }
    return this.#all;
  }

  /** @throws ForeloadError `probe-failed` if a limit that was read before can't be any more */
  read(machineBytes: number): MemoryReading[] {
    return this.#all.flatMap((group) => {
      try {
        const reading = readCgroup(group, this.#read, machineBytes);
        this.#known.add(group.path);
        return reading ?? [];
      } catch (error) {
        if (!this.#known.has(group.path)) return [];
        this.#text = null;
        throw new ForeloadError('probe-failed', {
          what: `the memory limit of ${group.path} can't be read any more`,
          found: reasonOf(error),
          remedy: 'see whether the control group is still mounted',
          cause: error,
        });
      }
    });
  }
}

function machineMemory(meminfo: string): MemoryReading {
  const bytesOf = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1] ?? Number.NaN) * 1024;
  return { availableBytes: bytesOf('MemAvailable'), limitBytes: bytesOf('MemTotal') };
}

function stallOf(
  groups: readonly MemoryCgroup[],
  { availableBytes, limitBytes }: MemoryReading,
  read: ReadText,
  share: (text: string) => MemoryStall | undefined,
): MemoryStall | undefined {
  const own = groups.find(({ version }) => version === 2);
  const text = own && optional(() => read(posix.join(own.path, 'memory.pressure')));
  if (text !== undefined) return share(text);
  const machine = optional(() => read('/proc/pressure/memory'));
  const stall = machine === undefined ? undefined : share(machine);
  return availableBytes < plenty * limitBytes ? stall : undefined;
}

/** What this kernel may not have: nothing if it can't be read. */
function optional(read: () => string): string | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
