import { expect, test } from 'vitest';
import { ms, type UserId } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { best, command, namesIn, stranger } from './life.ts';

const user = (number: number): UserId => `visitor-${number}-` as UserId;

test('twenty thousand users are remembered, those seen last', () => {
  const visitors = 21_000;
  // What is counted is enough here: no expert need speak.
  const blend = new Blend({ without: Blend.experts });
  for (let one = 0; one < visitors; one++) {
    for (const component of ['a', `b${one % 5}`]) command(blend, component, { user: user(one), at: one });
    if (one % 1000 === 0 && one < 20_000) command(blend, 'a', { user: user(0), at: one });
  }
  const snapshot = blend.snapshot();
  const kept = namesIn(snapshot);
  const names = new Set(kept.match(/visitor-\d+-/g));
  expect(names.size).toBeLessThanOrEqual(20_000);
  expect(names.size).toBeGreaterThan(15_000);
  for (const one of [0, visitors - 1, visitors - 10_000]) expect(names).toContain(user(one));
  for (const one of [1, 2, 300]) expect(names).not.toContain(user(one));
  // 20,000 users of two commands, under 2 KB each.
  expect(snapshot.length).toBeLessThan(20_000 * 2048);
  expect(blend.forecast(user(visitors), ms(0), 3).length).toBeGreaterThan(0);
});

test('many users leave a forecast for the next one', () => {
  const blend = new Blend();
  for (let one = 0; one < 500; one++) {
    for (const component of ['mail', 'news', `own ${one}`]) command(blend, component, { user: user(one), at: one });
  }
  command(blend, 'mail', { user: stranger });
  expect(best(blend, 1, stranger)).toBe('news');
});
