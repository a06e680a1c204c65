import { once } from 'node:events';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Loader } from '../../src/loaders/loader.ts';
import { module } from '../../src/loaders/module.ts';
import { createForeload } from '../../src/runtime/foreload.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixture, fixturePath } from './fixtures.ts';

interface OkModule {
  double(value: number): number;
  unit: number;
}

loaderContract<OkModule>('module', () => ({
  loader: module<OkModule>({ specifier: fixture('module-ok.mjs') }),
  works: (exports) => expect(exports.double(21)).toBe(42),
  leftovers: { exempt: 'an ES module cannot be unloaded' },
  stopsWorking: { exempt: 'an ES module cannot be unloaded' },
  hanging: module<OkModule>({ specifier: () => new Promise(() => {}) }),
  failing: {
    loader: module<OkModule>({ specifier: fixture('module-throws.mjs') }),
    message: /^the module of subject did not become ready: found no licence file found in/,
  },
  end: { exempt: 'a module in the main thread ends only with the process' },
}));

describe('module', () => {
  test('stays charged to the budget after it was unloaded, once however often it comes back', async () => {
    const foreload = createForeload({
      components: { parse: { loader: module({ specifier: () => import('csv-parse/sync') }), size: 1000 } },
      pressure: false,
    });
    for (let round = 0; round < 3; round++) {
      (await foreload.acquire('parse')).release();
      expect(foreload.status()).toMatchObject({ heldBytes: 1000, lostBytes: 0 });
      const unloaded = once(foreload.events, 'unloaded');
      foreload.unload('parse');
      await unloaded;
      expect(foreload.status()).toMatchObject({ heldBytes: 1000, lostBytes: 1000 });
    }
    await foreload.close();
  });

  test('takes a path, a package name, or a function that imports', async () => {
    expect(await loaded(module({ specifier: fixturePath('module-ok.mjs') }))).toHaveProperty('double');
    expect(await loaded(module({ specifier: 'csv-parse/sync' }))).toHaveProperty('parse');
    const loader = module({ specifier: () => import('csv-parse/sync') });
    expectTypeOf(loader).toEqualTypeOf<Loader<typeof import('csv-parse/sync')>>();
    expect((await loaded(loader)).parse('a,b')).toEqual([['a', 'b']]);
  });

  test('gives what ready makes of it', async () => {
    const loader = module({
      specifier: () => import('csv-parse/sync'),
      ready: async ({ parse }) => parse('1,2').length,
    });
    expectTypeOf(loader).toEqualTypeOf<Loader<number>>();
    expect(await loaded(loader)).toBe(1);
  });

  test('fails when ready does', async () => {
    const ready = () => Promise.reject(new Error('not licensed'));
    const error = await rejection(module({ specifier: fixture('module-ok.mjs'), ready }).load(contextFor('subject')));
    expect(error).toMatchObject({ code: 'load-failed', cause: { message: 'not licensed' } });
  });

  test('refuses a relative path at once', () => {
    expect(() => module({ specifier: '../heavy.js' })).toThrow(
      /^the option specifier must .*: found "\.\.\/heavy\.js"/,
    );
    expect(() => module({ specifier: '' })).toThrow(/write new URL\("\.\/your-module\.js"/);
  });
});
