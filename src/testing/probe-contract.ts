import { pressureLevels } from '../model/reason.ts';
import type { MemoryReading, Probe } from '../probes/probe.ts';
import type { ContractCase } from './contract-case.ts';
import { promise } from './promise.ts';

/** Readings that are looked at. */
const looks = 20;

/** What every probe of memory pressure must do where it can be read at all. `make` gives a new one. */
export function probeContract(make: () => Probe): ContractCase[] {
  const readings = (): MemoryReading[] => {
    const probe = make();
    return Array.from({ length: looks }, () => probe.read()).filter((reading) => reading !== undefined);
  };
  return [
    { name: 'has a name', run: () => promise(make().name.trim() !== '', 'a name is told') },
    {
      name: 'answers at once, not by a promise',
      run() {
        for (const reading of readings()) promise(!('then' in reading), 'a reading is no promise');
      },
    },
    {
      name: 'tells bytes: a limit above 0, and no more available than that',
      run() {
        for (const { availableBytes, limitBytes } of readings()) {
          promise(Number.isFinite(limitBytes) && limitBytes > 0, `${limitBytes} bytes are a limit`);
          promise(availableBytes >= 0 && availableBytes <= limitBytes, `${availableBytes} of ${limitBytes} can be had`);
        }
      },
    },
    {
      name: 'tells waits as shares of the time, and levels that there are',
      run() {
        for (const { stall = { some: 0, full: 0 }, atLeast = 'low' } of readings()) {
          const shares = [stall.some, stall.full];
          promise(
            shares.every((share) => share >= 0 && share <= 1),
            `${shares.join(' and ')} are shares`,
          );
          promise(pressureLevels.includes(atLeast), `${atLeast} is a level`);
        }
      },
    },
  ];
}
