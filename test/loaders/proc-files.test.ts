import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readAll, readAllSync } from '../../src/loaders/proc-files.ts';

describe.runIf(process.platform === 'linux')('a file of every process', () => {
  test('is read whole, however long it is', async () => {
    const long = 'x'.repeat(20_000);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9); console.log("up")'], {
      env: { ...process.env, LONG: long, LAST: 'seen' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const expected = readFileSync(`/proc/${child.pid}/environ`);
    expect(expected.includes(`LONG=${long}\0`)).toBe(true);
    expect((await readAll('environ')).get(child.pid!)).toEqual(expected);
    expect(readAllSync('environ').get(child.pid!)).toEqual(expected);
  });

  test('names this process, and none that has ended, in the order of their numbers', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    for (const found of [await readAll('stat'), readAllSync('stat')]) {
      expect(found.get(process.pid)!.toString('latin1')).toMatch(new RegExp(`^${process.pid} \\(`));
      expect(found.has(child.pid!)).toBe(false);
      expect([...found.keys()]).toEqual([...found.keys()].sort((a, b) => a - b));
    }
  });

  test('is read while the event loop goes on', async () => {
    const reading = readAll('stat');
    const over = reading.then(() => true);
    let turns = 0;
    while (!(await Promise.race([over, new Promise((resolve) => setImmediate(resolve, false))]))) turns++;
    const { size } = await reading;
    // Three steps for each file, two files at once.
    expect(turns).toBeGreaterThan(size / 2);
  });
});
