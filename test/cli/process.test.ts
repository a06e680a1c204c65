import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { closeSync, cpSync, existsSync, mkdirSync, openSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Files } from './cli.ts';

// The compiled program as a process of its own.

const root = fileURLToPath(new URL('../..', import.meta.url));
const files = new Files();
const program = join(files.folder, 'package', 'dist', 'cli', 'main.js');

beforeAll(() => {
  const home = join(files.folder, 'package');
  mkdirSync(home);
  for (const name of ['node_modules', 'data', 'package.json']) symlinkSync(join(root, name), join(home, name));
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  execFileSync(process.execPath, [compiler, '-p', root, '--outDir', join(home, 'dist')], { stdio: 'ignore' });
}, 60_000);
afterAll(() => files.remove());

interface Ended {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

function start(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): { child: ReturnType<typeof spawn>; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], { env: { ...process.env, ...env }, stdio: 'pipe' });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  return { child, ended };
}

const trace = 'ts,user,command,components\n0,u,,a\n1,u,,a\n';

it('reads a trace from standard input, plain or gzip', async () => {
  for (const input of [trace, gzipSync(trace)]) {
    const { child, ended } = start(['replay', '-', '--budget', '1slots', '--policies', 'lru', '--json']);
    child.stdin!.end(input);
    const { code, stdout, stderr } = await ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({ trace: '-', rows: 2, results: { lru: { warmRate: 0.5 } } });
  }
});

it('stops reading standard input once it has the rows it wants, or finds a mistake', async () => {
  for (const [args, code] of [
    [['--first', '1'], 0],
    [[], 1],
  ] as const) {
    const { child, ended } = start(['replay', '-', ...args]);
    child.stdin!.on('error', () => {});
    // Never ended: who waited for the end would wait for ever.
    child.stdin!.write(`${trace}not a row\n`);
    child.stdin!.write('x'.repeat(200_000));
    expect((await ended).code).toBe(code);
  }
});

it('ends with 2 and one line on wrong usage', async () => {
  const { code, stdout, stderr } = await start(['replay', 'x.csv', '--budget', 'much']).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^foreload: --budget is not a budget: found "much"; [^\n]+\n$/);
});

it('colours when forced to, and not into a pipe', async () => {
  const path = files.write('small.csv', trace);
  expect((await start(['replay', path], { NO_COLOR: '', FORCE_COLOR: '1' }).ended).stdout).toContain('\u001b[1m');
  expect(
    (await start(['replay', path], { NO_COLOR: '', FORCE_COLOR: undefined, CI: 'true' }).ended).stdout,
  ).not.toContain('\u001b');
});

it('ends quietly when its reader goes away', async () => {
  const { child, ended } = start(['replay', files.write('gone.csv', trace), '--json', '--budget-curve']);
  child.stdout!.destroy();
  expect(await ended).toMatchObject({ code: 0, stderr: '' });
});

it.runIf(existsSync('/dev/full'))('ends with 1 and one line when its output has no room', () => {
  const full = openSync('/dev/full', 'w');
  const args = [program, 'replay', files.write('full.csv', trace), '--json'];
  const { status, stderr } = spawnSync(process.execPath, args, { stdio: ['ignore', full, 'pipe'], encoding: 'utf8' });
  closeSync(full);
  expect({ status, stderr }).toEqual({
    status: 1,
    stderr: expect.stringMatching(/^foreload: output can't be written: found ENOSPC[^\n]*\n$/),
  });
});

it('a loader that hangs ends its demand, and not the process, without a word', async () => {
  const config = files.write(
    'hangs.mjs',
    `export const config = { loadTimeoutMs: 50, components: { h: { size: 1, loader: {
       load: ({ signal }) => new Promise((_, stop) => signal.addEventListener('abort', () => stop(signal.reason))),
     } } } };`,
  );
  const { child, ended } = start(['run', config]);
  child.stdin!.end('{"components":["h"]}\n');
  const { code, stderr } = await ended;
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('"h" did not load in 50 ms') });
});

it('a configuration that never comes ends with 1 and one line', async () => {
  const config = files.write('never.mjs', 'await new Promise(() => {}); export const config = {};');
  const { code, stdout, stderr } = await start(['check', config]).ended;
  expect({ code, stdout, stderr }).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^foreload: [^\n]*never comes[^\n]*\n$/),
  });
});

it('without the optional package a model is trained unchecked and can not be run, and it says how to get it', async () => {
  const bare = join(files.folder, 'bare');
  mkdirSync(join(bare, 'node_modules'), { recursive: true });
  cpSync(join(files.folder, 'package', 'dist'), join(bare, 'dist'), { recursive: true });
  symlinkSync(join(root, 'package.json'), join(bare, 'package.json'));
  for (const name of ['commander', 'csv-parse', 'picocolors', 'valibot']) {
    symlinkSync(join(root, 'node_modules', name), join(bare, 'node_modules', name));
  }
  const rows = Array.from({ length: 40 }, (_, i) => `${i},u,,${'ab'[i % 2]}\n`).join('');
  const path = files.write('alternating.csv', `ts,user,command,components\n${rows}`);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(bare, 'dist', 'cli', 'main.js'), ...args], { encoding: 'utf8' });
  const out = join(files.folder, 'unchecked.onnx');
  const trained = run('train', path, '--out', out, '--epochs', '2', '--json');
  expect(trained).toMatchObject({
    status: 0,
    stderr: expect.stringMatching(/not checked.*npm install onnxruntime-node\n$/),
  });
  expect(JSON.parse(trained.stdout)).toMatchObject({ check: null, bytes: expect.any(Number) });
  expect(run('forecast', path, '--model', out)).toMatchObject({
    status: 1,
    stdout: '',
    stderr:
      'foreload: a forecast model needs the package onnxruntime-node, which is not installed; run: npm install onnxruntime-node\n',
  });
});

it('an interrupt ends it with 130 and leaves no file', async () => {
  const folder = join(files.folder, 'interrupted');
  mkdirSync(folder);
  const report = join(folder, 'report.html');
  const { child, ended } = start(['replay', '-', '--report', report]);
  child.stdin!.on('error', () => {});
  // More than a pipe holds: once it is taken, the program is reading and waits for more.
  await new Promise((resolve) => child.stdin!.write(`${trace}${'2,u,,a\n'.repeat(100_000)}`, resolve));
  child.kill('SIGINT');
  const { code, stdout, stderr } = await ended;
  expect({ code, stdout, stderr }).toEqual({
    code: 130,
    stdout: '',
    stderr: expect.stringMatching(/^foreload: interrupted; [^\n]+\n$/),
  });
  expect([existsSync(report), readdirSync(folder)]).toEqual([false, []]);
});
