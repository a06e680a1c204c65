import { existsSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it, vi } from 'vitest';
import type { HistoryEntry } from '../../src/model/history.ts';
import { ms } from '../../src/model/ids.ts';
import { fileStore } from '../../src/store/file-store.ts';
import { readTrace } from '../../src/trace/read-trace.ts';
import { change, command, demand, newFolder, segments, start } from '../store/folder.ts';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

/** Two users take turns: `ann` needs a and then b, `bob` only c. */
async function worked(): Promise<string> {
  const folder = newFolder();
  const session = fileStore(folder, { text: true }).open(ms(start));
  const entries: HistoryEntry[] = [];
  for (let at = start; at < start + 10_000; at += 1000) {
    entries.push(
      command('ann', at, 'say "a", then\nb'),
      command('bob', at + 1),
      demand('ann', at + 2, 'a'),
      demand('bob', at + 3, 'c'),
      demand('ann', at + 4, 'b'),
      demand('ann', at + 5, 'a'),
    );
  }
  entries.push({ kind: 'load', at: ms(start + 20_000), component: 'a' as never, bytes: 5, tookMs: 7 });
  for (const entry of entries) session.append(entry);
  await session.close();
  return folder;
}

describe('foreload history', () => {
  it('export writes a trace that replay reads', async () => {
    const store = await worked();
    const out = `${files.folder}/history.csv`;
    const { code, stdout } = await foreload(['history', 'export', '--store', store, '--out', out, '--json']);
    expect({ code, json: JSON.parse(stdout) as object }).toEqual({
      code: 0,
      json: { trace: out, rows: 20, needs: 30, damage: [] },
    });
    const trace = await readTrace(out);
    expect(trace).toMatchObject({ rows: 20, users: ['ann', 'bob'], components: ['a', 'b', 'c'] });
    expect(trace.texts?.[0]).toBe('say "a", then b');
    expect(Array.from(trace.needs.subarray(0, 3))).toEqual([0, 1, 2]);
    expect((await foreload(['history', 'export', '--store', store])).stdout).toBe(readFileSync(out, 'utf8'));
    const replayed = await foreload(['replay', out, '--budget', '2slots', '--json']);
    expect(replayed.code).toBe(0);
    expect(JSON.parse(replayed.stdout)).toMatchObject({ rows: 20, needs: 30 });
  });

  it('stats says what there is', async () => {
    const store = await worked();
    const { stdout } = await foreload(['history', 'stats', '--store', store, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({
      path: store,
      segments: 1,
      snapshotBytes: 0,
      commands: 20,
      demands: 40,
      loads: 1,
      users: 2,
      components: 3,
      texts: 10,
      from: start,
      to: start + 20_000,
      damage: [],
    });
    const { stdout: text } = await foreload(['history', 'stats', '--store', store]);
    expect(text).toMatch(/\nhistory [1-9][\d.]* K?B in .* files; what was learned \S+ K?B\n/);
    expect(text).toContain('20 commands (10 with text) of 2 users, 2026-11-24 09:00 to 2026-11-24 09:00');
  });

  it('forget leaves nothing of a user', async () => {
    const store = await worked();
    const { stdout } = await foreload(['history', 'forget', 'ann', '--store', store, '--json']);
    expect(JSON.parse(stdout)).toEqual({ user: 'ann', entries: 40, left: 21 });
    for (const path of [...segments(store), `${store}/snapshot.bin`]) {
      expect(existsSync(path)).toBe(true);
      expect(readFileSync(path).includes('ann')).toBe(false);
    }
    const again = await foreload(['history', 'forget', 'ann', '--store', store]);
    expect(again.stdout).toBe('nothing is known of "ann"; 21 entries are left\n');
  });

  it('tells of damage, and goes on', async () => {
    const store = await worked();
    change(segments(store)[0], (bytes) => bytes.map((byte, at) => (at === 300 ? byte ^ 1 : byte)));
    const { code, stderr, stdout } = await foreload(['history', 'export', '--store', store]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/\.jsonl: 1 damaged line is left out/);
    expect(stdout.split('\n').length).toBeGreaterThan(20);
  });

  it('finds the store that the environment or the nearest configuration names', async () => {
    const store = await worked();
    const commands = async (): Promise<number> => {
      const { stdout } = await foreload(['history', 'stats', '--json']);
      return (JSON.parse(stdout) as { commands: number }).commands;
    };
    files.write('foreload.config.mjs', `export const config = { components: {}, store: ${JSON.stringify(store)} };`);
    vi.spyOn(process, 'cwd').mockReturnValue(files.folder);
    expect(await commands()).toBe(20);
    vi.restoreAllMocks();
    vi.stubEnv('FORELOAD_STORE', store);
    expect(await commands()).toBe(20);
    vi.unstubAllEnvs();
  });

  it.each(['null', '5', '{}', '{ path: "" }'])('says so where the configuration names none, but %s', async (store) => {
    files.write('foreload.config.mjs', `export const config = { components: {}, store: ${store} };`);
    vi.spyOn(process, 'cwd').mockReturnValue(files.folder);
    const { code, stderr } = await foreload(['history', 'stats']);
    vi.restoreAllMocks();
    expect({ code, stderr }).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /no store is named \(.*foreload\.config\.mjs\): found no folder; give --store/,
      ) as string,
    });
  });

  it.each([
    [['history', 'export', '--store', '/nowhere/at/all'], 1, /there is no store.*nowhere/],
    [
      ['history', 'stats', '--store', import.meta.dirname],
      1,
      /no store of a Foreload \(.*\): found no foreload-store\.json in it; give the folder that createForeload/,
    ],
    [['history', 'stats', '--store', import.meta.filename], 1, /no store of a Foreload \(.*\): found a file; give the/],
    [['history', 'export', '--store', ''], 1, /no foreload\.config|there is no store/],
    [['history', 'forget', '--store', 'x'], 2, /user/],
    [['history', 'remember'], 2, /unknown command|remember/],
    [['history', 'export', '--store', 'x', '--json'], 2, /--out/],
  ])('%j fails with what to do', async (args, exit, message) => {
    const { code, stderr } = await foreload(args);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: exit, lines: 1 });
    expect(stderr).toMatch(message);
  });
});
