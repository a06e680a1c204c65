import { mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { withEnvironment } from '../../src/runtime/config-environment.ts';
import { readConfigFile } from '../../src/runtime/config-file.ts';
import { configJsonSchema } from '../../src/runtime/config-json-schema.ts';
import { findConfigFile } from '../../src/runtime/find-config.ts';
import { configSchemas } from '../../src/runtime/config-schemas.ts';
import type { ComponentConfig } from '../../src/runtime/config.ts';
import { parseConfig } from '../../src/runtime/parse-config.ts';
import { sameLoader } from '../../src/runtime/same-loader.ts';
import { Files, foreload } from '../cli/cli.ts';

const files = new Files();
const root = realpathSync(files.folder);
afterAll(() => files.remove());
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const fixtures = fileURLToPath(new URL('../fixtures/loaders/', import.meta.url));
const math = { loader: { kind: 'worker', module: `${fixtures}worker-math.mjs` }, size: '20MB' };
const json = (rest: object = {}): string => JSON.stringify({ components: { math }, ...rest });

describe('a configuration file', () => {
  it('is found upward, to the folder with a package.json and no further', () => {
    for (const folder of ['app', 'app/src', 'app/src/deep', 'other', 'other/src']) mkdirSync(join(root, folder));
    files.write('foreload.config.json', json());
    files.write('other/package.json', '{}');
    files.write('app/package.json', '{}');
    const found = files.write('app/foreload.config.json', json());
    expect(findConfigFile(join(root, 'app/src/deep'))).toBe(join(root, 'app/foreload.config.json'));
    const nearer = files.write('app/src/foreload.config.mjs', 'export const config = { components: {} };');
    expect(realpathSync(findConfigFile(join(root, 'app/src/deep')))).toBe(realpathSync(nearer));
    expect(findConfigFile(join(root, 'app'))).toBe(realpathSync(found));
    expect(() => findConfigFile(join(root, 'other/src'))).toThrow(
      /no foreload\.config\.\{ts,js,json\}.*up to .*other\)/,
    );
  });

  it('may be TypeScript, and is read anew when it changed', async () => {
    const text = (budget: string): string =>
      `const size: string = '1MB';\nexport const config = { budget: '${budget}', components: { a: { loader: { load: (): number => 1 }, size } } };\n`;
    const path = files.write('typed.ts', text('5MB'));
    expect(await readConfigFile(path)).toMatchObject({ budget: '5MB', components: { a: { size: '1MB' } } });
    files.write('typed.ts', text('6MB'));
    expect(await readConfigFile(path)).toMatchObject({ budget: '6MB' });
    files.write('typed.ts', 'export const config: = 5;');
    await expect(readConfigFile(path)).rejects.toMatchObject({ code: 'invalid-config' });
  });

  it('has the same loaders when it is read again, in whatever order their options stand', async () => {
    const read = async (loader: object): Promise<ComponentConfig> => {
      const path = files.write('again.json', JSON.stringify({ components: { a: { loader, size: 1 } } }));
      return (await readConfigFile(path)).components['a'];
    };
    const { loader } = await read({ kind: 'process', command: 'a', env: { A: '1', B: '2' } });
    const reordered = await read({ env: { B: '2', A: '1' }, command: 'a', kind: 'process' });
    expect(sameLoader(loader, reordered.loader)).toBe(true);
    expect(sameLoader(loader, (await read({ kind: 'process', command: 'a', env: { A: '1' } })).loader)).toBe(false);
  });

  it('then the environment, then flags: the later one wins', async () => {
    const path = files.write('layers.json', json({ budget: '100MB', waste: 0.2, keep: { mbHourMs: 5 } }));
    const budgetOf = async (...args: string[]): Promise<number> => {
      const { stdout, stderr, code } = await foreload(['check', path, '--json', ...args]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      return (JSON.parse(stdout) as { budgetBytes: number }).budgetBytes / 2 ** 20;
    };
    expect(await budgetOf()).toBe(100);
    vi.stubEnv('FORELOAD_BUDGET', '90MB');
    expect(await budgetOf()).toBe(90);
    expect(await budgetOf('--budget', '80MB')).toBe(80);
  });

  it('is the nearest one where a command names none', async () => {
    vi.spyOn(process, 'cwd').mockReturnValue(join(root, 'app'));
    expect((await foreload(['check', '--json'])).code).toBe(0);
    vi.spyOn(process, 'cwd').mockReturnValue(join(root, 'other'));
    const { code, stderr } = await foreload(['check']);
    expect({ code, lines: stderr.trim().split('\n').length }).toEqual({ code: 1, lines: 1 });
    expect(stderr).toContain('write one, or name the configuration');
  });
});

describe('the environment', () => {
  const base = { components: {} };

  it('says what a file may say', () => {
    const environment = {
      HOME: '/',
      FORELOAD_BUDGET: '1GB',
      FORELOAD_DEBUG: '1',
      FORELOAD_FORECAST_MODEL: 'm.onnx',
      FORELOAD_KEEP_MB_HOUR_MS: '50',
      FORELOAD_LOAD_TIMEOUT_MS: '5000',
      FORELOAD_POLICY: 'lru',
      FORELOAD_PRELOAD: 'no',
      FORELOAD_STORE: 'kept',
      FORELOAD_WARMING: '0.5',
      FORELOAD_WASTE: '',
    };
    const config = withEnvironment({ ...base, waste: 0.3, store: { path: 'x', days: 3 } }, environment);
    expect(config).toEqual({
      components: {},
      budget: '1GB',
      forecastModel: 'm.onnx',
      keep: { mbHourMs: 50 },
      loadTimeoutMs: 5000,
      policy: 'lru',
      preload: false,
      store: { path: 'kept', days: 3 },
      warming: 0.5,
      waste: 0.3,
    });
    expect(() => parseConfig(config)).not.toThrow();
  });

  it.each([
    ['FORELOAD_BUGDET', '5', /variable that does not exist \(the environment\).*did you mean FORELOAD_BUDGET\?/],
    ['FORELOAD_PRELOAD', 'maybe', /FORELOAD_PRELOAD.*"maybe"; give true or false/],
    ['FORELOAD_WASTE', ' ', /FORELOAD_WASTE.*" "; give a number/],
    ['FORELOAD_WARMING', '1.2.3', /FORELOAD_WARMING.*"1\.2\.3"; give a number/],
    ['FORELOAD_WARMING', 'half', /FORELOAD_WARMING.*"half"; give true or false/],
    ['FORELOAD_WASTE', 'lots', /FORELOAD_WASTE.*"lots"; give a number/],
    ['FORELOAD_LOAD_TIMEOUT_MS', '5s', /FORELOAD_LOAD_TIMEOUT_MS.*"5s"; give a number/],
    ['FORELOAD_KEEP_MB_HOUR_MS', 'x', /FORELOAD_KEEP_MB_HOUR_MS.*"x"; give a number/],
  ])('%s=%s is refused', (name, text, message) => {
    expect(() => withEnvironment(base, { [name]: text })).toThrow(message);
  });

  it('is checked like a file', () => {
    expect(() => parseConfig(withEnvironment(base, { FORELOAD_WASTE: '2' }))).toThrow(/waste/);
    expect(withEnvironment({ ...base, store: null } as never, { FORELOAD_STORE: 'x' })).toMatchObject({ store: 'x' });
  });
});

describe('an unknown option', () => {
  const loader = { load: () => 1 };
  it.each([
    [{ bugdet: 5 }, /bugdet; did you mean budget\?/],
    [{ lanes: { imediate: {} } }, /lanes\.imediate.*did you mean immediate\?/],
    [{ lanes: { delayed: { worker: 1 } } }, /lanes\.delayed\.worker.*did you mean workers\?/],
    [{ components: { a: { loader, size: 1, dependOn: [] } } }, /components\.a\.dependOn.*did you mean dependsOn\?/],
    [{ budget: { min: 1, max: 2, worth: 1 } }, /budget\.worth.*did you mean worthMs\?/],
    [{ store: { path: 'x', texts: true } }, /store\.texts.*did you mean text\?/],
    [{ zzzzzzzzzzzzz: 1 }, /remove it, or correct its name/],
  ])('%j names the nearest there is', (rest, message) => {
    expect(() => parseConfig({ components: {}, ...rest } as never)).toThrow(message);
  });
});

describe('an option of the wrong form', () => {
  const loader = { load: () => 1 };
  it.each([
    [{ waste: 2 }, 'waste): found 2; give at most 1'],
    [{ waste: 'x' }, 'waste): found "x"; give a number or a WasteTarget'],
    [
      { policy: 'lfru' },
      '(policy): found "lfru"; give "worth", "lru", "lfu", "sized", "gdsf", "s3fifo", "sieve" or an',
    ],
    [{ breaker: true }, 'breaker): found true; give false or an object'],
    [{ lanes: 5 }, 'lanes): found 5; give an object'],
    [{ store: null }, 'store): found null; give an object'],
    [{ store: { path: 'x', days: -1 } }, 'store.days): found -1; give at least 0'],
    [{ groups: { gpu: { atmost: 1 } } }, 'an option is missing (groups.gpu.atMost): found atmost; write atMost'],
    [{ groups: { gpu: {} } }, 'an option is missing (groups.gpu.atMost): found nothing; give atMost'],
    [{ components: { a: { loader, size: 1, dependsOn: 'b' } } }, 'a.dependsOn): found "b"; give a list'],
    [{ components: { a: { loader, size: 1, group: '' } } }, 'a.group): found ""; give a text that is not empty'],
    [{ components: { a: { loader: {}, size: 1 } } }, 'a.loader): found an object; give an object with load()'],
    [{ store: '' }, 'store.path): found ""; give a text that is not empty'],
    [{ keep: { mbHourMs: Number.POSITIVE_INFINITY } }, 'keep.mbHourMs): found Infinity; give a finite number'],
    [{ retry: { times: 1.5 } }, 'retry.times): found 1.5; give a whole number'],
    [{ breaker: { failures: 'x' } }, 'breaker.failures): found "x"; give a number'],
    [{ breaker: { failure: 5 } }, 'breaker.failure): found failure; did you mean failures?'],
    [{ pressure: 5 }, 'pressure): found 5; give false or an object with read()'],
    [{ components: { a: { loader } } }, 'an option is missing (components.a.size): found nothing; give size'],
  ])('%j is told in words', (rest, message) => {
    expect(() => parseConfig({ components: {}, ...rest } as never)).toThrow(message);
  });
});

describe('the JSON Schema', () => {
  const published = fileURLToPath(new URL('../../data/config.schema.json', import.meta.url));

  it('that is published is up to date: npm run config:schema', () => {
    expect(JSON.parse(readFileSync(published, 'utf8'))).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  it('knows every option that can be written in JSON', () => {
    const { properties } = configJsonSchema() as { properties: Record<string, unknown> };
    const options = Object.keys((configSchemas.config as unknown as { entries: object }).entries);
    const missing = options.filter((option) => !(option in properties));
    expect(missing.sort()).toEqual(['clock', 'predictor', 'rng', 'snapshot', 'timers']);
    expect(JSON.stringify(properties['policy'])).toContain('lru');
    expect(properties['waste']).toEqual({ type: 'number', minimum: 0, maximum: 1 });
    expect(JSON.stringify(properties['components'])).toContain('"const":"worker"');
  });

  it('may be named in a file', async () => {
    const path = files.write('named.json', json({ $schema: './node_modules/foreload/data/config.schema.json' }));
    expect((await foreload(['check', path])).code).toBe(0);
  });
});
