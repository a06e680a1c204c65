import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { processTreesSync } from '../../src/loaders/process-tree.ts';
import { type Remote, worker, type WorkerOptions } from '../../src/loaders/worker.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixture, owner } from './fixtures.ts';

/** What worker-math.mjs exports. */
interface MathModule {
  add(a: number, b: number): number;
  thread(): number;
  total(numbers: Float64Array): Promise<number>;
  refuse(reason: string): never;
  uncloneable(): () => void;
  hold(megabytes: number): void;
  never(): Promise<void>;
  exit(code: number): void;
  crashLater(): void;
  variable(name: string): string | undefined;
}

const module = fixture('worker-math.mjs');
const env = { ...process.env, FORELOAD_TEST: owner };
const apart = (rest: Partial<WorkerOptions<MathModule>> = {}) =>
  worker<MathModule>({ module, runtime: 'child_process', env, ...rest });

/** The processes with a module of this test file. */
function running(): number[] {
  const [all] = processTreesSync([process.pid]);
  return all.map(({ pid }) => pid).filter((pid) => environment(pid).includes(owner));
}

function environment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return '';
  }
}

loaderContract<Remote<MathModule>>('module in a process', () => ({
  loader: apart(),
  works: async (remote) => expect(await remote.call('add', 2, 3)).toBe(5),
  leftovers: process.platform === 'linux' ? () => running().length : { exempt: 'needs /proc' },
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
