import { describe, expect, it } from 'vitest';
import { bytes, type ComponentId, ms, type UserId } from '../../src/model/ids.ts';
import type { Notice } from '../../src/model/notice.ts';
import type { Origin, Outcome } from '../../src/model/reason.ts';
import { lastStretch, PictureBuilder, type Stretch } from '../../src/replay/picture.ts';
import { newWorkload } from '../../src/replay/workload.ts';

const component = 'a' as ComponentId;
const user = 'u' as UserId;
const started = (at: number, origin: Origin | 'demand' = 'demand'): Notice => ({
  kind: 'load-started',
  at: ms(at),
  component,
  origin,
  lane: null,
  bytes: bytes(1),
});
const ended = (at: number): Notice => ({
  kind: 'load-ended',
  at: ms(at),
  component,
  origin: 'demand',
  bytes: bytes(1),
  tookMs: ms(1),
});
const unloaded = (at: number): Notice => ({ kind: 'unloaded', at: ms(at), component });
const outcome = (at: number, outcome: Outcome): Notice => ({
  kind: 'preload-ended',
  at: ms(at),
  component,
  outcome,
  lane: 'immediate',
  probability: 0.9,
});
const demanded = (at: number): Notice => ({ kind: 'demanded', at: ms(at), component, user, found: 'warm' });
const memory = (at: number, resident: number, speculative = 0): Notice => ({
  kind: 'memory',
  at: ms(at),
  resident: bytes(resident),
  speculative: bytes(speculative),
  budget: bytes(9),
});

const stretch: Stretch = { device: 0, user, rows: 3, from: 1000, until: 2000 };

function pictureOf(...notices: readonly Notice[]): ReturnType<PictureBuilder['finish']> {
  const builder = new PictureBuilder(stretch);
  for (const notice of notices) builder.notice(notice);
  return builder.finish();
}

describe('a picture', () => {
  it('has the stays that reach into the stretch, cut at its edges, in ms since it began', () => {
    const before = [started(10), ended(20), unloaded(900)];
    const across = [started(950, 'speculative'), ended(1050), outcome(1100, 'timely'), unloaded(1500)];
    const beyond = [started(1900), ended(2100), unloaded(2200)];
    expect(pictureOf(...before, ...across, ...beyond).stays).toEqual([
      { component, loadFrom: 0, warmFrom: 50, until: 500, origin: 'speculative', outcome: 'timely' },
      { component, loadFrom: 900, warmFrom: null, until: 1000, origin: 'demand', outcome: null },
    ]);
  });

  it('keeps what was warm all along', () => {
    expect(pictureOf(started(10), ended(20)).stays).toEqual([
      { component, loadFrom: 0, warmFrom: 0, until: 1000, origin: 'demand', outcome: null },
    ]);
  });

  it('gives an outcome to preloads only, and none to what never loaded', () => {
    expect(pictureOf(outcome(1100, 'cancelled'), started(1200), outcome(1300, 'wasted')).stays).toMatchObject([
      { origin: 'demand', outcome: null },
    ]);
    const wasted = pictureOf(started(1200, 'speculative'), ended(1250), outcome(1300, 'wasted'), unloaded(1300));
    expect(wasted.stays).toMatchObject([{ outcome: 'wasted', until: 300 }]);
  });

  it('has the needs of the stretch, and memory from its beginning on', () => {
    const { needs, memory: points } = pictureOf(
      demanded(999),
      demanded(1000),
      demanded(2000),
      demanded(2001),
      memory(10, 3),
      memory(990, 4, 1),
      memory(1500, 6),
      memory(2500, 0),
    );
    expect(needs.map(({ at }) => at)).toEqual([0, 1000]);
    expect(points).toEqual([
      { at: 0, resident: 4, speculative: 1 },
      { at: 500, resident: 6, speculative: 0 },
    ]);
    expect(pictureOf().memory).toEqual([{ at: 0, resident: 0, speculative: 0 }]);
  });
});

describe('the stretch', () => {
  // v needs the most: rows 1, 2, 4.
  const users = [0, 1, 1, 0, 1];
  const workload = (scope: 'user' | 'shared'): ReturnType<typeof newWorkload> =>
    newWorkload({
      trace: {
        name: 'test',
        rows: 5,
        ts: Float64Array.from([0, 10, 20, 30, 40]),
        user: Int32Array.from(users),
        users: ['u', 'v'] as unknown as UserId[],
        needs: new Int32Array(5),
        firstNeed: Int32Array.from([0, 1, 2, 3, 4, 5]),
        components: [component],
        texts: null,
      },
      costs: { of: [{ bytes: 1, loadMs: 0 }], source: 'test', given: true },
      budget: { kind: 'slots', slots: 1 },
      scope,
      scoreFrom: 0,
      lead: 0,
    });

  it('is the last rows of the busiest user, or of all', () => {
    expect(lastStretch(workload('user'), 2)).toEqual({ device: 1, user: 'v', rows: 2, from: 20, until: 40 });
    expect(lastStretch(workload('user'), 300)).toMatchObject({ rows: 3, from: 10 });
    expect(lastStretch(workload('shared'), 2)).toEqual({ device: 0, user: null, rows: 2, from: 30, until: 40 });
  });
});
