import { describe, expect, it } from 'vitest';
import type { Notice } from '../../src/model/notice.ts';
import type { PressureLevel } from '../../src/model/reason.ts';
import type { MemoryReading, Probe } from '../../src/probes/probe.ts';
import type { ComponentConfig } from '../../src/runtime/config.ts';
import { createForeload } from '../../src/runtime/foreload.ts';
import { PressureWatch } from '../../src/runtime/pressure-watch.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import { MB } from '../../src/model/bytes.ts';
import { handLoader, instant, settled } from './world.ts';

/** A watch over memory of which so much of 1000 is available, and what it tells: level, bytes to give back, time. */
function watch(available: number, budget = Number.NEGATIVE_INFINITY) {
  const time = new VirtualTime();
  const memory: { available: number | undefined } = { available };
  const told: (readonly [PressureLevel, number | undefined, number])[] = [];
  const rooms: (number | undefined)[] = [];
  let looks = 0;
  const probe: Probe = {
    name: 'test',
    read() {
      looks++;
      return memory.available === undefined ? undefined : { availableBytes: memory.available, limitBytes: 1000 };
    },
  };
  const one = new PressureWatch(
    probe,
    time,
    time,
    () => budget,
    ({ level, excessBytes, roomBytes }) => {
      told.push([level, excessBytes, time.now()]);
      rooms.push(roomBytes);
    },
  );
  return { watch: one, time, memory, told, rooms, looks: () => looks };
}

describe('PressureWatch', () => {
  it('tells the level at the start, then each change, with the bytes to give back once it is tight', () => {
    const { time, memory, told } = watch(900);
    memory.available = 200;
    time.advance(1000);
    memory.available = 100;
    time.advance(250);
    memory.available = 10;
    time.advance(250);
    expect(told).toEqual([
      ['low', undefined, 0],
      ['medium', undefined, 1000],
      ['high', 80, 1250],
      ['emergency', 60, 1500],
    ]);
  });

  it('asks again once a second while too little came back, and says when it is enough', () => {
    const { time, memory, told } = watch(140);
    time.advance(2000);
    memory.available = 190;
    time.advance(60_000);
    expect(told).toEqual([
      ['high', 40, 0],
      ['high', 40, 1000],
      ['high', 40, 2000],
      ['high', 0, 3000],
      ['medium', undefined, 7250],
    ]);
  });

  it('reads four times a second while memory is short, once a second else', () => {
    const calm = watch(900);
    calm.time.advance(10_000);
    const tight = watch(100);
    tight.time.advance(10_000);
    expect([calm.looks(), tight.looks()]).toEqual([11, 41]);
  });

  it('keeps its level while nothing can be told, and invents neither a level nor bytes', () => {
    const { time, memory, told } = watch(100);
    memory.available = undefined;
    time.advance(60_000);
    expect(told).toEqual([
      ['high', 80, 0],
      ['high', undefined, 1000],
    ]);
  });

  it('tells once a second how much may be taken before memory is tight, if the budget allows more', () => {
    const { time, memory, rooms } = watch(900, 500);
    time.advance(5000);
    memory.available = 600;
    time.advance(2000);
    memory.available = 900;
    time.advance(5000);
    expect(rooms).toEqual([undefined, 420, 420, undefined]);
  });

  it('tells the higher of what it reads and what the application says', () => {
    const { watch: one, time, memory, told } = watch(900);
    one.own('critical');
    memory.available = 140;
    time.advance(1000);
    one.own('low');
    memory.available = 20;
    time.advance(250);
    one.own('medium');
    expect(told.map(([level, excess]) => [level, excess])).toEqual([
      ['low', undefined],
      ['critical', undefined],
      ['high', 40],
      ['emergency', 50],
    ]);
  });
});

/** A Foreload over memory that a test moves, with components of 1 MB that load at once. */
function pressed(
  ids: readonly string[],
  read: () => MemoryReading | undefined,
  components: Record<string, ComponentConfig> = {},
) {
  const time = new VirtualTime();
  const all = Object.fromEntries(ids.map((id) => [id, { loader: instant(), size: '1MB' }]));
  const foreload = createForeload({
    components: { ...all, ...components },
    clock: time,
    timers: time,
    pressure: { name: 'test', read },
    budget: '3000MB',
    waste: 1,
    lanes: { atOnce: 9 },
  });
  const notices: Notice[] = [];
  foreload.events.on('notice', (notice) => notices.push(notice));
  const of = <K extends Notice['kind']>(kind: K): Extract<Notice, { kind: K }>[] =>
    notices.filter((notice): notice is Extract<Notice, { kind: K }> => notice.kind === kind);
  return { foreload, time, notices, of };
}

const share = (available: number): MemoryReading => ({
  availableBytes: available * 10_000 * MB,
  limitBytes: 10_000 * MB,
});

describe('a Foreload under pressure', () => {
  it('tells who listens from the start what the level was at the start', async () => {
    const { foreload, of } = pressed(['a'], () => share(0.01));
    await settled();
    const [told] = of('pressure');
    expect(told?.level).toBe('emergency');
    expect(told?.excessBytes).toBeCloseTo(600 * MB, -1);
    await foreload.close();
  });

  it('says once that its probe threw, reads the system instead, and serves demands', async () => {
    let broken = true;
    const { foreload, time, of } = pressed(['a'], () => {
      if (broken) throw new Error('no such sensor');
      return share(0.9);
    });
    await settled();
    time.advance(30_000);
    expect(of('probe-failed')).toMatchObject([{ probe: 'test', error: { message: 'no such sensor' } }]);
    expect(of('probe-failed')[0]?.instead).toContain('memory');
    (await foreload.acquire('a')).release();
    broken = false;
    time.advance(30_000);
    expect(of('probe-restored')).toMatchObject([{ probe: 'test' }]);
    expect(of('probe-failed')).toHaveLength(1);
    await foreload.close();
  });

  it('does not rush back after an emergency: nothing for ten seconds, then four at once, then all', async () => {
    const ids = Array.from({ length: 30 }, (_, index) => `c${index}`);
    let available = 0.01;
    const hands = Object.fromEntries(ids.map((id) => [id, { loader: handLoader(), size: '1MB' }]));
    const { foreload, time } = pressed([], () => share(available), hands);
    available = 0.9;
    const running: number[] = [];
    for (let second = 0; second < 20; second++) {
      for (const id of ids) foreload.expect(id, { within: 120_000 });
      running.push(Object.values(foreload.status().lanes).reduce((sum, lane) => sum + lane.running, 0));
      time.advance(1000);
    }
    // Hints go to the immediate lane, which has three workers.
    expect(running.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => 0));
    expect(running.slice(11)).toEqual(Array.from({ length: 9 }, () => 3));
    const closed = foreload.close();
    time.advance(20_000);
    await closed;
  });

  it.each([
    [2, 0],
    [12, 3],
    [30, 173],
  ])(
    'memory that is gone for a second in every %i: %i loads in ten minutes, however many are wished for',
    async (period, loads) => {
      const ids = Array.from({ length: 400 }, (_, index) => `c${index}`);
      let available = 0.01;
      const { foreload, time, of } = pressed(ids, () => share(available));
      for (let second = 0; second < 600; second++) {
        available = second % period === 0 ? 0.01 : 0.9;
        for (let wish = 0; wish < 10; wish++) foreload.expect(ids[(second * 10 + wish) % 400], { within: 120_000 });
        time.advance(1000);
        await settled();
      }
      expect(of('load-started')).toHaveLength(loads);
      expect(of('load-started').every(({ at }) => at < 60_000)).toBe(true);
      await foreload.close();
    },
  );

  it('a budget that is far too large for the machine: loads stop before memory does, and do not go round in circles', async () => {
    const ids = Array.from({ length: 40 }, (_, index) => `c${index}`);
    const foreloads: { status(): { heldBytes: number } }[] = [];
    const limitBytes = 1000 * MB;
    const held = (): number => foreloads[0]?.status().heldBytes ?? 0;
    const reading = (): MemoryReading => ({ availableBytes: Math.max(0, 700 * MB - held()), limitBytes });
    const components = Object.fromEntries(ids.map((id) => [id, { loader: instant(), size: '50MB' }]));
    const { foreload, time, of } = pressed([], reading, components);
    foreloads.push(foreload);
    let least = limitBytes;
    for (let second = 0; second < 1200; second++) {
      for (const id of ids) foreload.expect(id, { within: 2000 });
      time.advance(1000);
      await settled();
      least = Math.min(least, reading().availableBytes);
    }
    expect(of('load-started')).toHaveLength(10);
    expect(of('unload-started')).toEqual([]);
    expect(least).toBe(200 * MB);
    expect(foreload.status().pressure).toBe('medium');
    await foreload.close();
  });
});
