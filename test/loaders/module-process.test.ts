import { describe, expect, test } from 'vitest';
import { type Remote, worker, type WorkerOptions } from '../../src/loaders/worker.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixture, type MathModule, owner, running } from './fixtures.ts';

/** What process-odd.mjs exports. */
interface OddModule {
  forks(): Promise<number>;
  starts(): Promise<number>;
  nested(depth: number): object;
  leave(): void;
  key(): unknown;
  never(): Promise<void>;
  odd(): never;
  unnamed(): never;
}

const oddIn = (runtime: 'worker_threads' | 'child_process', rest: Partial<WorkerOptions<OddModule>> = {}) =>
  worker<OddModule>({ module: fixture('process-odd.mjs'), runtime, ...rest });

const module = fixture('worker-math.mjs');
const env = { ...process.env, FORELOAD_TEST: owner };
const apart = (rest: Partial<WorkerOptions<MathModule>> = {}) =>
  worker<MathModule>({ module, runtime: 'child_process', env, ...rest });

loaderContract<Remote<MathModule>>('module in a process', () => ({
  loader: apart(),
  works: async (remote) => expect(await remote.call('add', 2, 3)).toBe(5),
  leftovers: process.platform === 'linux' ? () => running('environ').length : { exempt: 'needs /proc' },
  stopsWorking: async (remote) => {
    expect((await rejection(remote.call('add', 2, 3))).message).toMatch(/^the process of subject was unloaded/);
  },
  hanging: apart({ module: fixture('worker-hangs.mjs') }),
  failing: {
    loader: apart({ module: fixture('worker-throws.mjs') }),
    message:
      /^loading file:.*worker-throws\.mjs in the process of subject failed: found Error: no weights in the cache; /,
  },
  end: {
    by: (remote) => remote.call('exit', 3).catch(() => undefined),
    message: /^the program of subject ended by itself: found exit code 3; look for process\.exit /,
  },
}));

describe('a module in a process', () => {
  test('passes arguments to load and runs the first operation before it is ready', async () => {
    const seen: number[] = [];
    await loaded(apart({ args: [100], warmUp: async (remote) => seen.push(await remote.call('add', 1, 1)) }));
    expect(seen).toEqual([102]);
  });

  test('is not ready when its first operation fails', async () => {
    const loader = apart({ warmUp: (remote) => remote.call('refuse', 'no GPU') });
    expect((await rejection(loader.load(contextFor('subject')))).message).toMatch(/found RefusedError: no GPU/);
  });

  test('rejects at once when it exits while loading', async () => {
    const error = await rejection(apart({ module: fixture('worker-exits.mjs') }).load(contextFor('subject')));
    expect(error).toMatchObject({ code: 'process-exited' });
    expect(error.message).toMatch(/ended by itself: found exit code 7; look for process\.exit /);
  });

  test('carries an error back with its name, message and stack', async () => {
    const remote = await loaded(apart());
    const error = await rejection(remote.call('refuse', 'too warm'));
    expect(error).toMatchObject({ code: 'remote-error', cause: { name: 'RefusedError', message: 'too warm' } });
    expect((error.cause as Error).stack).toContain('worker-math.mjs');
  });

  test('says when an argument or a result cannot be copied', async () => {
    const remote = await loaded(apart());
    expect((await rejection(remote.call('uncloneable'))).message).toMatch(/could not be cloned/);
    const taken = (() => 1) as unknown as number;
    expect((await rejection(remote.call('add', taken, 1))).message).toMatch(/could not be cloned/);
    expect(await remote.call('add', 1, 1)).toBe(2);
  });

  test('copies a buffer', async () => {
    const remote = await loaded(apart());
    const numbers = Float64Array.of(1, 2, 3.5);
    expect(await remote.callTransferring([numbers.buffer], 'total', numbers)).toBe(6.5);
    expect(numbers.length).toBe(3);
  });

  test('rejects the calls in flight when it ends, and every later one', async () => {
    const remote = await loaded(apart());
    const calls = [rejection(remote.call('never')), rejection(remote.call('exit', 5))];
    for (const error of await Promise.all(calls)) expect(error.message).toMatch(/found exit code 5/);
    expect((await rejection(remote.call('add', 1, 1))).message).toMatch(/found exit code 5/);
  });

  test('rejects the calls in flight when it is unloaded', async () => {
    const loader = apart();
    const remote = await loader.load(contextFor('subject'));
    const call = rejection(remote.call('never'));
    await loader.unload!(remote);
    expect((await call).message).toMatch(/^the process of subject was unloaded; keep the lease/);
  });

  test.runIf(process.platform === 'linux')('measures all that its process holds', async () => {
    const loader = apart();
    const remote = await loaded(loader);
    const before = (await loader.measure!(remote))!;
    await remote.call('hold', 50);
    expect((await loader.measure!(remote))! - before).toBeGreaterThan(45 * 2 ** 20);
  });

  test('gives the process the environment it is told', async () => {
    const remote = await loaded(apart({ env: { FORELOAD_TEST: 'yes' } }));
    expect(await remote.call('variable', 'FORELOAD_TEST')).toBe('yes');
    expect(await remote.call('variable', 'PATH')).toBeUndefined();
  });

  test('takes no bounds that are for threads', () => {
    expect(() => apart({ resourceLimits: { maxOldGenerationSizeMb: 20 } })).toThrow(
      /^the option resourceLimits bounds threads: found runtime 'child_process'; leave one of them out/,
    );
  });
});

describe.each([
  ['a process', {}],
  [
    'a process for which all is an ES module',
    { env: { ...process.env, NODE_OPTIONS: '--experimental-default-type=module' } },
  ],
])('a module in %s', (_, rest) => {
  // The flag is gone from Node 24 on.
  const can = !('env' in rest) || process.allowedNodeEnvironmentFlags.has('--experimental-default-type');
  test.runIf(can)('may start threads and processes of its own', async () => {
    const remote = await loaded(oddIn('child_process', rest));
    expect(await remote.call('forks')).toBe(0);
    expect(await remote.call('starts')).toBe(0);
  });
});

describe.each(['worker_threads', 'child_process'] as const)('a module in %s', (runtime) => {
  test('may give what is nested too deeply to be read: that call rejects', async () => {
    const remote = await loaded(oddIn(runtime));
    for (const depth of [100, 1500, 2000, 2500, 3000, 100_000]) {
      const value = await remote.call('nested', depth).catch((error: Error) => error);
      if (value instanceof Error) expect(value).toMatchObject({ code: 'remote-error' });
      if (depth === 100) expect(value).toHaveProperty('value.value');
      if (depth === 100_000) expect(value).toBeInstanceOf(Error);
    }
    expect(await remote.call('nested', 0)).toEqual({});
  });

  test('may throw anything', async () => {
    const remote = await loaded(oddIn(runtime));
    expect((await rejection(remote.call('odd'))).message).toMatch(/failed: found Error: what was thrown has no text/);
    expect((await rejection(remote.call('unnamed'))).message).toMatch(/: unnamed;/);
    expect(await remote.call('nested', 0)).toEqual({});
  });
});

describe('a module in a process', () => {
  test('gives no empty object for what cannot be copied', async () => {
    const remote = await loaded(oddIn('child_process'));
    expect((await rejection(remote.call('key'))).message).toMatch(/Unserializable host object: SecretKeyObject/);
  });

  test('ends when it can no longer be reached', async () => {
    const loader = oddIn('child_process');
    const remote = await loaded(loader);
    const ended = new Promise<Error>((resolve) => loader.watch!(remote, resolve));
    const call = rejection(remote.call('never'));
    await remote.call('leave');
    expect((await call).message).toMatch(
      /can't be reached any more: found a closed pipe; look for what closes descriptors/,
    );
    expect((await ended).message).toMatch(/ended by itself: found signal SIGKILL/);
  });
});
