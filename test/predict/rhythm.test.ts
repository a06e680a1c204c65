import { describe, expect, test } from 'vitest';
import { type ComponentId, ms } from '../../src/model/ids.ts';
import { Reader, Writer } from '../../src/predict/bytes.ts';
import { Rhythm } from '../../src/predict/rhythm.ts';

const hour = 3_600_000;
const day = 24 * hour;
const ids = (...names: string[]) => names as ComponentId[];

/**
 * Three weeks: `office` at nine on five days a week, `night` at three every day, `once` a hundred times
 * in one hour, and `always` every hour. */
function lived(rhythm: Rhythm, weeks = 3): Rhythm {
  for (let at = 0; at < weeks * 7 * day; at += hour) {
    const [days, hours] = [Math.floor(at / day), (at % day) / hour];
    rhythm.demand(3, ms(at));
    if (hours === 9 && days % 7 < 5) rhythm.demand(0, ms(at + 1000));
    if (hours === 3) rhythm.demand(1, ms(at + 1000));
    if (days === 1 && hours === 12) for (let n = 0; n < 100; n++) rhythm.demand(2, ms(at + n));
  }
  return rhythm;
}

const made = (): Rhythm => lived(new Rhythm(ids('office', 'night', 'once', 'always')));
const after = 21 * day;
const within = (rhythm: Rhythm, component: number, at: number, span = hour): number =>
  rhythm.within(component, ms(at), span);

function copied(rhythm: Rhythm, names = ids('office', 'night', 'once', 'always')): Rhythm {
  const to = new Writer();
  rhythm.save(to);
  const copy = new Rhythm(names);
  copy.load(new Reader(to.bytes()));
  return copy;
}

describe('a rhythm', () => {
  test('expects at each hour what is usual at that hour', () => {
    const rhythm = made();
    expect(within(rhythm, 1, after + 3 * hour)).toBeGreaterThan(0.85);
    expect(within(rhythm, 1, after + 15 * hour)).toBeLessThan(0.05);
    expect(within(rhythm, 0, after + 9 * hour)).toBeGreaterThan(0.75);
  });

  test('knows the days of the week apart', () => {
    const rhythm = made();
    expect(within(rhythm, 0, after + 5 * day + 9 * hour)).toBeLessThan(0.5);
    expect(within(rhythm, 0, after + 2 * day + 9 * hour)).toBeGreaterThan(0.75);
  });

  test('counts hours, not demands: a burst is no habit', () => {
    expect(within(made(), 2, after + day + 12 * hour)).toBeLessThan(0.3);
  });

  test('looks across the turn of the hour, and at no more than it is asked for', () => {
    const rhythm = made();
    const early = within(rhythm, 1, after + 2 * hour + hour / 2);
    expect(early).toBeLessThan(within(rhythm, 1, after + 3 * hour));
    expect(early).toBeGreaterThan(0.5);
    expect(within(rhythm, 1, after + 3 * hour, 60_000)).toBeLessThan(0.1);
  });

  test('expects by the overall share what it knows no hours of', () => {
    const rhythm = new Rhythm(ids('busy', 'never'));
    for (let at = 0; at < 10 * hour; at += hour / 2) rhythm.demand(0, ms(at));
    expect(within(rhythm, 0, 10 * hour)).toBeGreaterThan(0.85);
    expect(within(rhythm, 0, 30 * hour)).toBeGreaterThan(0.85);
    expect(within(rhythm, 1, 10 * hour)).toBe(0);
  });

  test('forgets over the weeks: what ended is expected less and less', () => {
    const rhythm = made();
    const before = within(rhythm, 1, after + 3 * hour);
    for (let at = after; at < after + 28 * day; at += hour) rhythm.demand(3, ms(at));
    expect(within(rhythm, 1, after + 28 * day + 3 * hour)).toBeLessThan(before / 2);
  });

  test('leaves out hours in which nothing was demanded: they say nothing about what will be', () => {
    const [busy, asleep] = [made(), made()];
    asleep.demand(3, ms(after + 14 * day));
    const before = within(busy, 1, after + 3 * hour);
    expect(within(asleep, 1, after + 14 * day + 3 * hour)).toBeGreaterThan(before - 0.15);
  });

  test('stays within 0..1, and whole, when the clock goes back', () => {
    const rhythm = made();
    rhythm.demand(0, ms(5 * hour));
    rhythm.demand(1, ms(2 * hour));
    for (let at = 0; at < 7 * day; at += hour) {
      const probability = within(rhythm, 0, at);
      expect(probability).toBeGreaterThanOrEqual(0);
      expect(probability).toBeLessThan(1);
    }
  });
});

describe('a saved rhythm', () => {
  test('says the same as before', () => {
    const [one, other] = [made(), copied(made())];
    for (let at = after; at < after + 7 * day; at += hour) {
      for (const component of [0, 1, 2]) expect(within(other, component, at)).toBe(within(one, component, at));
    }
  });

  test('knows when there was use last', () => {
    expect(new Rhythm(ids('a')).latestUse).toBeNull();
    expect(copied(made()).latestUse).toBe(after - hour);
  });

  test('counts an hour once that goes on after a restart', () => {
    const rhythm = new Rhythm(ids('a'));
    rhythm.demand(0, ms(100));
    const copy = copied(rhythm, ids('a'));
    copy.demand(0, ms(200));
    expect(within(copy, 0, 1000)).toBeCloseTo(within(rhythm, 0, 1000), 6);
  });

  test('serves other components: those in common keep what is known, new ones have no history', () => {
    const copy = copied(made(), ids('new', 'night'));
    expect(within(copy, 1, after + 3 * hour)).toBe(within(made(), 1, after + 3 * hour));
    expect(within(copy, 0, after + 3 * hour)).toBe(0);
  });

  test('is refused where no counts can be, and nothing changes', () => {
    const to = new Writer();
    to.number(1);
    to.number(1);
    to.array(new Float64Array(168).fill(-1));
    to.number(0);
    const rhythm = made();
    expect(() => rhythm.load(new Reader(to.bytes()))).toThrow(RangeError);
    expect(within(rhythm, 1, after + 3 * hour)).toBe(within(made(), 1, after + 3 * hour));
  });
});
