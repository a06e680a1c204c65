import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { childProcess } from '../../src/loaders/child-process.ts';
import { politeProgram } from '../../src/loaders/priority.ts';
import { isRunning, processTree, processTreesSync } from '../../src/loaders/process-tree.ts';
import { whenLine } from '../../src/loaders/readiness.ts';
import { contextFor, loaded, rejection } from './contract.ts';
import { canRaise, fixturePath, owner, running } from './fixtures.ts';

/** Which files of /proc can't be opened now, as in a process that has no free descriptor. */
const lacking = vi.hoisted(() => ({ of: (_path: string): boolean => false }));

vi.mock('node:fs', async (original) => {
  const fs = await original<typeof import('node:fs')>();
  const refused = (path: unknown): Error | null =>
    lacking.of(String(path)) ? Object.assign(new Error(`EMFILE: ${String(path)}`), { code: 'EMFILE' }) : null;
  const openSync = (...args: Parameters<typeof fs.openSync>): number => {
    const error = refused(args[0]);
    if (error) throw error;
    return fs.openSync(...args);
  };
  const open = (path: string, flags: string, done: (error: Error | null, file?: number) => void): void => {
    const error = refused(path);
    if (error) setImmediate(done, error);
    else fs.open(path, flags, done);
  };
  return { ...fs, openSync, open };
});

/** No file of /proc can be opened until the test ends, or what is returned is called. */
function exhaust(): () => void {
  lacking.of = (path) => path.startsWith('/proc/');
  const free = (): void => {
    lacking.of = () => false;
  };
  onTestFinished(free);
  return free;
}

const run = (mode: string) =>
  childProcess({ command: process.execPath, args: [fixturePath('child.mjs'), mode, owner], ready: whenLine(/^ready/) });

describe.runIf(process.platform === 'linux')('without free descriptors', () => {
  test('it is not said that a process has ended', async () => {
    const { pid } = await loaded(run('ready'));
    const [own] = await processTree(pid);
    const free = exhaust();
    expect(() => isRunning(own)).toThrow('EMFILE');
    expect(() => processTreesSync([pid])).toThrow('EMFILE');
    expect(await rejection(processTree(pid))).toMatchObject({ code: 'EMFILE' });
    free();
    expect(isRunning(own)).toBe(true);
  });

  test.runIf(canRaise())('a program that was loaded politely does not end the host', async () => {
    const { pid } = await loaded(run('ready'));
    const restore = politeProgram(pid, new AbortController().signal);
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    onTestFinished(() => void process.off('unhandledRejection', unhandled));
    const free = exhaust();
    restore();
    await rejection(processTree(pid));
    await new Promise(setImmediate);
    free();
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('a program that ends by itself is told as ever', async () => {
    const loader = run('ready');
    const value = await loader.load(contextFor('subject'));
    const ended = new Promise<Error>((resolve) => loader.watch?.(value, resolve));
    const free = exhaust();
    process.kill(value.pid, 'SIGKILL');
    expect((await ended).message).toMatch(/ended by itself: found signal SIGKILL/);
    free();
    await vi.waitFor(() => expect(running()).toEqual([]));
  });

  test('a program is stopped, and what left its group as soon as it can be found', async () => {
    const loader = run('family');
    const value = await loader.load(contextFor('subject'));
    expect(running()).toHaveLength(3);
    const free = exhaust();
    const unloading = loader.unload?.(value);
    setTimeout(free, 100);
    await unloading;
    expect(running()).toEqual([]);
  });

  test('a program is stopped, and it is told that what left its group could not be looked for', async () => {
    const loader = run('ready');
    const value = await loader.load(contextFor('subject'));
    const free = exhaust();
    expect(await rejection(loader.unload?.(value))).toMatchObject({ code: 'EMFILE' });
    free();
    expect(running()).toEqual([]);
  });
});
