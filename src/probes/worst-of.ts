import { type PressureLevel, pressureLevels } from '../model/reason.ts';
import type { MemoryReading, MemoryStall, Probe } from './probe.ts';

/** Several probes as one: the tightest reading counts. Those that can't tell right now are left out. */
export function worstOf(...probes: readonly Probe[]): Probe {
  return {
    name: probes.map(({ name }) => name).join('+'),
    read() {
      const readings = probes.flatMap((probe) => probe.read() ?? []);
      return readings.length > 0 ? worstReading(readings) : undefined;
    },
  };
}

/** The reading of which the smallest share is available, with the longest waits and the highest level told by any. */
export function worstReading(readings: readonly MemoryReading[]): MemoryReading {
  const share = ({ availableBytes, limitBytes }: MemoryReading): number => availableBytes / limitBytes;
  const worst = readings.reduce((tightest, reading) => (share(reading) < share(tightest) ? reading : tightest));
  const stalls = readings.flatMap(({ stall }) => stall ?? []);
  const levels = readings.flatMap(({ atLeast }) => atLeast ?? []);
  const { availableBytes, limitBytes } = worst;
  return {
    availableBytes,
    limitBytes,
    ...(stalls.length > 0 ? { stall: longest(stalls) } : {}),
    ...(levels.length > 0 ? { atLeast: highest(levels) } : {}),
  };
}

const longest = (stalls: readonly MemoryStall[]): MemoryStall => ({
  some: Math.max(...stalls.map(({ some }) => some)),
  full: Math.max(...stalls.map(({ full }) => full)),
});

const highest = (levels: readonly PressureLevel[]): PressureLevel =>
  pressureLevels[Math.max(...levels.map((level) => pressureLevels.indexOf(level)))]!;
