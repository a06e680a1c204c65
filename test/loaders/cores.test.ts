import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { childProcess } from '../../src/loaders/child-process.ts';
import { withoutFirst } from '../../src/loaders/cores.ts';
import type { Loader } from '../../src/loaders/loader.ts';
import { processTree } from '../../src/loaders/process-tree.ts';
import { whenLine } from '../../src/loaders/readiness.ts';
import { worker } from '../../src/loaders/worker.ts';
import { contextFor, rejection } from './contract.ts';
import { canConfine, coresOf, fixture, fixturePath, owner, running } from './fixtures.ts';

test.each([
  ['0-7', '1-7'],
  ['0-1', '1'],
  ['0,2-3', '2-3'],
  ['4-5,8', '5,8'],
  ['3', ''],
  ['', ''],
])('of the cores %s, %s are left to loads that nobody waits for', (all, fewer) => {
  expect(withoutFirst(all)).toBe(fewer);
});

const threads = (pid: number): number[] => readdirSync(`/proc/${pid}/task`).map(Number);
const slow = { timeout: 20_000 };

describe.runIf(canConfine())('a load that nobody waits for leaves one core clear', () => {
  const all = coresOf(process.pid);
  const fewer = withoutFirst(all);

  /** Begins to load what never becomes ready. */
  function begin(loader: Loader) {
    const hurry = new AbortController();
    const stop = new AbortController();
    const ended = Promise.resolve(loader.load({ ...contextFor('it', stop.signal), politeUntil: hurry.signal })).catch(
      () => undefined,
    );
    onTestFinished(async () => {
      stop.abort();
      await ended;
    });
    return hurry;
  }

  const hanging = (options: { confine?: boolean; command?: string; before?: string[] }) => {
    const { command = process.execPath, before = [], ...rest } = options;
    return childProcess({
      command,
      args: [...before, fixturePath('child.mjs'), 'ready', owner],
      ready: () => new Promise<void>(() => undefined),
      ...rest,
    });
  };

  async function started(loader: Loader): Promise<{ pid: number; hurry: AbortController }> {
    const before = running();
    const hurry = begin(loader);
    const pid = await vi.waitFor(() => running().find((each) => !before.includes(each)) ?? expect.fail(), slow);
    return { pid, hurry };
  }

  test('a program, with all its threads, until somebody waits', async () => {
    const { pid, hurry } = await started(hanging({}));
    await vi.waitFor(() => expect(new Set(threads(pid).map(coresOf))).toEqual(new Set([fewer])), slow);
    hurry.abort();
    await vi.waitFor(() => expect(new Set(threads(pid).map(coresOf))).toEqual(new Set([all])), slow);
    expect(coresOf(process.pid)).toBe(all);
  });

  test('and so do what starts it and what tells it where to run', async () => {
    const { pid, hurry } = await started(hanging({}));
    hurry.abort();
    await vi.waitFor(() => expect(coresOf(pid)).toBe(all), slow);
    const beside = (await processTree(process.pid)).filter(({ parent }) => parent === process.pid);
    expect(beside.filter((each) => coresOf(each.pid) === fewer)).toHaveLength(2);
  });

  test('a program, until it is warm', async () => {
    const loader = childProcess({
      command: process.execPath,
      args: [fixturePath('child.mjs'), 'ready', owner],
      ready: async (child, context) => {
        await whenLine(/^ready/)(child, context);
        await vi.waitFor(() => expect(coresOf(child.pid!)).toBe(fewer), slow);
      },
    });
    const value = await loader.load({ ...contextFor('it'), politeUntil: new AbortController().signal });
    onTestFinished(() => loader.unload?.(value));
    await vi.waitFor(() => expect(coresOf(value.pid)).toBe(all), slow);
  });

  test('but not a thread, which may say nothing about it', async () => {
    expect(() => worker({ module: fixture('worker-math.mjs'), confine: false })).toThrow(
      /^the option confine is for processes: .*: found runtime 'worker_threads'; leave it out, or set runtime/,
    );
    const before = threads(process.pid);
    begin(worker({ module: fixture('worker-hangs.mjs') }));
    const begun = () => threads(process.pid).filter((each) => !before.includes(each));
    await vi.waitFor(() => expect(begun()).not.toEqual([]), slow);
    expect(new Set(begun().map(coresOf))).toEqual(new Set([all]));
  });

  test('and what can not be started is told as ever', async () => {
    const polite = { ...contextFor('it'), politeUntil: new AbortController().signal };
    for (const options of [
      { command: 'no-such-program' },
      { command: './fixtures' },
      { command: 'node', cwd: '/no/such' },
    ]) {
      const loader = childProcess(options);
      const error = await rejection(loader.load(contextFor('it')));
      expect(error.message).toContain(`command ${options.command}`);
      expect(await rejection(loader.load(polite))).toEqual(error);
    }
  });

  test('unless taskset is forbidden to do its work', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'foreload-taskset-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, 'taskset'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    vi.resetModules();
    vi.stubEnv('PATH', `${folder}:${process.env['PATH']}`);
    onTestFinished(() => void vi.unstubAllEnvs());
    const cores = await import('../../src/loaders/cores.ts');
    expect(cores.confinement()).toBeUndefined();
  });

  test('but not what is not to be confined, or has cores of its own', async () => {
    const [core] = all.split(/\D/);
    const free = await started(hanging({ confine: false }));
    const own = await started(hanging({ command: 'taskset', before: ['-c', core, process.execPath] }));
    await vi.waitFor(() => expect(coresOf(own.pid)).toBe(core), slow);
    // What is asked for is done in its order: once this is confined, the others would be.
    const last = await started(hanging({}));
    await vi.waitFor(() => expect(coresOf(last.pid)).toBe(fewer), slow);
    expect(coresOf(free.pid)).toBe(all);
    own.hurry.abort();
    last.hurry.abort();
    await vi.waitFor(() => expect(coresOf(last.pid)).toBe(all), slow);
    expect(coresOf(own.pid)).toBe(core);
  });
});
