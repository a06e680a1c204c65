import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { eachStat, eachStatSync, readEnvironments, readEnvironmentsSync } from '../../src/loaders/proc-files.ts';

describe.runIf(process.platform === 'linux')('what /proc has', () => {
  test('of an environment is read whole, however long it is', async () => {
    const long = 'x'.repeat(20_000);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e9); console.log("up")'], {
      env: { ...process.env, LONG: long, LAST: 'seen' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const expected = readFileSync(`/proc/${child.pid}/environ`);
    expect(expected.includes(`LONG=${long}\0`)).toBe(true);
    expect(await readEnvironments([child.pid!])).toEqual(new Map([[child.pid, expected]]));
    expect(readEnvironmentsSync([child.pid!])).toEqual(new Map([[child.pid, expected]]));
  });

  test('names this process, and none that has ended, in the order of their numbers', async () => {
    const child = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(child, 'exit');
    const begin = (pid: number, stat: Buffer) => ({ pid, text: stat.toString('latin1') });
    for (const found of [await eachStat(begin), eachStatSync(begin)]) {
      expect(found.find(({ pid }) => pid === process.pid)?.text).toMatch(new RegExp(`^${process.pid} \\(`));
      const pids = found.map(({ pid }) => pid);
      expect(pids).not.toContain(child.pid);
      expect(pids).toEqual(pids.toSorted((a, b) => a - b));
    }
  });

  test('is read while the event loop goes on', async () => {
    // Each look at the clock is a millisecond later: as if each file took so long.
    let now = 0;
    const clock = vi.spyOn(performance, 'now').mockImplementation(() => now++);
    onTestFinished(() => clock.mockRestore());
    const reading = eachStat((pid) => pid);
    const over = reading.then(() => true);
    let turns = 0;
    while (!(await Promise.race([over, new Promise((resolve) => setImmediate(resolve, false))]))) turns++;
    expect(turns).toBeGreaterThan((await reading).length / 2);
  });
});
