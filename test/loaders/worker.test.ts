import { describe, expect, expectTypeOf, test } from 'vitest';
import { ForeloadError } from '../../src/model/errors.ts';
import { type Remote, worker } from '../../src/loaders/worker.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixture, fixturePath, type MathModule } from './fixtures.ts';

const module = fixture('worker-math.mjs');
const liveWorkers = () => (process.report.getReport() as { workers: unknown[] }).workers.length;

loaderContract<Remote<MathModule>>('worker', () => ({
  loader: worker<MathModule>({ module }),
  works: async (remote) => expect(await remote.call('add', 2, 3)).toBe(5),
  leftovers: liveWorkers,
  stopsWorking: async (remote) => {
    expect((await rejection(remote.call('add', 2, 3))).message).toMatch(/^the worker of subject was unloaded/);
  },
  hanging: worker<MathModule>({ module: fixture('worker-hangs.mjs') }),
  failing: {
    loader: worker<MathModule>({ module: fixture('worker-throws.mjs') }),
    message:
      /^loading file:.*worker-throws\.mjs in the worker of subject failed: found Error: no weights in the cache; /,
  },
  end: {
    by: (remote) => remote.call('crashLater'),
    message: /^the worker of subject ended by itself: found the tail fell off; /,
  },
}));

describe('worker', () => {
  test('runs in a thread of its own', async () => {
    const remote = await loaded(worker<MathModule>({ module: fixturePath('worker-math.mjs') }));
    expect(await remote.call('thread')).toBeGreaterThan(0);
  });

  test('passes arguments to load and runs the first operation before it is ready', async () => {
    const seen: number[] = [];
    const warmUp = async (remote: Remote<MathModule>) => seen.push(await remote.call('add', 1, 1));
    await loaded(worker<MathModule>({ module, args: [100], warmUp }));
    expect(seen).toEqual([102]);
  });

  test('is not ready when its first operation fails', async () => {
    const loader = worker<MathModule>({ module, warmUp: (remote) => remote.call('refuse', 'no GPU') });
    expect((await rejection(loader.load(contextFor('subject')))).message).toMatch(/found RefusedError: no GPU/);
  });

  test('rejects at once when it exits while loading', async () => {
    const error = await rejection(worker({ module: fixture('worker-exits.mjs') }).load(contextFor('subject')));
    expect(error).toMatchObject({ code: 'process-exited' });
    expect(error.message).toMatch(/^the worker of subject ended by itself: found exit code 7; /);
  });

  test('rejects when the module cannot be found', async () => {
    const error = await rejection(worker({ module: fixture('no-such.mjs') }).load(contextFor('subject')));
    expect(error.message).toMatch(/Cannot find module '.*no-such\.mjs'/);
  });

  test('refuses a relative path at once', () => {
    expect(() => worker({ module: './heavy.js' })).toThrow(
      /^the option module must .*: found "\.\/heavy\.js"; write new URL\("\.\/heavy\.js", import\.meta\.url\)/,
    );
  });

  test('carries an error back with its name, message and stack', async () => {
    const remote = await loaded(worker<MathModule>({ module }));
    const error = await rejection(remote.call('refuse', 'too warm'));
    expect(error).toBeInstanceOf(ForeloadError);
    expect(error).toMatchObject({ code: 'remote-error', cause: { name: 'RefusedError', message: 'too warm' } });
    expect((error.cause as Error).stack).toContain('worker-math.mjs');
  });

  test('names the functions there are when one is unknown', async () => {
    const remote = await loaded(worker<{ multiply(): void }>({ module }));
    expect((await rejection(remote.call('multiply'))).message).toMatch(/exports no function "multiply", only: add, /);
  });

  test('says when an argument or a result cannot be copied', async () => {
    const remote = await loaded(worker<MathModule>({ module }));
    expect((await rejection(remote.call('uncloneable'))).message).toMatch(/could not be cloned/);
    const taken = (() => 1) as unknown as number;
    expect((await rejection(remote.call('add', taken, 1))).message).toMatch(/could not be cloned/);
    expect(await remote.call('add', 1, 1)).toBe(2);
  });

  test('hands a buffer over instead of copying it', async () => {
    const remote = await loaded(worker<MathModule>({ module }));
    const numbers = Float64Array.of(1, 2, 3.5);
    expect(await remote.callTransferring([numbers.buffer], 'total', numbers)).toBe(6.5);
    expect(numbers.length).toBe(0);
  });

  test('rejects the calls in flight when it ends, and every later one', async () => {
    const remote = await loaded(worker<MathModule>({ module }));
    const calls = [rejection(remote.call('never')), rejection(remote.call('exit', 5))];
    for (const error of await Promise.all(calls)) expect(error.message).toMatch(/found exit code 5/);
    expect((await rejection(remote.call('add', 1, 1))).message).toMatch(/found exit code 5/);
  });

  test('rejects the calls in flight when it is unloaded', async () => {
    const loader = worker<MathModule>({ module });
    const remote = await loader.load(contextFor('subject'));
    const call = rejection(remote.call('never'));
    await loader.unload!(remote);
    expect((await call).message).toMatch(/was unloaded; keep the lease/);
  });

  test('measures what its thread holds, outside of the heap too', async () => {
    const loader = worker<MathModule>({ module });
    const remote = await loaded(loader);
    const before = (await loader.measure!(remote))!;
    await remote.call('hold', 50);
    const grown = (await loader.measure!(remote))! - before;
    expect(grown).toBeGreaterThan(49 * 2 ** 20);
    expect(grown).toBeLessThan(80 * 2 ** 20);
  });

  test('gives the worker the environment it is told', async () => {
    const remote = await loaded(worker<MathModule>({ module, env: { FORELOAD_TEST: 'yes' } }));
    expect(await remote.call('variable', 'FORELOAD_TEST')).toBe('yes');
    expect(await remote.call('variable', 'PATH')).toBeUndefined();
  });

  test('ends when it exceeds the memory it is allowed', async () => {
    const remote = await loaded(worker<MathModule>({ module, resourceLimits: { maxOldGenerationSizeMb: 20 } }));
    expect((await rejection(remote.call('hoard'))).message).toMatch(/^the worker of subject ended by itself: .*memory/);
  });

  test('takes a package name', async () => {
    const remote = await loaded(worker<typeof import('csv-parse/sync')>({ module: 'csv-parse/sync' }));
    expect(await remote.call('parse', 'a,b')).toEqual([['a', 'b']]);
  });

  test('types what can be called, with what, and what comes back', () => {
    const check = async (remote: Remote<MathModule>) => {
      expectTypeOf(await remote.call('add', 1, 2)).toEqualTypeOf<number>();
      expectTypeOf(await remote.call('total', new Float64Array())).toEqualTypeOf<number>();
      // @ts-expect-error no such function
      await remote.call('subtract', 1, 2);
      // @ts-expect-error not a function
      await remote.call('unit');
      // @ts-expect-error wrong argument
      await remote.call('add', '1', 2);
    };
    expect(check).toBeTypeOf('function');
  });
});
