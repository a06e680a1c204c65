import { describe, expect, test } from 'vitest';
import type { UserId } from '../../src/model/ids.ts';
import { userLimit } from '../../src/model/limits.ts';
import { Drafts } from '../../src/runtime/drafts.ts';
import { OpenCommands } from '../../src/runtime/open-commands.ts';
import { VirtualTime } from '../../src/time/virtual.ts';

const user = (number: number): UserId => `u${number}` as UserId;

describe('what is kept for each user', () => {
  test('their latest command: of no more users than the limit, those active last', () => {
    const commands = new OpenCommands(new VirtualTime(), () => undefined);
    for (let at = 0; at < 3 * userLimit; at++) {
      commands.begin(user(at));
      expect(commands.size).toBeLessThanOrEqual(userLimit);
      commands.latest(user(0));
    }
    expect(commands.latest(user(1))).toBeUndefined();
    expect(commands.latest(user(0))?.id).toBe(1);
    expect(commands.latest(user(3 * userLimit - 1))?.id).toBe(3 * userLimit);
  });

  test('what they are typing: the longest untouched texts are forgotten', () => {
    const time = new VirtualTime();
    const told: string[] = [];
    const drafts = new Drafts(time, (_, text) => told.push(text));
    drafts.typed(user(0), 'open the map');
    time.advance(0);
    drafts.typed(user(0), 'open the map');
    time.advance(0);
    expect(told).toHaveLength(1);
    for (let at = 1; at <= userLimit; at++) drafts.typed(user(at), 'something');
    time.advance(0);
    drafts.typed(user(0), 'open the map');
    time.advance(0);
    expect(told).toHaveLength(userLimit + 2);
  });
});
