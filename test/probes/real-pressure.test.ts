import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type LimitedGroup, limitedGroup } from './limited-group.ts';

/** A compiled Foreload under a real memory limit, beside a neighbour that takes ever more of it. */
const limitBytes = 256 * 2 ** 20;
const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/pressure/${name}`, import.meta.url));

const possible = limitedGroup(limitBytes);
if (typeof possible === 'string') process.stderr.write(`skipped, real memory pressure: ${possible}\n`);
else await possible.remove();

let home = '';
let group: LimitedGroup;

beforeAll(() => {
  if (typeof possible === 'string') return;
  home = mkdtempSync(join(tmpdir(), 'foreload-pressure-'));
  for (const name of ['node_modules', 'package.json']) symlinkSync(join(root, name), join(home, name));
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  execFileSync(process.execPath, [compiler, '-p', root, '--noCheck', '--outDir', join(home, 'dist')]);
}, 60_000);
afterAll(() => home && rmSync(home, { recursive: true }));
afterEach(() => group?.remove(), 30_000);

/** What the host tells at its end. */
interface Told {
  readonly failed: number;
  readonly served: number;
  readonly unloaded: number;
  readonly levels: readonly string[];
}

function inGroup(...program: readonly string[]) {
  const words = program.map((word) => `'${word}'`).join(' ');
  return spawn('sh', ['-c', group.inside(`'${process.execPath}' ${words}`)], { stdio: ['pipe', 'pipe', 'inherit'] });
}

async function play(response: 'on' | 'off') {
  group = limitedGroup(limitBytes) as LimitedGroup;
  const host = inGroup('--expose-gc', fixture('host.mjs'), pathToFileURL(join(home, 'dist')).href, response);
  let output = '';
  host.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(host, 'close') as Promise<[number | null, string | null]>;
  const early = ended.then(([code, signal]) => {
    if (!output.includes('ready\n')) throw new Error(`the host ended before it was ready: ${code ?? signal}`);
  });
  while (!output.includes('ready\n')) await Promise.race([once(host.stdout, 'data'), early]);
  const hog = inGroup(fixture('hog.mjs'));
  const [hogCode] = (await once(hog, 'close')) as [number | null];
  host.stdin.end();
  const [code, signal] = await ended;
  const told: unknown = code === 0 ? JSON.parse(output.split('\n').at(-2)!) : null;
  return { code, signal, hogCode, kills: group.kills(), told };
}

describe.skipIf(typeof possible === 'string')('under a real limit of 256 MB, as a neighbour takes 90 MB more', () => {
  test('without a response to pressure the kernel kills the host', async () => {
    const { code, signal, kills } = await play('off');
    expect({ code, signal }).toEqual({ code: null, signal: 'SIGKILL' });
    expect(kills).toBeGreaterThan(0);
  }, 30_000);

  test('with it nothing is killed, and every demand is served', async () => {
    const { code, kills, hogCode, told } = await play('on');
    expect({ code, kills, hogCode }).toEqual({ code: 0, kills: 0, hogCode: 0 });
    const { failed, served, unloaded, levels } = told as Told;
    expect(failed).toBe(0);
    // Beside other work the next look may come after the next level.
    expect(levels).toEqual(expect.arrayContaining(['low', expect.stringMatching(/^(high|critical|emergency)$/)]));
    expect(served).toBeGreaterThan(20);
    expect(unloaded).toBeGreaterThan(0);
  }, 30_000);
});
