import { describe, expect, test } from 'vitest';
import { type ComponentId, type Millis, ms, type UserId } from '../../src/model/ids.ts';
import type { Step } from '../../src/model/prediction.ts';
import { Outlook } from '../../src/residency/outlook.ts';
import { ReturnTimes } from '../../src/residency/return-times.ts';

const [ann, bob] = ['ann' as UserId, 'bob' as UserId];

function foretell(outlook: Outlook, user: UserId, now: Millis, ...told: [component: number, step: Step, p: number][]) {
  outlook.forecast(
    user,
    now,
    told.map(([component, step, probability]) => [
      component,
      { component: `c${component}` as ComponentId, step, probability, why: '' },
    ]),
  );
}

describe('the outlook', () => {
  test('joins the forecasts of all users, and the steps of each', () => {
    const outlook = new Outlook();
    foretell(outlook, ann, ms(0), [1, 1, 0.5], [1, 2, 0.5], [2, 3, 0.4]);
    foretell(outlook, bob, ms(0), [1, 1, 0.2]);
    const { one, two, three } = outlook.likelihood(1, ms(0));
    expect([one, two, three].map((p) => Number(p.toFixed(9)))).toEqual([0.6, 0.8, 0.8]);
    expect(outlook.likelihood(2, ms(0))).toMatchObject({ one: 0, two: 0 });
    expect(outlook.expects(3)).toBe(false);
    expect(outlook.likelihood(3, ms(0))).toEqual({ one: 0, two: 0, three: 0 });
  });

  test('a new forecast replaces that of the same user alone; what was demanded is expected no longer', () => {
    const outlook = new Outlook();
    foretell(outlook, ann, ms(0), [1, 1, 0.9], [2, 1, 0.9]);
    foretell(outlook, bob, ms(0), [1, 1, 0.9]);
    foretell(outlook, ann, ms(1), [3, 1, 0.9]);
    expect([1, 2, 3].map((component) => outlook.expects(component))).toEqual([true, false, true]);
    outlook.demanded(bob, 1);
    expect(outlook.expects(1)).toBe(false);
  });

  test('keeps the forecasts of 128 users', () => {
    const outlook = new Outlook();
    for (let user = 0; user < 200; user++) foretell(outlook, `u${user}` as UserId, ms(user), [user, 1, 0.9]);
    const expected = Array.from({ length: 200 }, (_, component) => outlook.expects(component));
    expect(expected.filter(Boolean)).toHaveLength(128);
    expect([expected[71], expected[72]]).toEqual([false, true]);
  });

  test('says the same whether it was asked before in that moment or not', () => {
    const [asked, unasked] = [true, false].map((earlier) => {
      const outlook = new Outlook();
      for (let n = 0; n < 20; n++) {
        outlook.command(bob, ms(n * 2000));
        foretell(outlook, bob, ms(n * 2000));
      }
      foretell(outlook, ann, ms(0), [1, 1, 0.9]);
      const now = ms(50_000);
      if (earlier) outlook.likelihood(1, now);
      outlook.command(bob, now);
      outlook.loaded(now, 3);
      return outlook.likelihood(1, now);
    });
    expect(asked).toEqual(unasked);
  });

  test('counts a user less, the longer there has been no command', () => {
    const outlook = new Outlook();
    for (let n = 0; n < 100; n++) {
      outlook.command(ann, ms(n * 2000));
      foretell(outlook, ann, ms(n * 2000), [1, 1, 0.9]);
      outlook.loaded(ms(n * 2000), 3);
    }
    const at = (silent: number) => outlook.likelihood(1, ms(99 * 2000 + silent)).one;
    expect(at(0)).toBeGreaterThan(0.8);
    expect(at(600_000)).toBeLessThan(0.1);
  });

  test('its horizon is the time in which as much is loaded as there is in memory, and one more', () => {
    const outlook = new Outlook();
    for (let n = 0; n < 400; n++) outlook.loaded(ms(n * 3000), 5);
    expect(outlook.horizon).toBeCloseTo(18_000, -2);
  });
});

describe('return times', () => {
  test('everyone comes back, as far as nothing is known', () => {
    expect(new ReturnTimes().within(60_000, 1000)).toBe(1);
  });

  test('follow what was seen, and who stayed away', () => {
    const times = new ReturnTimes();
    for (let n = 0; n < 500; n++) times.came(3000);
    for (let n = 0; n < 500; n++) times.stayedAway();
    expect(times.within(0, 10_000)).toBeCloseTo(0.5, 2);
    expect(times.within(10_000, 10_000)).toBeLessThan(0.01);
    for (let n = 0; n < 20_000; n++) times.came(3000);
    expect(times.within(0, 10_000)).toBeGreaterThan(0.98);
  });
});
