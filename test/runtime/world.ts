import { afterEach } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import type { Loader } from '../../src/runtime/config.ts';
import { createForeload, type Foreload } from '../../src/runtime/foreload.ts';
import type { ComponentConfig, ForeloadConfig } from '../../src/runtime/config.ts';
import { VirtualTime } from '../../src/time/virtual.ts';

/** A loader whose loads and unloads are settled by hand. */
export interface HandLoader extends Loader<string> {
  readonly loads: { resolve(value: string): void; reject(error: unknown): void; readonly signal: AbortSignal }[];
  readonly unloaded: string[];
}

export function handLoader(): HandLoader {
  const loads: HandLoader['loads'] = [];
  const unloaded: string[] = [];
  return {
    apart: true,
    loads,
    unloaded,
    load: ({ signal }) => new Promise<string>((resolve, reject) => loads.push({ resolve, reject, signal })),
    unload: (value) => {
      unloaded.push(value);
    },
  };
}

/** A loader that is done at once. */
export const instant = (value = 'value'): Loader<string> => ({ apart: true, load: () => value });

const worlds: { check(): void }[] = [];

/** Every world of a test must hold all invariants when the test ends. */
afterEach(() => {
  for (const foreload of worlds.splice(0)) foreload.check();
});

/** A Foreload on virtual time, without a memory probe, on a machine of ten cores. */
export function world<C extends Readonly<Record<string, ComponentConfig>>>(
  components: C,
  rest: Omit<ForeloadConfig<C>, 'components'> = {},
  time: VirtualTime = new VirtualTime(),
): { foreload: Foreload<C>; time: VirtualTime; notices: Notice[] } {
  const foreload = createForeload({
    components,
    clock: time,
    timers: time,
    pressure: false,
    budget: '100MB',
    lanes: { atOnce: 9 },
    ...rest,
  });
  const notices: Notice[] = [];
  foreload.events.on('notice', (notice) => notices.push(notice));
  worlds.push(foreload);
  return { foreload, time, notices };
}

/** Lets promise callbacks that are due run. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}
