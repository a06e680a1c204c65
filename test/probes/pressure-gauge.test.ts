import { describe, expect, it } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { type PressureLevel, pressureLevels } from '../../src/model/reason.ts';
import { PressureGauge } from '../../src/probes/pressure-gauge.ts';
import { seededRng } from '../../src/time/clock.ts';

const at = (share: number) => ({ availableBytes: share * 1000, limitBytes: 1000 });
const minute = 60_000;

/** The levels of one reading a second; and at which of them the level changed. */
function play(seconds: number, shareAt: (second: number) => number): { levels: PressureLevel[]; changes: number[] } {
  const gauge = new PressureGauge();
  const levels = Array.from({ length: seconds }, (_, second) => gauge.read(at(shareAt(second)), ms(second * 1000)));
  const changes = levels.flatMap((level, second) => (second > 0 && level !== levels[second - 1] ? [second] : []));
  return { levels, changes };
}

describe('PressureGauge', () => {
  it('goes up at once, to the level of the reading', () => {
    const gauge = new PressureGauge();
    expect([0.5, 0.24, 0.14, 0.07, 0.03].map((share, i) => gauge.read(at(share), ms(i)))).toEqual(pressureLevels);
    expect(new PressureGauge().read(at(0.01), ms(0))).toBe('emergency');
  });

  it('comes down one level at a time, after the dwell time, and only past the hysteresis', () => {
    const gauge = new PressureGauge();
    gauge.read(at(0.03), ms(0));
    expect(gauge.read(at(0.05), ms(60_000))).toBe('emergency');
    expect(gauge.read(at(0.9), ms(61_000))).toBe('emergency');
    expect(gauge.read(at(0.9), ms(65_999))).toBe('emergency');
    expect(gauge.read(at(0.9), ms(66_000))).toBe('critical');
    expect(gauge.read(at(0.9), ms(71_000))).toBe('high');
    expect(gauge.read(at(0.9), ms(76_000))).toBe('medium');
    expect(gauge.read(at(0.9), ms(81_000))).toBe('low');
  });

  it('memory that swings around a border every second changes the level once', () => {
    expect(new Set(play(120, (second) => (second % 2 === 0 ? 0.14 : 0.17)).levels)).toEqual(new Set(['high']));
  });

  it('memory that swings between plenty and nothing every second stays in an emergency', () => {
    expect(play(600, (second) => (second % 2 === 0 ? 0.01 : 0.9)).changes).toEqual([]);
  });

  it('memory that swings just slower than the dwell time lengthens it: ever fewer changes', () => {
    const { changes } = play(3600, (second) => (second % 7 === 6 ? 0.01 : 0.9));
    const within = (from: number, until: number): number =>
      changes.filter((second) => second >= from && second < until).length;
    expect(within(0, 60)).toBeLessThanOrEqual(6);
    expect(within(60, 3600)).toBe(0);
  });

  it('no swing at all gives more than twelve changes in a minute, or four a minute over ten', () => {
    const most = { minute: 0, ten: 0 };
    for (let seed = 1; seed <= 300; seed++) {
      const rng = seededRng(seed);
      const swing = { share: 0, left: 0 };
      const [tight, quiet] = [1 + rng.next() * 5, 3 + rng.next() * 200];
      const { changes } = play(1800, () => {
        if (swing.left-- <= 0) {
          swing.share = rng.next() < 0.5 ? 0.9 : rng.next() * 0.25;
          swing.left = rng.next() * (swing.share > 0.5 ? quiet : tight);
        }
        return swing.share;
      });
      const within = (from: number, seconds: number): number =>
        changes.filter((second) => second >= from && second < from + seconds).length;
      for (const second of changes) {
        most.minute = Math.max(most.minute, within(second, 60));
        most.ten = Math.max(most.ten, within(second, 600));
      }
    }
    expect(most.minute).toBeLessThanOrEqual(12);
    expect(most.ten).toBeLessThanOrEqual(40);
  });

  it('forgets a lengthened dwell time after two long quiet minutes', () => {
    const gauge = new PressureGauge();
    let now = 0;
    const quietFor = (seconds: number): void => {
      for (let second = 0; second < seconds; second++) gauge.read(at(0.9), ms((now += 1000)));
    };
    for (let round = 0; round < 8; round++) {
      gauge.read(at(0.2), ms((now += 1000)));
      quietFor(61);
    }
    gauge.read(at(0.2), ms((now += 1000)));
    quietFor(30);
    expect(gauge.level).toBe('medium');
    quietFor(60 + (3 * minute) / 1000);
    expect(gauge.level).toBe('low');
    gauge.read(at(0.2), ms((now += 1000)));
    quietFor(7);
    expect(gauge.level).toBe('low');
  });

  it('waiting for memory raises the level, whatever seems to be available, and only its end lowers it again', () => {
    const stalled = (some: number, full: number) => ({ ...at(0.9), stall: { some, full } });
    for (const [reading, level] of [
      [stalled(0.04, 0.04), 'low'],
      [stalled(0.1, 0.02), 'high'],
      [stalled(0.3, 0.3), 'critical'],
    ] as const) {
      expect(new PressureGauge().read(reading, ms(0))).toBe(level);
    }
    const gauge = new PressureGauge();
    gauge.read(stalled(0.3, 0.3), ms(0));
    for (let second = 1; second < 100; second++) gauge.read(stalled(0.3, 0.06), ms(second * 1000));
    expect(gauge.level).toBe('critical');
    for (let second = 100; second < 106; second++) gauge.read(stalled(0.3, 0.04), ms(second * 1000));
    expect(gauge.level).toBe('high');
    for (let second = 106; second < 120; second++) gauge.read(stalled(0.04, 0.04), ms(second * 1000));
    expect(gauge.level).toBe('low');
  });

  it('the platform is taken at its word', () => {
    const gauge = new PressureGauge();
    expect(gauge.read({ ...at(0.9), atLeast: 'critical' }, ms(0))).toBe('critical');
    for (let second = 1; second < 60; second++) gauge.read({ ...at(0.9), atLeast: 'high' }, ms(second * 1000));
    expect(gauge.level).toBe('high');
  });

  it('says how many bytes are missing until the next lower level', () => {
    const gauge = new PressureGauge();
    const excess = (share: number): number => {
      gauge.read(at(share), ms(0));
      return gauge.excessOf(at(share));
    };
    expect([0.9, 0.2, 0.14, 0.17, 0.2].map(excess)).toEqual([0, 80, 40, 10, 0]);
    expect(excess(0.02)).toBe(50);
  });

  it('asks for a step at a time while everybody waits for memory that seems to be there', () => {
    const gauge = new PressureGauge();
    const reading = { ...at(0.9), stall: { some: 0.2, full: 0.2 } };
    gauge.read(reading, ms(0));
    expect(gauge.excessOf(reading)).toBe(30);
    expect(gauge.excessOf({ ...at(0.9), stall: { some: 0, full: 0 } })).toBe(0);
  });
});
