import { ForeloadError, reasonOf } from '../model/errors.ts';
import { pressureLevels } from '../model/reason.ts';
import type { MemoryReading, MemoryStall, Probe } from './probe.ts';

/** Good readings in a row after which a probe that failed is told to work again: it may fail at every other reading. */
const recovery = 10;

/** Told of a probe that fails, and of which is read in its place (null: none is left); once, until it is restored. */
export interface ProbeTrouble {
  failed(probe: string, error: Error, instead: string | null): void;
  restored(probe: string): void;
}

/**
 * Several probes as one: the first that can be read counts, and those before it are tried again at every reading. A
 * reading that makes no sense is a failure, too. Never throws.
 */
export function withFallback(probes: readonly Probe[], trouble: ProbeTrouble): Probe {
  /** Good readings in a row of each probe that failed. */
  const failing = new Map<Probe, number>();

  function passed(probe: Probe): void {
    const good = failing.get(probe);
    if (good === undefined) return;
    failing.set(probe, good + 1);
    if (good + 1 < recovery) return;
    failing.delete(probe);
    trouble.restored(probe.name);
  }

  return {
    name: probes.map(({ name }) => name).join(', else '),
    read() {
      const news: (readonly [probe: Probe, error: Error])[] = [];
      let reading: MemoryReading | undefined;
      let used: Probe | null = null;
      for (const probe of probes) {
        try {
          reading = checked(probe.read(), probe.name);
        } catch (error) {
          if (!failing.has(probe)) news.push([probe, error instanceof Error ? error : new Error(reasonOf(error))]);
          failing.set(probe, 0);
          continue;
        }
        passed(probe);
        used = probe;
        if (reading) break;
      }
      for (const [probe, error] of news) trouble.failed(probe.name, error, used?.name ?? null);
      return reading;
    },
  };
}

function checked(reading: MemoryReading | undefined, name: string): MemoryReading | undefined {
  if (reading === undefined) return undefined;
  // A probe of the configuration may return anything.
  const given = reading as Partial<MemoryReading> | null;
  const { availableBytes = Number.NaN, limitBytes = Number.NaN, stall, atLeast } = given ?? {};
  const sound = availableBytes >= 0 && Number.isFinite(limitBytes) && limitBytes > 0;
  if (sound && isStall(stall) && (atLeast === undefined || pressureLevels.includes(atLeast))) return reading;
  throw new ForeloadError('probe-failed', {
    what: `the memory probe "${name}" gave no usable reading`,
    found: describe(reading),
    remedy: 'return { availableBytes, limitBytes } with a limit above 0, or undefined',
  });
}

const isStall = (stall: MemoryStall | undefined): boolean =>
  stall === undefined || (stall.some >= 0 && stall.full >= 0);

function describe(reading: unknown): string {
  if (reading instanceof Promise) return 'a promise';
  try {
    return JSON.stringify(reading) ?? String(reading);
  } catch {
    return String(reading);
  }
}
