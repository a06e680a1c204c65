import { ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { childProcess } from '../../src/loaders/child-process.ts';
import { processTree, runningProcesses } from '../../src/loaders/process-tree.ts';
import { whenLine } from '../../src/loaders/readiness.ts';
import { canSpawnApart, spawnApart } from '../../src/loaders/starter.ts';
import { contextFor } from './contract.ts';
import { fixturePath, owner, running } from './fixtures.ts';

type Start = typeof spawnApart;
const piped = { stdio: ['pipe', 'pipe', 'pipe'] as 'pipe'[], detached: true };

/** All that a program tells, in order. */
async function toldBy(child: ChildProcess): Promise<unknown[]> {
  const told: unknown[] = [];
  for (const event of ['spawn', 'error', 'exit', 'close'])
    child.on(event, (...what: unknown[]) => told.push([event, ...what.map(String)]));
  await Promise.race([once(child, 'close'), new Promise((resolve) => child.once('error', resolve))]);
  return told;
}

async function parentOf(pid: number): Promise<number | undefined> {
  return (await runningProcesses()).find((each) => each.pid === pid)?.parent;
}

describe.runIf(process.platform === 'linux')('a program that is started apart', () => {
  const both: [string, Start][] = [
    ['apart', spawnApart],
    ['by this process', spawn],
  ];

  test.each(both)('%s tells that it was started and how it ended', async (_, start) => {
    const run = (script: string) => toldBy(start('sh', ['-c', script], piped));
    expect(await run('exit 3')).toEqual([['spawn'], ['exit', '3', 'null'], ['close', '3', 'null']]);
    expect(await run('kill -9 $$')).toEqual([['spawn'], ['exit', 'null', 'SIGKILL'], ['close', 'null', 'SIGKILL']]);
    expect(await toldBy(start('no-such-program', [], piped))).toEqual([
      ['error', 'Error: spawn no-such-program ENOENT'],
    ]);
    expect(await toldBy(start('true', [], { ...piped, cwd: '/no/such' }))).toEqual([
      ['error', 'Error: spawn true ENOENT'],
    ]);
  });

  test.each(both)('%s has pipes, a folder and an environment', async (_, start) => {
    const child = start('sh', ['-c', 'cat; pwd; echo "$NAME" >&2'], {
      ...piped,
      cwd: '/',
      env: { ...process.env, NAME: 'it' },
    });
    await once(child, 'spawn');
    expect(child).toBeInstanceOf(ChildProcess);
    expect([child.stdin, child.stdout, child.stderr]).toEqual(child.stdio);
    const outputs = Promise.all([text(child.stdout!), text(child.stderr!)]);
    const long = 'x'.repeat(3_000_000);
    child.stdin!.end(long);
    expect(await outputs).toEqual([`${long}/\n`, 'it\n']);
  });

  test.each(both)('%s is signalled, and not once it has ended', async (_, start) => {
    const child = start('sleep', ['100'], { ...piped, stdio: 'ignore' });
    await once(child, 'spawn');
    expect(child.stdio.every((stream) => stream === null)).toBe(true);
    expect(child.kill('SIGINT')).toBe(true);
    expect(await toldBy(child)).toEqual([
      ['exit', 'null', 'SIGINT'],
      ['close', 'null', 'SIGINT'],
    ]);
    expect([child.exitCode, child.signalCode, child.kill()]).toEqual([null, 'SIGINT', false]);
  });

  test('loses nothing that it writes at once, however many start', async () => {
    const outputs = Array.from({ length: 30 }, async (_, nth) => {
      const child = spawnApart('echo', [`${nth}`], piped);
      await once(child, 'spawn');
      return Number(await text(child.stdout!));
    });
    expect(await Promise.all(outputs)).toEqual(Array.from({ length: 30 }, (_, nth) => nth));
  });

  test('but for what is shared with this process', () => {
    expect(canSpawnApart(piped)).toBe(true);
    expect(canSpawnApart({ stdio: ['ignore', 'inherit', 'inherit', 'pipe'] })).toBe(true);
    for (const shared of ['ipc', 1, process.stderr] as const)
      expect(canSpawnApart({ stdio: ['ignore', shared, 'pipe'] })).toBe(false);
    expect(canSpawnApart({ stdio: ['inherit', 'pipe', 'pipe'] })).toBe(false);
  });

  const loader = childProcess({
    command: process.execPath,
    args: [fixturePath('child.mjs'), 'family', owner],
    ready: whenLine(/^ready/),
  });
  const load = () => loader.load({ ...contextFor('it'), politeUntil: new AbortController().signal });

  test('is one that nobody waits for, and ends as a whole like any other', async () => {
    const awaited = await loader.load(contextFor('it'));
    expect(await parentOf(awaited.pid)).toBe(process.pid);
    await loader.unload?.(awaited);
    const value = await load();
    const starter = await parentOf(value.pid);
    expect(starter).not.toBe(process.pid);
    expect(await parentOf(starter!)).toBe(process.pid);
    expect(running()).toHaveLength(3);
    await loader.unload?.(value);
    expect(running()).toEqual([]);
  });

  test('ends when nobody can tell any more how it ends, and the next is started by another', async () => {
    const value = await load();
    const ended = new Promise<Error>((resolve) => loader.watch?.(value, resolve));
    const starter = (await parentOf(value.pid))!;
    const [{ parent }] = (await processTree(starter)).filter(({ pid }) => pid === starter);
    expect(parent).toBe(process.pid);
    process.kill(starter, 'SIGKILL');
    expect((await ended).message).toContain('ended by itself: found signal SIGKILL');
    await vi.waitFor(() => expect(running()).toEqual([]));
    const next = await load();
    onTestFinished(() => loader.unload?.(next));
    expect(await parentOf(next.pid)).not.toBe(starter);
  });

  test('is not left behind by a starter that ends before it tells of it', async () => {
    const value = await load();
    const starter = (await parentOf(value.pid))!;
    await loader.unload?.(value);
    const attempt = async () => loader.unload?.(await load());
    const tries = Array.from({ length: 5 }, () => attempt().catch((error: Error) => error));
    process.kill(starter, 'SIGKILL');
    for (const error of await Promise.all(tries)) {
      // What it had told of ends by itself.
      if (error) expect(error.message).toMatch(/the process that starts programs has ended|ended by itself/);
    }
    await vi.waitFor(() => expect(running()).toEqual([]));
  });
});
