import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { fixturePath, owner, running } from './fixtures.ts';

/** These need a process that may end, so they run the loaders as they are published: compiled, in a plain Node. */
const root = fileURLToPath(new URL('../..', import.meta.url));
let installed = '';

beforeAll(() => {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  installed = mkdtempSync(join(cache, 'foreload-'));
  copyFileSync(join(root, 'package.json'), join(installed, 'package.json'));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', fixturePath('tsconfig.json'), '--outDir', join(installed, 'dist')]);
});
afterAll(() => rmSync(installed, { recursive: true }));

const slow = { timeout: 20_000 };
let POLITE = '';

function start(scene: string) {
  const args = [fixturePath('host.mjs'), scene, pathToFileURL(join(installed, 'dist/loaders')).href, owner];
  return spawn(process.execPath, args, {
    env: { ...process.env, POLITE, OWNER: owner },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function run(scene: string): Promise<{ code: number; output: string }> {
  const host = start(scene);
  let output = '';
  host.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(host, 'close')) as [number];
  return { code, output };
}

describe.each(['no', 'yes'])('an application (nobody waits for its loads: %s)', (polite) => {
  beforeAll(() => {
    POLITE = polite;
  });

  test('ends by itself while a worker is warm', async () => {
    expect(await run('idle-worker')).toEqual({ code: 0, output: 'warm\n' });
  });

  test('does not end while it waits for a worker', async () => {
    expect(await run('called-worker')).toEqual({ code: 0, output: 'answered\nwarm\n' });
  });

  test('ends by itself while a program is warm, and takes all of it along', async () => {
    expect(await run('idle-child')).toEqual({ code: 0, output: 'warm\n' });
    await vi.waitFor(() => expect(running()).toEqual([]), slow);
  });

  test('ends by itself while an MCP server is warm, and not before a tool has answered', async () => {
    expect(await run('called-mcp')).toEqual({ code: 0, output: '5\nwarm\n' });
    await vi.waitFor(() => expect(running()).toEqual([]), slow);
  });

  test('is told which package is missing', async () => {
    const { output } = await run('missing-package');
    expect(output).toMatch(/^optional-missing: the scene needs the package foreload-no-such-package, /);
  });

  test('takes its programs along when it crashes', async () => {
    expect((await run('crashing')).code).toBe(1);
    await vi.waitFor(() => expect(running()).toEqual([]), slow);
  });

  test.runIf(process.platform === 'linux')('takes programs along of which it has not heard yet', async () => {
    const [, signal] = await once(start('unheard'), 'close');
    expect(signal).toBe('SIGKILL');
    await vi.waitFor(() => expect(running()).toEqual([]), slow);
    await vi.waitFor(() => expect(running('environ')).toEqual([]), slow);
  });

  test.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'takes its programs along when %s ends it, and what left their groups',
    async (signal) => {
      const host = start('killed');
      await once(host.stdout, 'data');
      expect(running().length).toBeGreaterThanOrEqual(6);
      host.kill(signal);
      await once(host, 'close');
      await vi.waitFor(() => expect(running()).toEqual([]), slow);
      // Nor does anything of Foreload's own stay.
      await vi.waitFor(() => expect(running('environ')).toEqual([]), slow);
    },
  );
});
