import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { childProcess } from '../../src/loaders/child-process.ts';
import { treePids } from '../../src/loaders/process-tree.ts';
import { worker } from '../../src/loaders/worker.ts';
import { contextFor } from './contract.ts';
import { canRaise, fixture, fixturePath, owner, running } from './fixtures.ts';

const tasks = (pid: number): number[] => readdirSync(`/proc/${pid}/task`).map(Number);
const mine = getPriority();
const lowered = (pid: number): number[] => tasks(pid).filter((task) => getPriority(task) > mine);
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
};

describe.runIf(canRaise())('a load that nobody waits for', () => {
  test('of a worker has a lower priority until it is warm', async () => {
    const before = lowered(process.pid);
    const loader = worker({
      module: fixture('worker-math.mjs'),
      warmUp: () => until(() => lowered(process.pid).length > before.length),
    });
    const value = await loader.load({ ...contextFor('math'), politeUntil: new AbortController().signal });
    onTestFinished(() => loader.unload?.(value));
    expect(lowered(process.pid)).toEqual(before);
  });

  test('of a worker is raised when a demand joins it', async () => {
    const before = lowered(process.pid);
    const hurry = new AbortController();
    const stop = new AbortController();
    const loader = worker({ module: fixture('worker-hangs.mjs') });
    const loading = loader.load({ ...contextFor('hangs', stop.signal), politeUntil: hurry.signal });
    const ended = expect(Promise.resolve(loading)).rejects.toThrow();
    await until(() => lowered(process.pid).length > before.length);
    hurry.abort();
    expect(lowered(process.pid)).toEqual(before);
    stop.abort();
    await ended;
  });

  test('of a program has a lower priority, with all its threads, until a demand joins', async () => {
    const hurry = new AbortController();
    const stop = new AbortController();
    const loader = childProcess({
      command: process.execPath,
      args: [fixturePath('child.mjs'), owner],
      ready: () => new Promise<void>(() => undefined),
    });
    const loading = loader.load({ ...contextFor('child', stop.signal), politeUntil: hurry.signal });
    const ended = expect(Promise.resolve(loading)).rejects.toThrow();
    await until(() => running().some((pid) => lowered(pid).length > 0));
    const [pid] = running();
    hurry.abort();
    expect(lowered(pid)).toEqual([]);
    while ((await treePids(pid)).flatMap(lowered).length > 0) await new Promise(setImmediate);
    stop.abort();
    await ended;
  });
});

/** The state of a process: proc_pid_stat(5). */
const stateOf = (pid: number): string => {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
  return stat.slice(stat.lastIndexOf(')')).split(' ')[1];
};

describe.runIf(process.platform === 'linux')('a program that nobody waits for', () => {
  /** Begins to load a program that becomes ready when `ready` is settled. */
  async function begin(ready: Promise<void>) {
    const stop = new AbortController();
    const calls: { pause: () => void; resume: () => void }[] = [];
    const loader = childProcess({
      command: process.execPath,
      args: [fixturePath('child.mjs'), owner],
      ready: () => ready,
    });
    const before = running();
    const loading = Promise.resolve(
      loader.load({
        ...contextFor('child', stop.signal),
        politeUntil: new AbortController().signal,
        standAside: (pause, resume) => void calls.push({ pause, resume }),
      }),
    );
    await until(() => running().some((pid) => !before.includes(pid)) && calls.length > 0);
    return { loader, loading, stop, aside: calls[0], pid: running().find((pid) => !before.includes(pid))! };
  }

  test('is stopped while it is told to stand still, and becomes ready after that', async () => {
    let finish: () => void = () => undefined;
    const { loader, loading, aside, pid } = await begin(new Promise((resolve) => (finish = resolve)));
    aside.pause();
    await until(() => stateOf(pid) === 'T');
    aside.resume();
    await until(() => stateOf(pid) !== 'T');
    finish();
    const value = await loading;
    await loader.unload?.(value);
    expect(running()).not.toContain(pid);
    // Its number may be another's by now.
    const kill = vi.spyOn(process, 'kill');
    aside.pause();
    aside.resume();
    expect(kill).not.toHaveBeenCalled();
    kill.mockRestore();
  });

  test('is killed where it stands if it is no longer wanted', async () => {
    const { loading, stop, aside, pid } = await begin(new Promise(() => undefined));
    const ended = expect(loading).rejects.toThrow();
    aside.pause();
    await until(() => stateOf(pid) === 'T');
    stop.abort();
    await ended;
    expect(running()).not.toContain(pid);
  });
});
