import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, expectTypeOf, onTestFinished, test, vi } from 'vitest';
import { childProcess, type ChildProcessOptions, type RunningChild } from '../../src/loaders/child-process.ts';
import type { Loader } from '../../src/loaders/loader.ts';
import { treePids, treePss } from '../../src/loaders/process-tree.ts';
import { whenHttp, whenLine, whenTcp } from '../../src/loaders/readiness.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixturePath, owner, running } from './fixtures.ts';

const program = fixturePath('child.mjs');
const run = (mode: string, options: Partial<ChildProcessOptions<RunningChild, void>> = {}) =>
  childProcess({ command: process.execPath, args: [program, mode, owner], ready: whenLine(/^ready/), ...options });

loaderContract<RunningChild>('childProcess', () => ({
  loader: run('ready'),
  works: ({ pid }) => expect(running()).toContain(pid),
  leftovers: () => running().length,
  stopsWorking: ({ pid }) => expect(running()).not.toContain(pid),
  hanging: run('hangs'),
  failing: {
    loader: run('exits'),
    message:
      /^the program of subject ended by itself: found exit code 3, stderr: reading config \| no model at \/models\/x\.gguf; run its command by hand/,
  },
  end: {
    by: ({ pid }) => process.kill(pid, 'SIGINT'),
    message: /^the program of subject ended by itself: found signal SIGINT; /,
  },
}));

describe('childProcess', () => {
  test('is ready as soon as it runs unless told otherwise', async () => {
    const { child, pid } = await loaded(childProcess({ command: process.execPath, args: [program, 'hangs', owner] }));
    expect(child.pid).toBe(pid);
  });

  test('types its value by what ready gives', () => {
    expectTypeOf(childProcess({ command: 'x' })).toEqualTypeOf<Loader<RunningChild>>();
    expectTypeOf(childProcess({ command: 'x', ready: whenLine(/x/) })).toEqualTypeOf<Loader<RunningChild>>();
    const loader = childProcess({ command: 'x', ready: async () => ({ port: 8090 }), stop: ({ port }) => void port });
    expectTypeOf(loader).toEqualTypeOf<Loader<{ port: number }>>();
    // @ts-expect-error a value without identity can't be told from that of another load
    expect(childProcess({ command: 'x', ready: async () => 8090 })).toBeDefined();
  });

  test('gives the value that ready resolves with', async () => {
    const ready = async (child: ChildProcess) => ({ port: 8090, child });
    const value = await loaded(childProcess({ command: process.execPath, args: [program, 'hangs', owner], ready }));
    expect(value.port).toBe(8090);
  });

  test('says in one line which program can not be started', async () => {
    const error = await rejection(childProcess({ command: 'no-such-program' }).load(contextFor('subject')));
    expect(error).toMatchObject({ code: 'load-failed' });
    expect(error.message).toBe(
      "the program of subject can't be started (command no-such-program): found spawn no-such-program ENOENT; " +
        'check that the program is installed and that its working directory exists',
    );
    const nowhere = run('ready', { cwd: '/no/such/folder' });
    expect((await rejection(nowhere.load(contextFor('subject')))).message).toMatch(
      /, in \/no\/such\/folder\): found .*ENOENT/,
    );
  });

  test('is killed when ready fails', async () => {
    const failing = run('hangs', { ready: () => Promise.reject(new Error('wrong model')) });
    const error = await rejection(failing.load(contextFor('subject')));
    expect(error.message).toMatch(/^the program of subject did not become ready: found wrong model; /);
    expect(running()).toEqual([]);
  });

  test('tells why it ended rather than which connection that broke', async () => {
    const ready = async (child: ChildProcess) => {
      await once(child, 'exit');
      throw new Error('socket hang up');
    };
    expect((await rejection(run('exits', { ready }).load(contextFor('subject')))).message).toMatch(
      /exit code 3, stderr: /,
    );
  });

  test('stops gracefully with SIGTERM, long before the grace is over', async () => {
    const loader = run('ready', { graceMs: 60_000 });
    const value = await loader.load(contextFor('subject'));
    await loader.unload!(value);
    expect(value.child.signalCode).toBe('SIGTERM');
  });

  test('asks whether it still works the way it is told', async () => {
    const check = vi.fn(() => false);
    const loader = run('ready', { check });
    const value = await loaded(loader);
    expect(await loader.check!(value)).toBe(false);
    expect(check).toHaveBeenCalledExactlyOnceWith(value, value.child);
  });

  test.each([-1, Number.NaN])('refuses the grace %d', (graceMs) => {
    expect(() => run('ready', { graceMs })).toThrow(
      /^the option graceMs must be .*: found (-1|NaN); leave it out for 2000$/,
    );
  });

  test('stops the way it is told', async () => {
    const stop = vi.fn((_value: RunningChild, child: ChildProcess) => void child.kill('SIGINT'));
    const loader = run('ready', { stop, graceMs: 60_000 });
    const value = await loader.load(contextFor('subject'));
    await loader.unload!(value);
    expect(stop).toHaveBeenCalledExactlyOnceWith(value, value.child);
    expect(value.child.signalCode).toBe('SIGINT');
  });

  test('is gone even if stopping fails, and the failure is told', async () => {
    const loader = run('ready', { stop: () => Promise.reject(new Error('could not save')) });
    const value = await loader.load(contextFor('subject'));
    expect((await rejection(loader.unload!(value))).message).toBe('could not save');
    expect(value.child.signalCode).toBe('SIGKILL');
  });

  test('kills a program that ignores SIGTERM once the grace is over', async () => {
    const loader = run('stubborn', { graceMs: 150 });
    const value = await loader.load(contextFor('subject'));
    const began = performance.now();
    await loader.unload!(value);
    expect(performance.now() - began).toBeGreaterThanOrEqual(149);
    expect(value.child.signalCode).toBe('SIGKILL');
  });

  test('takes all descendants with it, those in another group too', async () => {
    const loader = run('family', { graceMs: 150 });
    const value = await loader.load(contextFor('subject'));
    expect(running()).toHaveLength(3);
    expect((await treePss(value.pid))!).toBeGreaterThan((await treePss((await treePids(value.pid)).at(-1)!))!);
    expect(await loader.measure!(value)).toBeGreaterThan(3 * 2 ** 20);
    await loader.unload!(value);
    expect(running()).toEqual([]);
  });

  test('takes all descendants with it when the load is aborted', async () => {
    const abort = new AbortController();
    const ready = async (child: ChildProcess) => {
      await once(child.stdout!, 'data');
      expect(running()).toHaveLength(3);
      abort.abort();
      return new Promise<void>(() => {});
    };
    await rejection(run('family', { ready }).load(contextFor('subject', abort.signal)));
    expect(running()).toEqual([]);
  });

  test('takes with it what left its group and has no parent any more', async () => {
    const loader = run('daemon', { graceMs: 150 });
    const value = await loader.load(contextFor('subject'));
    expect(running()).toHaveLength(2);
    await loader.unload!(value);
    await vi.waitFor(() => expect(running()).toEqual([]));
  });

  test('gives each program a port of its own', async () => {
    const serve = () => {
      const args = [program, 'http', owner, '{port}'];
      const ready = whenHttp('http://127.0.0.1:{port}/');
      return loaded(childProcess({ command: process.execPath, args, port: true, ready }));
    };
    const [first, second] = await Promise.all([serve(), serve()]);
    expect(first.port).not.toBe(second.port);
    const answer = await fetch(`http://127.0.0.1:${second.port}/`);
    expect(answer.status).toBe(200);
    await answer.text();
    const tcp = childProcess({
      command: process.execPath,
      args: [program, 'http', owner, '{port}'],
      port: true,
      ready: whenTcp(),
    });
    expect((await loaded(tcp)).port).toBeGreaterThan(0);
  });

  test('tells the port in the environment', async () => {
    const env = { PATH: process.env['PATH'], ADDRESS: 'tcp://[::1]:{port}' };
    const ready = async (child: ChildProcess) => ({ said: String((await once(child.stdout!, 'data'))[0]) });
    const args = [program, 'environment', owner];
    const { said } = await loaded(childProcess({ command: process.execPath, args, env, port: true, ready }));
    const [, port] = /^ready on (\d+), /.exec(said)!;
    expect(said).toBe(`ready on ${port}, tcp://[::1]:${port}\n`);
  });

  test('leaves no orphan in its group when it ends by itself', async () => {
    const loader = run('leaves-orphan', { stdio: 'pipe' });
    const value = await loader.load(contextFor('subject'));
    expect(running()).toHaveLength(2);
    const ended = new Promise<Error>((resolve) => loader.watch!(value, resolve));
    value.child.stdin!.write('go\n');
    expect((await ended).message).toMatch(/exit code 4/);
    await vi.waitFor(() => expect(running()).toEqual([]));
  });

  test('is not stopped by what nobody reads of its output', async () => {
    const loader = run('talks');
    const value = await loader.load(contextFor('subject'));
    const error = await new Promise<Error>((resolve) => loader.watch!(value, resolve));
    expect(error.message).toMatch(/found exit code 0; /);
  });

  test('unloads what has ended by itself', async () => {
    const loader = run('ready', { graceMs: 60_000 });
    const value = await loader.load(contextFor('subject'));
    const ended = new Promise((resolve) => loader.watch!(value, resolve));
    value.child.kill('SIGKILL');
    await ended;
    await loader.unload!(value);
    expect(await loader.measure!(value)).toBeUndefined();
  });

  test('listens for the exit of the host only while a program runs', async () => {
    const listeners = () => process.listenerCount('exit');
    const before = listeners();
    const loader = run('ready');
    const [first, second] = await Promise.all([loader.load(contextFor('a')), loader.load(contextFor('b'))]);
    expect(listeners()).toBe(before + 1);
    await loader.unload!(first);
    expect(listeners()).toBe(before + 1);
    await loader.unload!(second);
    expect(listeners()).toBe(before);
  });
});

test('treePss reads the memory of a process, and nothing of one that has ended', async () => {
  expect(await treePss(process.pid)).toBeGreaterThan(10 * 2 ** 20);
  const child = spawn('true');
  onTestFinished(() => void child.kill());
  await once(child, 'exit');
  expect(await treePss(child.pid!)).toBeUndefined();
});
