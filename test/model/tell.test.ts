import { expect, test } from 'vitest';
import { tell } from '../../src/model/tell.ts';
import { uncaught } from '../uncaught.ts';

test('a callback that throws fails no caller, and what it throws surfaces', async () => {
  const caught = uncaught();
  const given: unknown[] = [];
  tell(
    (a: number, b: string) => {
      given.push(a, b);
      throw new Error('thrown');
    },
    1,
    'b',
  );
  expect(given).toEqual([1, 'b']);
  expect(caught).toEqual([]);
  await new Promise(setImmediate);
  expect(caught).toEqual([new Error('thrown')]);
});
