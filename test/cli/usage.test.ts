import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { wantsColour } from '../../src/cli/io.ts';
import { ForeloadError } from '../../src/model/errors.ts';
import { ms } from '../../src/model/ids.ts';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());
const trace = files.trace(['0,u,,a', '1,u,,b', '2,u,,a'], 'small.csv');
describe('wrong usage', () => {
  it.each([
    [['nonsense'], "unknown command 'nonsense'"],
    [['replay'], "missing required argument 'trace'"],
    [['forecast'], "missing required argument 'trace'"],
    [['replay', trace, 'more'], 'too many arguments'],
    [['replay', trace, '--nonsense'], "unknown option '--nonsense'"],
    [['replay', trace, '--budget'], "option '--budget <size>' argument missing"],
    ...[
      `${'9'.repeat(400)}%`,
      '99999999999999999999slots',
      '9e9GB',
      '999999999999GB',
      '0.0001KB',
      '25',
      '0%',
      '-5%',
      'NaN%',
      '1.5slots',
      '0slots',
      '0MB',
      'MB',
      '',
    ].map((budget) => [['replay', trace, '--budget', budget], '--budget is not a budget']),
    ...['-1', '1.5', 'x', '', 'NaN', '1e3'].map((lead) => [
      ['replay', trace, '--lead', lead],
      '--lead has a value outside',
    ]),
    ...['0', '-1', '2.5', 'all'].map((first) => [['replay', trace, '--first', first], '--first has a value outside']),
    ...['-0.1', '1.1', 'NaN', 'half', ''].map((share) => [
      ['replay', trace, '--score-from', share],
      '--score-from has a',
    ]),
    ...['-0.1', '2', 'x'].map((share) => [
      ['replay', trace, '--waste', share],
      '--waste has a value outside its range',
    ]),
    ...['-1', '0.5', 'x'].map((seed) => [['replay', trace, '--seed', seed], '--seed has a value outside its range']),
    [['replay', trace, '--scope', 'all'], '--scope has a value outside its range: found "all"; give user or shared'],
    [['replay', trace, '--policies', 'lru,nonsense'], 'no such policy: found "nonsense"'],
    [['replay', trace, '--policies', 'keepalive:0s'], 'no such policy: found "keepalive:0s"'],
    [['replay', trace, '--policies', 'lru,,lfu'], '--policies has a value outside its range'],
    [['replay', trace, '--report', '/nowhere/at/all.html'], "--report can't be written (/nowhere/at/all.html)"],
    [['replay', trace, '--report', files.folder], "--report can't be written"],
    [['replay', trace, '--report', ''], "--report can't be written (): found no name"],
    [['replay', trace, '--report', join(trace, 'in-a-file.html')], 'found ENOTDIR'],
    [['replay', trace, '--report', join(files.folder, `${'long'.repeat(80)}.html`)], 'found ENAMETOOLONG'],
    [['forecast', trace, '--predictors', 'nonsense'], 'no such predictor: found "nonsense"'],
    [['forecast', trace, '--predictors', 'toString'], 'no such predictor: found "toString"'],
    ...['0', '4', '1.5'].map((steps) => [
      ['forecast', trace, '--steps', steps],
      '--steps has a value outside its range',
    ]),
    [['forecast', trace, '--score-from', '-1'], '--score-from has a value outside its range'],
  ] as [string[], string][])('%j ends with 2 and one line', async (args, message) => {
    const { code, stdout, stderr } = await foreload(args);
    expect(stderr).toMatch(/^foreload: [^\n]+\n$/);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('without a command shows the help on stderr', async () => {
    const { code, stdout, stderr } = await foreload([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: foreload');
  });
});

describe('help and version', () => {
  it('are data, and end with 0', async () => {
    const help = await foreload(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('replay [options] <trace>') });
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
    expect(await foreload(['--version'])).toEqual({ code: 0, stderr: '', stdout: `${version}\n` });
  });

  it.each([
    [
      'replay',
      'costs budget scope policies no-speculation lead first score-from waste seed model budget-curve report json',
    ],
    ['explain', 'row user text no-text predictor limit json'],
    ['forecast', 'train predictors model no-text steps first score-from json'],
    ['train', 'out epochs hidden seed hold-back no-text json'],
  ])('of %s document every option', async (command, options) => {
    const { code, stdout } = await foreload([command, '--help']);
    expect(code).toBe(0);
    const described = [...stdout.matchAll(/^ {2}--(\S+)(?: <[^>]+>)? {2,}\w/gm)].map(([, name]) => name);
    expect(described).toEqual([...options.split(' '), 'help']);
  });
});

describe('errors', () => {
  it('of the program itself show no stack unless asked for', async () => {
    const broken = {
      clock: {
        now: () => {
          throw new Error('no clock');
        },
      },
    };
    const { code, stderr } = await foreload(['forecast', trace], broken);
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'foreload: internal error: no clock; set FORELOAD_DEBUG=1 to see where\n',
    });
    expect((await foreload(['forecast', trace], { ...broken, debug: true })).stderr).toContain('usage.test.ts');
  });
});

describe('an interrupt', () => {
  it('ends the work with 130, one line, and no file', async () => {
    const report = join(files.folder, 'interrupted.html');
    const interrupted = new AbortController();
    const stop = new ForeloadError('aborted', { what: 'interrupted', remedy: 'start again' });
    // The first look at the clock is the progress of the first run.
    const clock = { now: () => (interrupted.abort(stop), ms(0)) };
    const args = ['replay', trace, '--report', report, '--json'];
    const { code, stdout, stderr } = await foreload(args, { signal: interrupted.signal, clock });
    expect({ code, stdout, stderr }).toEqual({ code: 130, stdout: '', stderr: 'foreload: interrupted; start again\n' });
    expect(existsSync(report)).toBe(false);
    expect(readdirSync(files.folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

describe('progress', () => {
  it('is shown on a terminal with the time left, within its width, and removed', async () => {
    let now = 0;
    const clock = { now: () => ms((now += 1000)) };
    const { stderr, code } = await foreload(['replay', trace], { columns: 40, clock });
    expect(code).toBe(0);
    const drawn = stderr.split('\r').slice(1);
    expect(drawn[0]).toMatch(/^replay ░+ 0 %/);
    expect(drawn.some((line) => / \d+ % ?,? /.test(line) || line.includes('left'))).toBe(true);
    for (const line of drawn) expect(line.replace('\u001b[K', '').length).toBeLessThan(40);
    expect(drawn.at(-1)).toBe('\u001b[K');
  });

  it('is not shown elsewhere', async () => {
    expect((await foreload(['replay', trace])).stderr).toBe('');
  });
});

it('colours follow NO_COLOR, FORCE_COLOR and the terminal', () => {
  expect(wantsColour({}, true)).toBe(true);
  expect(wantsColour({ TERM: 'dumb' }, true)).toBe(false);
  expect(wantsColour({}, false)).toBe(false);
  expect(wantsColour({ CI: 'true' }, undefined)).toBe(false);
  expect(wantsColour({ NO_COLOR: '1' }, true)).toBe(false);
  expect(wantsColour({ FORCE_COLOR: '1' }, false)).toBe(true);
  expect(wantsColour({ FORCE_COLOR: '0' }, true)).toBe(false);
  expect(wantsColour({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false);
});
