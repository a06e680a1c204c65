import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../src/cli/run.ts';
import { ms } from '../../src/model/ids.ts';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());
const fixtures = fileURLToPath(new URL('../fixtures/loaders/', import.meta.url));

const config = files.write(
  'foreload.config.json',
  JSON.stringify({
    budget: '300MB',
    components: {
      math: { loader: { kind: 'worker', module: `${fixtures}worker-math.mjs` }, size: '20MB', loadMs: 50 },
      plain: { loader: { kind: 'module', module: `${fixtures}module-ok.mjs` }, size: '1MB', dependsOn: ['math'] },
      sleeper: {
        loader: { kind: 'process', command: 'sh', args: ['-c', 'echo $$ > pid; exec sleep 1000'] },
        size: '5MB',
      },
      ghost: { loader: { kind: 'process', command: 'no-such-program-anywhere' }, size: '5MB' },
    },
  }),
);

/** Serves these lines and returns what was printed; `during` may interrupt. */
async function serve(input: Iterable<string> | AsyncIterable<string>, args: string[] = [], signal?: AbortSignal) {
  let stdout = '';
  let stderr = '';
  const io = {
    stdout: (text: string) => void (stdout += text),
    stderr: (text: string) => void (stderr += text),
    colour: false,
    columns: 0,
    signal: signal ?? new AbortController().signal,
    clock: { now: () => ms(0) },
    debug: false,
  };
  const command = runCommand(io, Readable.from(input)).exitOverride();
  let error: unknown;
  process.exitCode = 0;
  await command.parseAsync([config, ...args], { from: 'user' }).catch((reason: unknown) => {
    error = reason;
  });
  const code = process.exitCode;
  process.exitCode = 0;
  return { stdout, stderr, error, code };
}

const line = (components: string[], text = 'do it', user?: string) =>
  `${JSON.stringify({ text, components, ...(user ? { user } : {}) })}\n`;

const pidFile = `${files.folder}/pid`;

/** Whether the sleeping child that last wrote its pid runs. */
function sleeping(): boolean {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('foreload run', () => {
  it('serves commands with real components, one line each', async () => {
    const { stdout, stderr, code } = await serve([line(['plain']), line(['plain', 'sleeper']), 'just words\n', '\n']);
    const lines = stdout.trim().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^do it {2}\| {2}plain cold \d+ ms/);
    expect(lines[1]).toMatch(/plain warm \d+ ms, sleeper cold \d+ ms/);
    expect(lines[2]).toMatch(/^just words/);
    const expected = lines.map(
      (text) =>
        text
          .split('expects ')[1]
          ?.split(', ')
          .map((one) => one.split(' ')[0]) ?? [],
    );
    for (const names of expected) expect(new Set(names).size).toBe(names.length);
    expect(expected.flat().length).toBeGreaterThan(0);
    expect(stderr).toMatch(/3 demands: 1 warm, 0 loading, 2 cold/);
    expect(code).toBe(0);
    expect(sleeping()).toBe(false);
  });

  it('prints one object with --json, and the ledger in it', async () => {
    const { stdout } = await serve([line(['math'], 'add', 'ada'), line(['math'], 'add', 'ada')], ['--json']);
    const printed = JSON.parse(stdout) as { commands: { user: string; demands: object[] }[]; ledger: object };
    expect(printed.commands.map(({ user, demands }) => [user, demands])).toEqual([
      ['ada', [expect.objectContaining({ component: 'math', found: 'cold' })]],
      ['ada', [expect.objectContaining({ component: 'math', found: 'warm' })]],
    ]);
    expect(printed.ledger).toMatchObject({ needs: 2, warm: 1, cold: 1 });
  });

  it('takes what is being typed: it refines the forecast, and is no command', async () => {
    const rounds = Array.from({ length: 8 }, (_, i) => line([i % 2 ? 'math' : 'plain'], i % 2 ? 'add two' : 'show it'));
    const typed = [{ partial: 'add t' }, { partial: 'add two' }, { partial: 'show', user: 'ann' }];
    const lines = [...rounds, line(['plain'], 'show it'), ...typed.map((one) => `${JSON.stringify(one)}\n`)];
    const { stdout, stderr, code } = await serve(lines);
    const told = stdout.trim().split('\n').slice(-3);
    expect(told[0]).toMatch(/^add t\.\.\. {2}\| {2}expects math \d+ %/);
    expect(told[1]).toMatch(/^add two\.\.\. {2}\| {2}expects math \d+ %/);
    expect(told[2]).toMatch(/^ann: show\.\.\. {2}\| {2}expects plain \d+ %/);
    expect(stderr).toMatch(/^9 demands:/);
    // The last command's user gave no other, so it is not judged yet.
    expect(stderr).toMatch(/\nforecasts of 8 commands: top 1, 3, 5 \d+\.\d %, [^;]*; calibration error \d+\.\d %\n$/);
    expect(code).toBe(0);
    const json = JSON.parse((await serve(lines, ['--json'])).stdout) as {
      commands: object[];
      partials: object[];
      forecast: object;
    };
    expect(json.forecast).toMatchObject({ all: { commands: 8 }, users: [{ user: 'default' }], behind: null });
    expect(json.commands).toHaveLength(9);
    expect(json.partials).toEqual([
      expect.objectContaining({ partial: 'add t', user: 'default' }),
      expect.objectContaining({ partial: 'add two' }),
      expect.objectContaining({ partial: 'show', user: 'ann', forecast: expect.any(Array) }),
    ]);
  });

  it('says what is wrong with a line, serves the rest, and ends with 1', async () => {
    const { stdout, stderr, code } = await serve([
      '{"text": 5}\n',
      '{oops\n',
      '{"partial": "op", "text": "open"}\n',
      line(['nobody']),
      line(['ghost']),
      line(['math']),
    ]);
    const complaints = stderr.trim().split('\n');
    expect(complaints[0]).toMatch(/line 1.*text/);
    expect(complaints[1]).toMatch(/line 2/);
    expect(complaints[2]).toMatch(/line 3.*text/);
    expect(complaints[3]).toMatch(/no component is named "nobody"/);
    expect(complaints[4]).toMatch(/no-such-program-anywhere/);
    expect(stdout).toMatch(/math cold/);
    expect(code).toBe(1);
  });

  it('unloads everything when it is interrupted', async () => {
    rmSync(pidFile, { force: true });
    const interrupt = new AbortController();
    async function* lines() {
      yield line(['sleeper']);
      yield line(['sleeper']);
      while (!sleeping()) await new Promise((resolve) => setImmediate(resolve));
      interrupt.abort(new Error('interrupted'));
    }
    const { error } = await serve(lines(), [], interrupt.signal);
    expect(error).toMatchObject({ message: 'interrupted' });
    expect(sleeping()).toBe(false);
  });
});

describe('foreload run --store', () => {
  const store = `${files.folder}/kept`;
  const told = async (lines: string[], args: string[] = []) => {
    const { stdout, stderr, error } = await serve(lines, ['--store', store, '--json', ...args]);
    expect(error).toBeUndefined();
    const { commands } = JSON.parse(stdout) as { commands: { forecast: { component: string }[] }[] };
    return { commands, stderr };
  };

  it('keeps what was learned, and begins with it', async () => {
    rmSync(store, { recursive: true, force: true });
    await told(Array.from({ length: 12 }, (_, i) => line([i % 2 ? 'math' : 'plain'], i % 2 ? 'add two' : 'show it')));
    const { commands, stderr } = await told(['\n', line([], 'add two'), line([], 'add two')]);
    expect(commands[1]?.forecast[0]?.component).toBe('math');
    expect(stderr).toBe('');
    const exported = await foreload(['history', 'export', '--store', store]);
    expect(exported.stdout.split('\n').slice(0, 3)).toEqual([
      'ts,user,command,components',
      expect.stringMatching(/^\d+,default,,plain$/) as string,
      expect.stringMatching(/^\d+,default,,math$/) as string,
    ]);
  });

  it('begins without a damaged snapshot, and says so', async () => {
    writeFileSync(`${store}/snapshot.bin`, 'nonsense');
    const { commands, stderr } = await told([line(['math'])]);
    expect(commands).toHaveLength(1);
    expect(stderr).toMatch(/snapshot\.bin: it is damaged/);
  });

  it('goes on without a place that is no store, says so once, and leaves it as it is', async () => {
    const { stderr, error, code } = await serve([line(['math']), line(['math'])], ['--store', config]);
    expect(error).toBeUndefined();
    expect(code).toBe(0);
    expect(stderr.match(/going on without history: this is no store/g)).toHaveLength(1);
  });
});

describe('foreload run --watch', () => {
  it('takes over what changes, says what waits for a restart, and keeps what can work', async () => {
    const path = files.write('watched.json', watched({}));
    const { stderr, heard } = hearing();
    // The input goes on until all has been told.
    async function* input(): AsyncGenerator<string> {
      yield 'begin\n';
      files.write('watched.json', watched({ budget: '200MB', policy: 'lru' }));
      await heard(/changed: applied budget\n.*policy waits for a restart/s);
      files.write('watched.json', '{ "components": ');
      await heard(/the configuration before stays in force: .*watched\.json/);
      files.write('watched.json', watched({ budget: '190MB' }));
      await heard(/changed: applied budget\n$/);
    }
    const io = { ...quiet, stderr };
    await runCommand(io, Readable.from(input())).exitOverride().parseAsync([path, '--watch'], { from: 'user' });
  });
});

describe('a configuration that is still read when it changes again', () => {
  it.each([
    ['does not undo the later one', 'slow.mjs', ''],
    ['is not told to fail after the later one', 'failing.mjs', "throw new Error('the earlier one');"],
  ])('%s', async (_, name, ending) => {
    const { stderr, heard } = hearing();
    const said: string[] = [];
    const slow = globalThis as { begun?: () => void; goOn?: () => void };
    const write = (budget: string, before = '', waste = 0.1): string =>
      files.write(
        name,
        `${before}; export const config = { budget: '${budget}', waste: ${waste}, components: { a: { loader: { load: () => 1 }, size: '1MB' } } };`,
      );
    const path = write('300MB');
    async function* input(): AsyncGenerator<string> {
      yield 'begin\n';
      const begun = new Promise<void>((resolve) => {
        slow.begun = resolve;
      });
      write('200MB', `globalThis.begun(); await new Promise((goOn) => { globalThis.goOn = goOn; }); ${ending}`);
      await begun;
      write('100MB');
      await heard(/applied budget\n/);
      slow.goOn?.();
      write('90MB', '', 0.3);
      await heard(/applied budget, waste\n/);
    }
    const io = { ...quiet, stderr: (text: string) => (said.push(text), stderr(text)) };
    await runCommand(io, Readable.from(input())).exitOverride().parseAsync([path, '--watch'], { from: 'user' });
    delete slow.begun;
    delete slow.goOn;
    expect(said.filter((text) => text.includes('applied budget\n'))).toHaveLength(1);
    expect(said.join('')).not.toContain('stays in force');
  });
});

const watched = (rest: object): string =>
  JSON.stringify({
    budget: '300MB',
    components: { math: { loader: { kind: 'worker', module: `${fixtures}worker-math.mjs` }, size: '20MB' } },
    ...rest,
  });

const quiet = {
  stdout: () => undefined,
  colour: false,
  columns: 0,
  signal: new AbortController().signal,
  clock: { now: () => ms(0) },
  debug: false,
};

/** Resolves once what has been said since matches. */
function hearing() {
  let said = '';
  let wake: () => void = () => undefined;
  const stderr = (text: string): void => {
    said += text;
    wake();
  };
  const heard = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(said)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    said = '';
  };
  return { stderr, heard };
}

describe('foreload check', () => {
  const { ghost: _, ...others } = (JSON.parse(readFileSync(config, 'utf8')) as { components: Record<string, object> })
    .components;
  const sound = files.write('sound.json', JSON.stringify({ budget: '300MB', components: others }));

  it('lists the components of a sound configuration, and loads nothing', async () => {
    const { code, stdout } = await foreload(['check', sound]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/plain +module +1\.0 MB +1000 ms {2}needs math/);
    expect(stdout).toMatch(/ok: 3 components, 26 MB in all, budget 300 MB/);
  });

  it('prints one object with --json', async () => {
    const { stdout } = await foreload(['check', sound, '--json']);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, budgetBytes: 300 * 2 ** 20, components: { length: 3 } });
  });

  it('reads a module that exports config', async () => {
    const path = files.write(
      'ok.config.mjs',
      "export const config = { components: { a: { loader: { load: () => 1 }, size: '1MB' } } };",
    );
    expect((await foreload(['check', path])).code).toBe(0);
  });

  it('takes any id, and a byte order mark', async () => {
    const component = '{"loader":{"kind":"module","module":"node:path"},"size":1}';
    const text = `\ufeff{"components":{"__proto__":${component},"constructor":${component}}}`;
    const { code, stdout } = await foreload(['check', files.write('any.json', text), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).components).toMatchObject([{ id: '__proto__' }, { id: 'constructor' }]);
  });

  it.each([
    [
      { kind: 'module', module: './nope.mjs' },
      'a file that does not exist (components.a.loader.module): found FOLDER/nope.mjs',
    ],
    [
      { kind: 'worker', module: '/nope/nope.mjs' },
      'a file that does not exist (components.a.loader.module): found /nope/nope.mjs',
    ],
    [
      { kind: 'wasm', module: 'nope.wasm' },
      'a file that does not exist (components.a.loader.module): found FOLDER/nope.wasm',
    ],
    [
      { kind: 'onnx', model: 'nope.onnx' },
      'a file that does not exist (components.a.loader.model): found FOLDER/nope.onnx',
    ],
    [
      { kind: 'process', command: './nope' },
      'a file that does not exist (components.a.loader.command): found FOLDER/nope',
    ],
    [
      { kind: 'process', command: './foreload.config.json' },
      'a program that can not be executed (components.a.loader.command): found FOLDER/foreload.config.json',
    ],
    [
      { kind: 'mcp', command: 'no-such-program-anywhere' },
      'a program that is not on the PATH (components.a.loader.command): found no-such-program-anywhere',
    ],
    [
      { kind: 'process', command: 'sh', env: { PATH: '/nope' } },
      'a program that is not on the PATH (components.a.loader.command): found sh',
    ],
    [
      { kind: 'lsp', command: 'sh', cwd: 'nope' },
      'a folder that does not exist (components.a.loader.cwd): found FOLDER/nope',
    ],
    [
      { kind: 'lsp', command: 'sh', folder: 'nope' },
      'a folder that does not exist (components.a.loader.folder): found FOLDER/nope',
    ],
  ])('%j: what is not there is named', async (loader, says) => {
    const path = files.write('files.json', JSON.stringify({ components: { a: { loader, size: 1 } } }));
    const { code, stderr, stdout } = await foreload(['check', path]);
    expect(stderr).toContain(`foreload: ${says.replace('FOLDER', files.folder)}; `);
    expect([code, stdout]).toEqual([1, '']);
  });

  it.each([
    { kind: 'module', module: './there.mjs' },
    { kind: 'worker', module: 'a-package' },
    { kind: 'process', command: process.execPath },
    { kind: 'process', command: 'sh', cwd: '.', env: { A: 'b' } },
    { kind: 'mcp', url: 'http://127.0.0.1:1/mcp' },
    { kind: 'pool', connectionString: 'postgres://localhost/a' },
  ])('%j: nothing is missed', async (loader) => {
    files.write('there.mjs', '');
    const path = files.write('files.json', JSON.stringify({ components: { a: { loader, size: 1 } } }));
    expect(await foreload(['check', path])).toMatchObject({ code: 0, stderr: '' });
  });

  it.each([
    ['a missing file', 'nowhere.json', null, /nowhere\.json is not a configuration.*ENOENT/],
    ['broken JSON', 'broken.json', '{', /broken\.json is not a configuration.*JSON/],
    ['no components', 'empty.json', '{}', /found no components/],
    ['another ending', 'config.yaml', 'a: 1', /\.yaml/],
    ['a module that throws', 'throws.mjs', "throw new Error('at import')", /at import/],
    ['a module without config', 'bare.mjs', 'export const a = 1;', /no configuration/],
    [
      'an unknown kind',
      'kind.json',
      { loader: { kind: 'docker' }, size: 1 },
      /components\.a\.loader\.kind.*give "module", /,
    ],
    [
      'a pattern that is none',
      'pattern.json',
      { loader: { kind: 'process', command: 'sh', ready: { line: '(' } }, size: 1 },
      /components\.a\.loader\.ready\.line/,
    ],
    [
      'an unknown option',
      'option.json',
      { loader: { kind: 'module', module: 'x' }, size: 1, sise: 2 },
      /components\.a\.sise/,
    ],
    ['a cycle', 'cycle.json', { loader: { kind: 'module', module: 'x' }, size: 1, dependsOn: ['a'] }, /a -> a/],
    ['a store it could not open', 'store.json', '{"components":{},"store":{"path":"x","days":-4}}', /store\.days.*-4/],
    ['a store that is none', 'null.json', '{"components":{},"store":null}', /\(store\): found null/],
  ])('%s: one line, exit code 1', async (_, name, content, message) => {
    const text = typeof content === 'string' ? content : JSON.stringify({ components: { a: content } });
    const path = content === null ? `${files.folder}/${name}` : files.write(name, text);
    const { code, stderr, stdout } = await foreload(['check', path]);
    expect(stderr).toMatch(message);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect([code, stdout]).toEqual([1, '']);
  });
});
