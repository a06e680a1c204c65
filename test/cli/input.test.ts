import { gzipSync } from 'node:zlib';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Files, foreload, replay } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

const header = 'ts,user,command,components\n';

describe('traces', () => {
  it('are read plain and as gzip, told by content and not by name', async () => {
    const text = `${header}0,u,"say ""hi"", twice",a\n1,u,,a\n`;
    for (const [name, content] of [
      ['plain.csv', text],
      ['zipped.csv.gz', gzipSync(text)],
      ['misnamed.csv.gz', text],
      ['bom.csv', `\ufeff${text}`],
      ['windows.csv', text.replaceAll('\n', '\r\n')],
      ['unended.csv', text.trimEnd()],
    ] as const) {
      const json = await replay([files.write(name, content), '--policies', 'lru', '--budget', '1slots']);
      expect(json).toMatchObject({ trace: name.replace(/\.csv.*/, ''), rows: 2, results: { lru: { warmRate: 0.5 } } });
    }
  });

  it('are read only as far as --first asks', async () => {
    // What comes after the second row is no trace at all.
    const path = files.write('broken-later.csv', `${header}0,u,,a\n1,u,,b\n0,,"x\n`);
    expect(await replay([path, '--first', '2'])).toMatchObject({ rows: 2, components: 2 });
    expect((await foreload(['replay', path])).code).toBe(1);
    const cut = gzipSync(`${header}${'0,u,,a\n'.repeat(50_000)}`).subarray(0, -20);
    expect(await replay([files.write('cut-later.csv.gz', cut), '--first', '10'])).toMatchObject({ rows: 10 });
    expect(await replay([files.trace(['0,u,,a']), '--first', '10'])).toMatchObject({ rows: 1 });
  });

  it.each([
    ['a wrong header', 'time,user,command,components\n0,u,,a\n', 'line 1'],
    ['too few columns', `${header}0,u,a\n`, 'line 2'],
    ['too many columns', `${header}0,u,,a,b\n`, 'line 2'],
    ['rows that are not sorted', `${header}5,u,,a\n4,u,,a\n`, 'line 3): found ts 4 after 5'],
    ['a ts that is no number', `${header}NaN,u,,a\n`, 'ts "NaN"'],
    ['a ts with a fraction', `${header}1.5,u,,a\n`, 'ts "1.5"'],
    ['a ts that is no decimal number', `${header}0x10,u,,a\n`, 'ts "0x10"'],
    ['a ts with an exponent', `${header}1e3,u,,a\n`, 'ts "1e3"'],
    ['no user', `${header}0,,,a\n`, 'an empty user'],
    ['an empty component', `${header}0,u,,a||b\n`, 'component id ""'],
    ['a control character in an id', `${header}0,u,,a\u0007\n`, 'component id "a\\u0007"'],
    ['nothing', '', 'found nothing'],
    ['a header only', header, 'a header and no rows'],
    ['an open quote', `${header}0,u,"x,a\n`, 'line'],
    ['a gzip file cut short', gzipSync(`${header}0,u,,a\n`).subarray(0, -12), 'ends too early'],
    ['damaged gzip data', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 255, 255, 255, 255]), 'damaged gzip data'],
    ['no text at all', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 10, 13, 10]), 'is not a trace (line 1)'],
  ])('with %s are refused in one line', async (_what, content, message) => {
    const path = files.write('bad.csv', content);
    for (const command of ['replay', 'forecast']) {
      const { code, stdout, stderr } = await foreload([command, path, '--json']);
      expect(stderr).toMatch(/^foreload: [^\n]*bad\.csv[^\n]*\n$/);
      expect(stderr).toContain(message);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    }
  });

  it('that are not there, or a folder, are named', async () => {
    const missing = await foreload(['replay', join(files.folder, 'none.csv')]);
    expect(missing).toMatchObject({ code: 1, stderr: expect.stringMatching(/^foreload: .*none\.csv.*no such file/) });
    const folder = await foreload(['forecast', files.folder]);
    expect(folder).toMatchObject({ code: 1, stderr: expect.stringContaining('found a folder') });
  });
});

describe('costs', () => {
  const rows = ['0,u,,a', '100,u,,b'];
  const first = async (args: readonly string[]): Promise<{ wait: number | null; footprint: number; costs: string }> => {
    const { results, footprintBytes, costs } = await replay([...args, '--policies', 'lru', '--first', '1']);
    return { wait: results['lru'].responseMs.mean, footprint: footprintBytes / 1_048_576, costs };
  };

  it('are those of --costs, else of the table beside the trace, else drawn', async () => {
    mkdirSync(join(files.folder, 'set'));
    const path = files.trace(rows, 'set/day.csv');
    const drawn = await first([path]);
    expect(drawn.costs).toMatch(/^drawn from \d+ measured components by a stable hash of the id$/);
    files.costs(['a,2,20', 'b,3,30'], 'set/day.components.csv');
    const beside = { wait: 20, footprint: 2, costs: 'day.components.csv beside the trace' };
    expect(await first([path])).toEqual(beside);
    expect(await first([files.write('set/day.csv.gz', gzipSync(`${header}0,u,,a\n`))])).toEqual(beside);
    const given = files.costs(['a,4,40', 'b,5,50']);
    expect(await first([path, '--costs', given])).toEqual({ wait: 40, footprint: 4, costs: given });
  });

  it('may have the layout of the measured catalogue', async () => {
    const catalogue = 'component,kind,package,version,load_ms,rss_mb,depends_on\na,module,x,1,70,7,\nb,cli,x,1,9,,\n';
    const costs = files.write('catalogue.csv', catalogue);
    expect(await first([files.trace(rows), '--costs', costs])).toMatchObject({ wait: 70, footprint: 7 });
  });

  it('are drawn for the components that a table leaves out, and this is said', async () => {
    const costs = files.costs(['a,1,1']);
    const json = await replay([files.trace(rows), '--costs', costs]);
    expect(json.costs).toMatch(/; 1 of 2 components drawn from \d+ measured components/);
  });

  it('are drawn alike in every run, whatever the order of rows', async () => {
    const drawn = (order: readonly string[]): Promise<unknown> =>
      first([files.trace([`0,u,,${order[0]}`, `9,u,,${order[1]}`]), '--first', '1', '--budget', '100%']);
    expect(await drawn(['git', 'mail'])).toEqual(await drawn(['git', 'pdf']));
    const all = async (rows: readonly string[]): Promise<number> => (await replay([files.trace(rows)])).footprintBytes;
    expect(await all(['0,u,,git|mail', '1,v,,pdf'])).toBe(await all(['0,v,,pdf', '1,u,,mail', '2,u,,git']));
  });

  it.each([
    ['NaN', 'a,NaN,5', 'memory "NaN" MB'],
    ['a negative size', 'a,-1,5', 'memory "-1" MB'],
    ['no size', 'a,0,5', 'memory "0" MB'],
    ['an absurd size', 'a,1e9,5', 'memory "1e9" MB'],
    ['a negative time', 'a,1,-5', 'load time "-5" ms'],
    ['an absurd time', 'a,1,9e9', 'load time "9e9" ms'],
    ['an empty time', 'a,1,', 'load time "" ms'],
    ['a component twice', 'a,1,1\na,1,1', '"a" a second time'],
    ['no component', ',1,1', 'an empty component'],
    ['no rows', '', 'no rows'],
  ])('with %s are refused in one line', async (_what, row, message) => {
    const costs = files.costs([row]);
    const { code, stdout, stderr } = await foreload(['replay', files.trace(rows), '--costs', costs]);
    expect(stderr).toMatch(/^foreload: [^\n]* is not a cost table [^\n]*\n$/);
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  });

  it('with a row that is too short are told so', async () => {
    const { code, stderr } = await foreload(['replay', files.trace(rows), '--costs', files.costs(['a,1'])]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('as many columns as the header has') });
  });

  it('without their columns are refused', async () => {
    const costs = files.write('columns.csv', 'component,memory_mb,seconds\na,1,1\n');
    const { code, stderr } = await foreload(['replay', files.trace(rows), '--costs', costs]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('no column load_ms') });
  });
});
