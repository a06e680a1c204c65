import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HistoryEntry } from '../../src/model/history.ts';
import { ms } from '../../src/model/ids.ts';
import { fileStore, type FileStoreOptions } from '../../src/store/file-store.ts';
import { disk } from '../../src/store/files.ts';
import { forgetUser, readHistory } from '../../src/store/history.ts';
import { lineOf } from '../../src/store/line.ts';
import { fileOf, segmentOf } from '../../src/store/segment-name.ts';
import { change, command, day, demand, newFolder, segments, start } from './folder.ts';

const open = (folder: string, at: number = start, options: FileStoreOptions = {}) =>
  fileStore(folder, options).open(ms(at));

/** Appends entries and closes. */
async function write(folder: string, entries: readonly HistoryEntry[], options: FileStoreOptions = {}): Promise<void> {
  const session = open(folder, entries[0]?.at ?? start, options);
  for (const entry of entries) session.append(entry);
  await session.close();
}

const all = (folder: string): HistoryEntry[] => [...readHistory(folder)];
const some = [command('ann', start, 'say "hello"\n'), demand('ann', start + 5, 'a b'), command('bob', start + 9)];

describe('a store in a folder', () => {
  it('gives back what was appended, and to the next start what its snapshot does not hold', async () => {
    const folder = newFolder();
    const first = open(folder);
    for (const entry of some) first.append(entry);
    await first.save(Uint8Array.of(1, 10, 3));
    first.append(demand('bob', start + 20, 'c'));
    await first.close();
    const second = open(folder);
    expect(second.damage).toEqual([]);
    expect([...second.snapshot!]).toEqual([1, 10, 3]);
    expect([...second.unlearned()]).toEqual([demand('bob', start + 20, 'c')]);
    await second.save(Uint8Array.of(2));
    await second.close();
    expect([...open(folder).unlearned()]).toEqual([]);
    expect(all(folder)).toEqual([...some, demand('bob', start + 20, 'c')]);
  });

  it('is lines of JSON that other tools read', async () => {
    const folder = newFolder();
    await write(folder, some);
    const [, ...lines] = readFileSync(segments(folder)[0], 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { at: start, user: 'ann', command: 'say "hello"\n' },
      { at: start + 5, user: 'ann', demand: 'a b' },
      { at: start + 9, user: 'bob', command: '' },
    ]);
  });

  it('goes on in the file of that day, and begins another on the next', async () => {
    const folder = newFolder();
    await write(folder, [command('ann', start)]);
    await write(folder, [command('ann', start + 1000)]);
    expect(segments(folder)).toHaveLength(1);
    await write(folder, [command('ann', start + day)]);
    expect(segments(folder)).toHaveLength(2);
    expect(all(folder).map(({ at }) => at - start)).toEqual([0, 1000, day]);
  });

  it('keeps nothing that is too old', async () => {
    const folder = newFolder();
    for (const days of [0, 5, 9, 10]) await write(folder, [command('ann', start + days * day)], { days: 3 });
    expect(all(folder).map(({ at }) => (at - start) / day)).toEqual([9, 10]);
  });

  it('keeps no more than its size, the latest', async () => {
    const folder = newFolder();
    const entries = Array.from({ length: 4000 }, (_, at) => command('ann', start + at));
    await write(folder, entries, { size: '64KB' });
    const kept = all(folder);
    const bytes = segments(folder).reduce((sum, path) => sum + readFileSync(path).length, 0);
    expect(bytes).toBeLessThan(64 * 1024 + 9000);
    expect(kept.length).toBeGreaterThan(400);
    expect(kept).toEqual(entries.slice(-kept.length));
  });

  it.each([
    ['half a line', (bytes: Buffer) => bytes.subarray(0, -7), 2, /cut off/],
    ['a line end short', (bytes: Buffer) => bytes.subarray(0, -1), 2, /cut off/],
    [
      'a flipped bit',
      (bytes: Buffer) => bytes.map((byte, at) => (at === bytes.length - 30 ? byte ^ 1 : byte)),
      2,
      /1 dam/,
    ],
    [
      'a hole of zeros',
      (bytes: Buffer) => bytes.map((byte, at) => (at > 200 && at < 260 ? 0 : byte)),
      1,
      /damaged lines? /,
    ],
    ['nothing', () => Buffer.alloc(0), 0, null],
    ['another file', () => Buffer.from('PK\u0003\u0004 not ours\nat all\n'), 0, /does not begin/],
  ])('with %s goes on with what is whole, and says so', async (_, damage, whole, said) => {
    const folder = newFolder();
    await write(folder, some);
    change(segments(folder)[0], damage);
    const session = open(folder);
    expect(session.damage.map(({ what }) => what).join()).toMatch(said ?? /^$/);
    expect([...session.unlearned()]).toHaveLength(whole);
    session.append(demand('ann', start + 50, 'later'));
    await session.close();
    const after = all(folder);
    expect(after).toHaveLength(whole + 1);
    expect(after.at(-1)).toEqual(demand('ann', start + 50, 'later'));
  });

  it('cut at any byte opens, and has all lines that are whole', async () => {
    const folder = newFolder();
    await write(folder, some);
    const [path] = segments(folder);
    const bytes = readFileSync(path);
    for (let length = 0; length <= bytes.length; length++) {
      writeFileSync(path, bytes.subarray(0, length));
      const session = open(folder);
      const lines = bytes.subarray(0, length).toString('latin1').split('\n').length - 1;
      expect([...session.unlearned()]).toEqual(some.slice(0, Math.max(0, lines - 1)));
      await session.close();
    }
  });

  it('with a damaged snapshot learns it all again', async () => {
    const folder = newFolder();
    const session = open(folder);
    for (const entry of some) session.append(entry);
    await session.save(Uint8Array.of(1, 2, 3));
    await session.close();
    change(join(folder, 'snapshot.bin'), (bytes) => bytes.subarray(0, -1));
    const next = open(folder);
    expect(next.snapshot).toBeNull();
    expect(next.damage).toMatchObject([{ what: expect.stringContaining('learned again') as string }]);
    expect([...next.unlearned()]).toEqual(some);
  });

  it('is not made where something else is', () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'thesis.txt'), 'mine');
    expect(() => open(folder)).toThrow(/no store of a Foreload.*1 other files; name an empty folder/);
    expect(() => open(join(folder, 'thesis.txt'))).toThrow(/invalid|a file/);
    expect(() => open(join(folder, 'thesis.txt', 'store'))).toThrow(/can't be kept|no store/);
    expect(() => all(folder)).toThrow(/no store/);
    expect(() => all(join(folder, 'none'))).toThrow(/there is no store/);
  });

  it.each([
    [
      'folder',
      (folder: string) => writeFileSync(join(folder, 'foreload-store.json'), '{"format":"foreload-store","version":2}'),
    ],
    [
      'segment',
      (folder: string) =>
        change(segments(folder)[0], () => Buffer.from(lineOf({ format: 'foreload-history', version: 7 }))),
    ],
    [
      'snapshot',
      (folder: string) =>
        writeFileSync(join(folder, 'snapshot.bin'), lineOf({ format: 'foreload-snapshot', version: 2 })),
    ],
  ])('of a later version (%s) is refused, and not touched', async (_, spoil) => {
    const folder = newFolder();
    await write(folder, some);
    spoil(folder);
    const before = segments(folder).map((path) => readFileSync(path, 'utf8'));
    expect(() => open(folder)).toThrow(expect.objectContaining({ code: 'invalid-store' }));
    expect(() => open(folder)).toThrow(/a later version of Foreload.*update Foreload/);
    expect(segments(folder).map((path) => readFileSync(path, 'utf8'))).toEqual(before);
  });

  it('with a damaged marker is told from something else by what it holds', async () => {
    const folder = newFolder();
    await write(folder, some);
    writeFileSync(join(folder, 'foreload-store.json'), '');
    const session = open(folder);
    expect(session.damage).toMatchObject([{ what: 'it was damaged and is written anew' }]);
    expect([...session.unlearned()]).toEqual(some);
    expect(open(folder).damage).toEqual([]);
  });

  it('with a damaged marker and nothing else is no store, for a reader as for a writer', () => {
    const folder = newFolder();
    mkdirSync(folder);
    writeFileSync(join(folder, 'foreload-store.json'), '{"form');
    expect(() => open(folder)).toThrow(/found a foreload-store\.json that is none; name an empty folder/);
    expect(() => all(folder)).toThrow(/found a foreload-store\.json that is none; give the folder that/);
  });
});

describe('several writers of one folder', () => {
  it('each have a file of their own, and nothing is lost', async () => {
    const folder = newFolder();
    const sessions = [open(folder), open(folder), open(folder)];
    for (let at = 0; at < 300; at++) sessions[at % 3].append(command(`user-${at % 3}`, start + at));
    expect(segments(folder)).toHaveLength(3);
    for (const session of sessions) await session.save(Uint8Array.of(sessions.indexOf(session)));
    for (const session of sessions) await session.close();
    expect(all(folder).map(({ at }) => at - start)).toEqual(Array.from({ length: 300 }, (_, at) => at));
    // The last to save had learned only what it wrote itself.
    const next = open(folder);
    expect([...next.snapshot!]).toEqual([2]);
    expect([...next.unlearned()]).toHaveLength(200);
  });

  it('take over what a dead process left, and leave alone what another machine writes', async () => {
    const folder = newFolder();
    await write(folder, [command('ann', start)]);
    const own = segmentOf(segments(folder)[0].split('/').at(-1)!)!;
    const rename = (owner: string): string => {
      const path = join(folder, fileOf(own.id, owner));
      disk.rename(segments(folder)[0], path);
      return path;
    };
    const host = hostname().replace(/[^A-Za-z0-9]/g, '');
    rename(`elsewhere-1-5`);
    await write(folder, [command('bob', start + 1)]);
    expect(segments(folder)).toHaveLength(2);
    disk.rename(segments(folder)[1], join(folder, '..', 'aside'));
    // That number is in use, by a process that began at another time.
    rename(`${host}-${process.pid}-1`);
    await write(folder, [command('cyd', start + 2)]);
    expect(segments(folder)).toEqual([join(folder, fileOf(own.id, null))]);
    expect(all(folder)).toEqual([command('ann', start), command('cyd', start + 2)]);
  });
});

describe('what other processes left behind', () => {
  const host = hostname().replace(/[^A-Za-z0-9]/g, '');
  /** A snapshot half written by such a process. */
  const part = (folder: string, owner: string): string => join(folder, `snapshot.bin.${owner}.part`);

  it('half written is removed once they are dead, and of another machine after a day', async () => {
    const folder = newFolder();
    await write(folder, [command('ann', start)]);
    const own = segmentOf(segments(folder)[0].split('/').at(-1)!)!;
    const alive = `${host}-${process.pid}-`;
    const session = open(folder);
    session.append(command('ann', start + 1));
    const self = segmentOf(segments(folder)[0].split('/').at(-1)!)!.owner!;
    expect(self.startsWith(alive)).toBe(true);
    for (const owner of [self, `${alive}1`, 'elsewhere-1-5']) writeFileSync(part(folder, owner), own.id);
    const left = (): boolean[] => [self, `${alive}1`, 'elsewhere-1-5'].map((owner) => existsSync(part(folder, owner)));
    const { mtimeMs } = statSync(part(folder, self));
    open(folder, mtimeMs + day - 1000);
    expect(left()).toEqual([true, false, true]);
    open(folder, mtimeMs + day + 1000);
    expect(left()).toEqual([true, false, false]);
    await session.close();
  });

  it('half written goes with the user whose history is forgotten', async () => {
    const folder = newFolder();
    await write(folder, [command('ann', start)]);
    for (const owner of [`${host}-${process.pid}-1`, 'elsewhere-1-5']) writeFileSync(part(folder, owner), 'ann');
    await forgetUser(folder, 'ann' as never, () => null);
    expect(readdirSync(folder)).toEqual(['foreload-store.json']);
  });

  it('of another machine is removed once it is too old, and that machine goes on', async () => {
    const folder = newFolder();
    const session = open(folder, start, { days: 3 });
    session.append(command('ann', start));
    const [path] = segments(folder);
    const { id } = segmentOf(path.split('/').at(-1)!)!;
    const theirs = join(folder, fileOf(id, 'elsewhere-1-5'));
    disk.rename(path, theirs);
    open(folder, start + 3 * day, { days: 3 });
    expect(segments(folder)).toEqual([theirs]);
    open(folder, start + 5 * day, { days: 3 });
    expect(segments(folder)).toEqual([]);
    // As that machine would: what it wrote to is gone.
    session.append(command('ann', start + 5 * day));
    await session.close();
    expect(all(folder)).toEqual([command('ann', start + 5 * day)]);
  });
});

describe('a snapshot that can not be written', () => {
  it('leaves the one before, and all that was appended', async () => {
    const folder = newFolder();
    const first = open(folder);
    first.append(command('ann', start));
    await first.save(Uint8Array.of(1));
    await first.close();
    let full = true;
    const files: typeof disk = {
      ...disk,
      replace: (...given) =>
        full ? Promise.reject(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })) : disk.replace(...given),
    };
    const session = open(folder, start, { files });
    session.append(command('ann', start + 1));
    await expect(session.save(Uint8Array.of(2))).rejects.toMatchObject({ code: 'store-failed' });
    full = false;
    session.append(command('ann', start + 2));
    await session.close();
    const next = open(folder);
    expect(Array.from(next.snapshot ?? [])).toEqual([1]);
    expect([...next.unlearned()].map(({ at }) => at - start)).toEqual([1, 2]);
  });
});

describe('a full disk', () => {
  /** A disk with room for so many bytes. */
  function small(room: { bytes: number }): typeof disk {
    return {
      ...disk,
      write(file, bytes, from) {
        const part = bytes.subarray(from, from + room.bytes);
        if (part.length === 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
        room.bytes -= part.length;
        return disk.write(file, part, 0);
      },
    };
  }

  it.each([0, 40, 150, 260, 300])('after %i bytes loses only what it refused, and goes on', async (bytes) => {
    const folder = newFolder();
    const room = { bytes };
    const session = open(folder, start, { files: small(room) });
    const kept: HistoryEntry[] = [];
    for (let at = 0; at < 10; at++) {
      if (at === 5) room.bytes = 10_000;
      try {
        session.append(command('ann', start + at));
        kept.push(command('ann', start + at));
      } catch (error) {
        expect(error).toMatchObject({
          code: 'store-failed',
          message: expect.stringMatching(/a full disk; make room/) as string,
        });
      }
    }
    await session.close();
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept.length).toBeLessThan(10);
    const next = open(folder);
    expect(next.damage).toEqual([]);
    expect([...next.unlearned()]).toEqual(kept);
  });
});
