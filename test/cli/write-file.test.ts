import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeWhole } from '../../src/cli/write-file.ts';
import { Files } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

it('replaces a file whole, and leaves nothing beside it', async () => {
  const path = files.write('report.html', 'old');
  await writeWhole('--report', path, 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(files.folder)).toEqual(['report.html']);
});

it.runIf(existsSync('/dev/full'))('says what stopped it at a device', async () => {
  const failure = { code: 'invalid-option', message: expect.stringContaining('(/dev/full): found ENOSPC') };
  await expect(writeWhole('--report', '/dev/full', 'text')).rejects.toMatchObject(failure);
});

it.skipIf(process.platform === 'win32')('writes into a pipe, as into any device, and does not replace it', async () => {
  const path = join(files.folder, 'pipe');
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
  const reading = open(path, 'r').then(async (file) => {
    const text = await file.readFile('utf8');
    await file.close();
    return text;
  });
  await writeWhole('--report', path, 'through');
  expect(await reading).toBe('through');
  expect(lstatSync(path).isFIFO()).toBe(true);
});
