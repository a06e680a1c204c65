import { describe, expect, test } from 'vitest';
import { ForeseenPreloads } from '../../src/engine/foreseen.ts';
import type { UserId } from '../../src/model/ids.ts';
import { userLimit } from '../../src/model/limits.ts';
import { History } from '../../src/predict/history.ts';
import { Driver, specs } from './driver.ts';

const ann = 'ann' as UserId;
const bob = 'bob' as UserId;

describe('users', () => {
  test('the longest silent are forgotten: their open commands are nobody’s any more', () => {
    const driver = new Driver(specs('a'), { predictor: new History() });
    driver.command('first');
    for (let user = 2; user <= userLimit / 2; user++) driver.command(`u${user}`);
    driver.served(1, 'first');
    expect(driver.told('forecast')).toHaveLength(1);
    for (let user = 0; user <= userLimit; user++) driver.command(`v${user}`);
    driver.served(1, 'first');
    expect(driver.told('forecast')).toHaveLength(1);
    driver.command('last');
    driver.served(driver.lastCommand, 'last');
    expect(driver.told('forecast')).toHaveLength(2);
  });
});

describe('preloads that were only foreseen', () => {
  test('are wasted after as many commands of their own user as they have left, and one more', () => {
    const foreseen = new ForeseenPreloads();
    foreseen.set(1, { user: ann, commandsLeft: 1 });
    foreseen.set(2, { user: ann, commandsLeft: 0 });
    foreseen.set(3, { user: bob, commandsLeft: 0 });
    expect(foreseen.command(ann)).toBe(1);
    expect(foreseen.command(ann)).toBe(1);
    expect(foreseen.command(ann)).toBe(0);
    expect([1, 2, 3].map((component) => foreseen.delete(component))).toEqual([false, false, true]);
  });

  test('belong to whose forecast named them last', () => {
    const foreseen = new ForeseenPreloads();
    foreseen.set(1, { user: ann, commandsLeft: 0 });
    foreseen.set(1, { user: bob, commandsLeft: 0 });
    expect(foreseen.command(ann)).toBe(0);
    expect(foreseen.command(bob)).toBe(1);
  });
});
