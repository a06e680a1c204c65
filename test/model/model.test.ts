import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { formatBytes, MB, parseBytes } from '../../src/model/bytes.ts';
import { errorCodes, ForeloadError, reasonOf } from '../../src/model/errors.ts';
import { isComponentId } from '../../src/model/ids.ts';

describe('sizes', () => {
  test.each<[number | string, number]>([
    [1, 1],
    [1.4, 1],
    ['1B', 1],
    ['2KB', 2048],
    ['800MB', 800 * MB],
    ['1.5 GB', 1.5 * 1024 * MB],
    [' 3 mb ', 3 * MB],
    [2 ** 50, 2 ** 50],
  ])('%j is read', (size, expected) => {
    expect(parseBytes(size, 'a')).toBe(expected);
  });

  test.each<number | string>([
    0,
    -1,
    Number.NaN,
    Infinity,
    2 ** 51,
    '',
    'MB',
    '1',
    '-1MB',
    '1TB',
    '1e3MB',
    '1,5GB',
    '0MB',
  ])('%j is refused, and shown', (size) => {
    expect(() => parseBytes(size, 'component "a"')).toThrow(ForeloadError);
    expect(() => parseBytes(size, 'component "a"')).toThrow(/^the size of component "a": found .+; give bytes/);
  });

  test.each<[number, string]>([
    [0, '0 B'],
    [1023, '1023 B'],
    [1024, '1.0 KB'],
    [9.94 * 1024, '9.9 KB'],
    [MB / 2, '512 KB'],
    [MB, '1.0 MB'],
    [9.94 * MB, '9.9 MB'],
    [10 * MB, '10 MB'],
    [1234.5 * MB, '1235 MB'],
  ])('%d bytes are written %s', (value, expected) => {
    expect(formatBytes(value)).toBe(expected);
  });
});

test.each([
  ['a', true],
  ['Nous/ Hermes 3.1 (70B)', true],
  ['été 🎈', true],
  ['', false],
  ['a|b', false],
  ['a\nb', false],
  ['a\u0000', false],
  ['a\u0085', false],
])('%j is an id: %s', (name, expected) => {
  expect(isComponentId(name)).toBe(expected);
});

describe('errors', () => {
  test('say in one line what, where, found and what to do', () => {
    const cause = new Error('x');
    const error = new ForeloadError('load-failed', { what: 'A', where: 'B', found: 'C\n  D', remedy: 'E', cause });
    expect(error.message).toBe('A (B): found C D; E');
    expect(error).toMatchObject({ name: 'ForeloadError', code: 'load-failed', cause });
    expect(new ForeloadError('aborted', { what: 'A', remedy: 'E' }).message).toBe('A; E');
    expect('cause' in new ForeloadError('aborted', { what: 'A', remedy: 'E' })).toBe(false);
  });

  test('have one line for whatever was thrown', () => {
    expect([reasonOf(new Error('a\r\n b')), reasonOf('c'), reasonOf(undefined)]).toEqual(['a b', 'c', 'undefined']);
  });

  test('have no code that nobody uses', () => {
    const source = fileURLToPath(new URL('../../src', import.meta.url));
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const text = files
      .filter((name) => !name.endsWith('errors.ts'))
      .map((name) => readFileSync(join(source, name), 'utf8'))
      .join('\n');
    const unused = Object.keys(errorCodes).filter((code) => !text.includes(`'${code}'`));
    expect(unused).toEqual([]);
  });
});
