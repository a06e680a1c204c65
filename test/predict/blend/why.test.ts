import { expect, test } from 'vitest';
import { ms, type UserId } from '../../../src/model/ids.ts';
import { Blend } from '../../../src/predict/blend/blend.ts';
import { seededRng } from '../../../src/time/clock.ts';
import { ahead, allAhead, ann, command, commands, id, stranger } from './life.ts';

const user = (number: number): UserId => `user ${number}` as UserId;

/** All views of the past but one, so that it alone can be the reason. */
const only = (...names: string[]): Blend =>
  new Blend({ without: Blend.experts.filter((name) => !names.includes(name)) });

test('a reason tells what was counted: after what, how often, of how many, for whom', () => {
  const blend = only('user:last');
  for (let round = 0; round < 40; round++) commands(blend, ['commit', round % 10 === 4 ? 'fetch' : 'push']);
  command(blend, 'commit');
  expect(ahead(blend, 1)[0].why).toBe('after commit it came 36 of 40 times for this user');
});

test('a reason tells two demands in the order in which they came', () => {
  const blend = only('user:last+second');
  for (let round = 0; round < 40; round++) commands(blend, ['add', 'commit', 'push']);
  commands(blend, ['add', 'commit']);
  expect(ahead(blend, 1)[0].why).toBe('after add, commit it came 40 of 40 times for this user');
});

test('a reason tells what all do to somebody new', () => {
  const blend = only('all:last');
  for (const user of ['u', 'v', 'w']) commands(blend, ['commit', 'push'], user as typeof ann);
  command(blend, 'commit');
  expect(ahead(blend, 1)[0].why).toBe('after commit it came 3 of 3 times for all users');
});

test('a reason tells how far ahead', () => {
  const blend = only('user:last');
  for (let round = 0; round < 9; round++) commands(blend, ['add', 'commit', 'push']);
  command(blend, 'add');
  expect(ahead(blend, 2)[0].why).toBe('after add it came 2 commands later 9 of 9 times for this user');
});

test('a reason names the words where they alone speak', () => {
  const blend = only('text');
  blend.register([{ id: id('weather'), keywords: ['rain'] }, { id: id('music') }]);
  blend.partial(ann, 'rain');
  expect(ahead(blend, 1).find(({ component }) => component === 'weather')?.why).toBe(
    'the words of the command speak for it',
  );
});

test.each(Blend.experts)('a reason is one line where %s alone speaks', (name) => {
  const blend = only(name);
  for (let round = 0; round < 12; round++) {
    for (const component of ['git.add', 'git.commit', 'git.push']) {
      blend.advise(ann, [{ component: id('git.push'), step: 1, probability: 0.9, why: '' }]);
      command(blend, component, { text: `now ${component}`, at: round * 60_000 });
    }
  }
  blend.partial(ann, 'now git.add');
  for (const { why } of blend.forecast(ann, ms(0), 5)) expect(why).toMatch(/^[^\n]{8,160}$/);
});

test('a reason is never that something came 0 of so many times', () => {
  const blend = new Blend();
  for (let one = 0; one < 6; one++) commands(blend, ['a', `b${one % 2}`, 'c', `own${one}`], user(one));
  for (let round = 0; round < 4; round++) commands(blend, ['a', 'c'], ann);
  for (const who of [ann, stranger, user(2)]) {
    for (const { why } of blend.forecast(who, ms(0), 10)) expect(why).not.toMatch(/\b0 of \d+ times/);
  }
});

test('a reason is none that was left out', () => {
  const blend = only('user:last+second');
  for (let round = 0; round < 9; round++) commands(blend, ['add', 'commit', 'push']);
  commands(blend, ['add', 'commit']);
  for (const { why } of blend.forecast(ann, ms(0), 3)) expect(why).not.toMatch(/^all in all/);
});

test('reasons do not depend on what was asked before', () => {
  const blend = new Blend();
  const rng = seededRng(1);
  for (let round = 0; round < 60; round++) {
    command(blend, `c${Math.floor(rng.next() * 12)}`, { user: user(round % 4) });
  }
  // As text, for a reason is written when it is read.
  const asked = (predictor: Blend, users: readonly string[]): string => JSON.stringify(allAhead(predictor, users));
  const users = ['user 0', 'user 1', 'x'];
  const before = asked(blend, users);
  asked(blend, ['user 2', 'user 3']);
  expect(asked(blend, users)).toBe(before);
  const twin = new Blend();
  twin.restore(blend.snapshot());
  expect(asked(twin, users)).toBe(before);
});
