import { expect, test } from 'vitest';
import { importOptional } from '../../src/loaders/optional.ts';
import { rejection } from './contract.ts';
import { fixture } from './fixtures.ts';

const missing = (specifier: string) => () => import(specifier) as Promise<unknown>;

test('gives the library that is installed', async () => {
  const parser = await importOptional('csv-parse', 'the test', () => import('csv-parse/sync'));
  expect(parser.parse('a')).toEqual([['a']]);
});

test.each(['foreload-no-such-package', 'foreload-no-such-package/part.js'])(
  'says how to get a missing one: %s',
  async (name) => {
    const error = await rejection(importOptional('foreload-no-such-package', 'the loader onnxSession', missing(name)));
    expect(error).toMatchObject({ code: 'optional-missing' });
    expect(error.message).toBe(
      'the loader onnxSession needs the package foreload-no-such-package, which is not installed; run: npm install foreload-no-such-package',
    );
  },
);

test('passes on what goes wrong within an installed one', async () => {
  const broken = await rejection(importOptional('broken', 'x', missing(fixture('module-needs-missing.mjs').href)));
  expect(broken).toMatchObject({ code: 'ERR_MODULE_NOT_FOUND' });
  const throwing = await rejection(importOptional('throwing', 'x', missing(fixture('module-throws.mjs').href)));
  expect(throwing.message).toMatch(/^no licence file/);
});
