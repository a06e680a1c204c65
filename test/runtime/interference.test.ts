import { describe, expect, it } from 'vitest';
import { type LoadId, ms } from '../../src/model/ids.ts';
import { createForeload } from '../../src/runtime/foreload.ts';
import { InterferenceWatch } from '../../src/runtime/interference-watch.ts';
import type { Clock, Timers } from '../../src/time/clock.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import { handLoader, settled } from './world.ts';

/** Time in which something may keep the event loop busy: what falls due meanwhile comes late. */
class BusyTime implements Clock, Timers {
  readonly #time = new VirtualTime();
  #late = 0;

  now(): ReturnType<Clock['now']> {
    return ms(this.#time.now() + this.#late);
  }

  start(after: number, run: () => void): () => void {
    return this.#time.start(ms(after), run);
  }

  advance(by: number): void {
    this.#time.advance(by);
  }

  /** Nothing else runs for so long. */
  block(forMs: number): void {
    this.#late += forMs;
  }

  /** Runs on, and once a second the event loop is busy for so long. */
  stutter(seconds: number, forMs: number): void {
    for (let second = 0; second < seconds; second++) {
      this.block(forMs);
      this.advance(1000);
    }
  }
}

function watch(workers = 9) {
  const time = new BusyTime();
  const told: number[] = [];
  const one = new InterferenceWatch(workers, time, time, (share) => told.push(Math.round(share * workers)));
  let last = 0;
  const load = (): LoadId => {
    one.began(++last as LoadId);
    return last as LoadId;
  };
  return { one, time, told, load };
}

describe('InterferenceWatch', () => {
  it('halves the workers while loading keeps the event loop busy, down to one, and gives back one a calm second', () => {
    const { one, time, told, load } = watch();
    const id = load();
    time.stutter(5, 60);
    expect(told).toEqual([4, 2, 1]);
    time.advance(20_000);
    expect(told).toEqual([4, 2, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    one.ended(id);
  });

  it('sees a load that blocks the main thread from its beginning to its end', () => {
    const { one, time, told, load } = watch();
    const id = load();
    time.block(670);
    one.ended(id);
    expect(told).toEqual([4]);
  });

  it('is not disturbed by a few ms: what a load in a worker or a child costs', () => {
    const { one, time, told, load } = watch();
    const id = load();
    time.stutter(10, 7);
    one.ended(id);
    expect(told).toEqual([]);
  });

  it('does not blame loading for a foreground that is as busy without it', () => {
    const { one, time, told, load } = watch();
    const first = load();
    time.advance(100);
    one.ended(first);
    time.stutter(3, 60);
    const second = load();
    time.stutter(10, 70);
    one.ended(second);
    expect(told).toEqual([]);
    time.stutter(3, 0);
    load();
    time.stutter(1, 70);
    expect(told).toEqual([4]);
  });

  it('puts many short calm loads together until they tell as much as a long one', () => {
    const { one, time, told, load } = watch();
    const busy = load();
    time.block(100);
    one.ended(busy);
    for (let nth = 0; nth < 30; nth++) {
      const id = load();
      time.advance(200);
      one.ended(id);
      time.advance(3000);
    }
    expect(told).toEqual([4, 5, 6, 7, 8, 9]);
  });

  it('gives one back for every ten seconds without any loading ahead', () => {
    const { one, time, told, load } = watch();
    for (let nth = 0; nth < 3; nth++) {
      const id = load();
      time.block(100);
      one.ended(id);
    }
    time.advance(25_000);
    one.ended(load());
    time.advance(600_000);
    load();
    expect(told).toEqual([4, 2, 1, 3, 9]);
  });

  it('takes another limit while it watches, and keeps the share of it that may load, in whole workers', () => {
    const time = new BusyTime();
    const shares: number[] = [];
    const one = new InterferenceWatch(1, time, time, (share) => shares.push(share));
    one.limit(8);
    expect(shares).toEqual([]);
    one.began(1 as LoadId);
    time.stutter(3, 60);
    expect(shares).toEqual([4 / 8, 2 / 8, 1 / 8]);
    // One of eight is half a worker of four.
    one.limit(4);
    expect(shares.splice(0)).toEqual([4 / 8, 2 / 8, 1 / 8, 1 / 4]);
    time.advance(10_000);
    expect(shares).toEqual([2 / 4, 3 / 4, 4 / 4]);
    one.limit(49);
    expect(shares).toHaveLength(3);
  });

  it('looks at nothing while nothing is loaded ahead, but for a second after', () => {
    const time = new BusyTime();
    let timers = 0;
    const counting: Timers = {
      start(after, run) {
        timers++;
        return time.start(after, run);
      },
    };
    const one = new InterferenceWatch(9, time, counting, () => undefined);
    time.advance(60_000);
    expect(timers).toBe(0);
    one.ended(5 as LoadId);
    one.began(1 as LoadId);
    time.advance(1000);
    one.ended(1 as LoadId);
    time.advance(60_000);
    expect(timers).toBeLessThanOrEqual(110);
    one.began(2 as LoadId);
    one.stop();
    const before = timers;
    one.ended(2 as LoadId);
    time.advance(60_000);
    expect(timers).toBe(before);
  });
});

describe('a Foreload whose preloads disturb', () => {
  it('loads fewer ahead at once, says so, and shows it', async () => {
    const time = new BusyTime();
    const loaders = [handLoader(), handLoader(), handLoader()];
    const components = Object.fromEntries(loaders.map((loader, at) => [`c${at}`, { loader, size: '1MB' }]));
    const lanes = { immediate: { workers: 2 }, delayed: { workers: 1 }, background: { workers: 1 }, atOnce: 9 };
    const foreload = createForeload({ components, clock: time, timers: time, pressure: false, lanes });
    const shares: number[] = [];
    foreload.events.on('interference', ({ share }) => shares.push(share));
    foreload.schedulePreload('c0', 'immediate');
    expect(foreload.status().workers).toBe(4);
    time.block(300);
    loaders[0].loads[0].resolve('ready');
    await settled();
    expect(shares).toEqual([0.5]);
    expect(foreload.status().workers).toBe(2);
    // A demand's own load is nobody's speculation.
    const acquired = foreload.acquire('c1');
    time.block(5000);
    loaders[1].loads[0].resolve('ready');
    (await acquired).release();
    expect(shares).toEqual([0.5]);
    await foreload.close();
  });

  it('loads fewer ahead at once of as many as a reload allows', async () => {
    const time = new BusyTime();
    const loader = handLoader();
    const config = { components: { a: { loader, size: '1MB' } }, clock: time, timers: time, pressure: false } as const;
    const foreload = createForeload({ ...config, lanes: { atOnce: 1 } });
    foreload.reload({ ...config, lanes: { atOnce: 8 } });
    foreload.schedulePreload('a', 'immediate');
    expect(foreload.status().workers).toBe(8);
    time.block(300);
    loader.loads[0].resolve('ready');
    await settled();
    expect(foreload.status().workers).toBe(4);
    await foreload.close();
  });
});
