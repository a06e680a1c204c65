import { afterAll, describe, expect, it } from 'vitest';
import { Files, foreload, replay } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

const MB = 1_048_576;

describe('rows and needs', () => {
  it('serves the needs of a row in order, each lease ending at once', async () => {
    // One slot. a cold; b evicts a; a evicts b: nothing is ever warm.
    const path = files.trace(['0,u,,a|b', '1,u,,a|b']);
    const { results } = await replay([path, '--budget', '1slots', '--policies', 'lru']);
    expect(results['lru'].warmRate).toBe(0);
  });

  it('judges warmth at the turn of each need', async () => {
    // Two slots, a b c: c evicts a, so the second row finds b warm if it comes first.
    const warmFirst = files.trace(['0,u,,a|b|c', '1,u,,b|a']);
    const { results } = await replay([warmFirst, '--budget', '2slots', '--policies', 'lru']);
    expect(results['lru'].warmRate).toBe(1 / 5);
    // The other way round a is cold and evicts b, so b is cold too.
    const coldFirst = files.trace(['0,u,,a|b|c', '1,u,,a|b']);
    const other = await replay([coldFirst, '--budget', '2slots', '--policies', 'lru']);
    expect(other.results['lru'].warmRate).toBe(0);
  });

  it('takes rows with equal ts as separate commands in file order', async () => {
    // One slot: cold, warm, cold, cold.
    const path = files.trace(['5,u,,a', '5,u,,a', '5,u,,b', '5,u,,a']);
    const { rows, needs, results } = await replay([path, '--budget', '1slots', '--policies', 'lru']);
    expect({ rows, needs, warm: results['lru'].warmRate }).toEqual({ rows: 4, needs: 4, warm: 1 / 4 });
  });

  it('takes a component that is needed again while it loads as loading, not warm', async () => {
    // a loads from 0 to 100: loading at 50 (50 ms to wait), warm at 100.
    const path = files.trace(['0,u,,a', '50,u,,a', '100,u,,a']);
    const costs = files.costs(['a,1,100']);
    const { results } = await replay([path, '--costs', costs, '--budget', '10MB', '--policies', 'lru']);
    expect(results['lru'].warmRate).toBe(1 / 3);
    expect(results['lru'].responseMs).toEqual({ mean: 50, p50: 50, p95: 100, p99: 100 });
  });

  it('counts rows without needs as rows only', async () => {
    const path = files.trace(['0,u,hello,', '1,u,,a', '2,u,,', '3,u,,a']);
    const { rows, needs, results } = await replay([path, '--budget', '1slots', '--policies', 'lru']);
    expect({ rows, needs, warm: results['lru'].warmRate }).toEqual({ rows: 4, needs: 2, warm: 1 / 2 });
  });

  it('has null figures where nothing is needed at all', async () => {
    const { needs, components, results } = await replay([files.trace(['0,u,hello,', '1,u,,'])]);
    expect({ needs, components }).toEqual({ needs: 0, components: 0 });
    expect(results['foreload']).toMatchObject({ warmRate: null, covered: null, gapClosed: null, pollution: null });
    expect(results['foreload'].responseMs).toEqual({ mean: null, p50: null, p95: null, p99: null });
  });

  it('takes ids literally', async () => {
    // `a.b` implies no `a`: both are cold when first needed.
    const path = files.trace([
      '0,u,,a.b',
      '1,u,,a',
      '2,u,,"ünï ""x"", y/z\\n<b>"',
      '3,u,,"ünï ""x"", y/z\\n<b>"',
      '4,u,,A',
    ]);
    const { components, results } = await replay([path, '--budget', '4slots', '--policies', 'lru']);
    expect(components).toBe(4);
    expect(results['lru'].warmRate).toBe(1 / 5);
  });
});

describe('devices and budgets', () => {
  // u needs a (10 MB) and b (30 MB); v needs c (100 MB).
  const rows = ['0,u,,a', '1,u,,b', '2,v,,c', '3,u,,a', '4,v,,c'];
  const costs = ['a,10,0', 'b,30,0', 'c,100,0'];

  it('gives every user a device of that share of what they ever need, at least their largest component', async () => {
    const args = [files.trace(rows), '--costs', files.costs(costs), '--policies', 'lru'];
    // u: 50 % of 40 MB is 20, raised to 30: b evicts a, so only v's second c is warm. The largest device is v's.
    const half = await replay([...args, '--budget', '50%']);
    expect(half).toMatchObject({ budgetBytes: 100 * MB, footprintBytes: 140 * MB, users: 2, scope: 'user' });
    expect(half.results['lru']).toMatchObject({ warmRate: 1 / 5, residentPeakBytes: 100 * MB });
    // 100 %: u holds a and b.
    expect((await replay([...args, '--budget', '100%'])).results['lru'].warmRate).toBe(2 / 5);
  });

  it('shares one pool among all users', async () => {
    const args = [files.trace(rows), '--costs', files.costs(costs), '--policies', 'lru', '--scope', 'shared'];
    // 80 % of 140 MB holds 112: c evicts a, and b; a evicts nothing (110). Then c is warm.
    const most = await replay([...args, '--budget', '80%']);
    expect(most.budgetBytes).toBe(112 * MB);
    expect(most.results['lru'].warmRate).toBe(1 / 5);
    expect((await replay([...args, '--budget', '100%'])).results['lru'].warmRate).toBe(2 / 5);
  });

  it('keeps users apart in user scope', async () => {
    // v never needed a before: cold, though u has it warm. In one pool it is warm.
    const path = files.trace(['0,u,,a', '1,v,,a']);
    expect((await replay([path, '--policies', 'lru', '--budget', '1slots'])).results['lru'].warmRate).toBe(0);
    const shared = ['--scope', 'shared', '--policies', 'lru', '--budget', '1slots'];
    expect((await replay([path, ...shared])).results['lru'].warmRate).toBe(1 / 2);
  });

  it('takes slots as equal sizes with instant loads, and counts bytes in slots', async () => {
    const path = files.trace(['0,u,,a|b', '0,u,,a', '0,u,,b']);
    const json = await replay([path, '--budget', '2slots', '--policies', 'lru']);
    expect(json).toMatchObject({ budgetBytes: 2, footprintBytes: 2, costs: 'equal sizes, instant loads' });
    expect(json.results['lru']).toMatchObject({ warmRate: 1 / 2, residentPeakBytes: 2 });
    expect(json.results['lru'].responseMs.p99).toBe(0);
  });

  it('keeps load times in slots if --costs is given', async () => {
    const path = files.trace(['0,u,,a', '1,u,,a', '70,u,,a']);
    const costs = files.costs(['a,500,70']);
    const json = await replay([path, '--costs', costs, '--budget', '2slots', '--policies', 'lru']);
    expect(json.results['lru'].responseMs).toMatchObject({ mean: (70 + 69 + 0) / 3 });
    expect(json.footprintBytes).toBe(1);
  });

  it('never keeps a component larger than the budget, says so once, and goes on', async () => {
    // big is cold each time and loads outside; a stays warm beside it.
    const path = files.trace(['0,u,,big', '100,u,,a', '200,u,,big', '300,u,,a']);
    const args = ['replay', path, '--costs', files.costs(['big,11,5', 'a,10,5']), '--budget', '10MB', '--json'];
    const { code, stdout, stderr } = await foreload(args);
    expect(code).toBe(0);
    expect(stderr).toBe('foreload: larger than the budget, so loaded outside of it and never kept: big\n');
    const json = JSON.parse(stdout);
    expect(json.oversize).toEqual(['big']);
    expect(json.results.lru).toMatchObject({
      warmRate: 1 / 4,
      residentPeakBytes: 10 * MB,
      responseMs: { mean: 15 / 4 },
    });
  });
});

describe('scoring and references', () => {
  it('leaves the first ceil(share x rows) rows unscored', async () => {
    // 5 rows, 0.5: 3 are unscored. Of the scored a, a both are warm; the cold b before is not counted.
    const path = files.trace(['0,u,,a', '1,u,,b', '2,u,,b', '3,u,,a', '4,u,,a']);
    const json = await replay([path, '--budget', '2slots', '--policies', 'lru', '--score-from', '0.5']);
    expect(json).toMatchObject({ scoreFrom: 0.5, rows: 5, results: { lru: { warmRate: 1 } } });
    const most = await replay([path, '--budget', '2slots', '--policies', 'lru', '--score-from', '1']);
    expect(most.results['lru'].warmRate).toBeNull();
  });

  it('has covered and gapClosed only beside their references', async () => {
    const path = files.trace(['0,u,,a', '1,u,,b', '2,u,,a']);
    const figures = async (policies: string): Promise<unknown> => {
      const { results } = await replay([path, '--budget', '1slots', '--policies', policies]);
      return [results['lfu'].covered === null, results['lfu'].gapClosed === null];
    };
    expect(await figures('lfu')).toEqual([true, true]);
    expect(await figures('lfu,clairvoyant')).toEqual([true, true]);
    expect(await figures('lfu,lru')).toEqual([false, true]);
    expect(await figures('lfu,lru,clairvoyant')).toEqual([false, false]);
  });

  it('computes covered and gapClosed', async () => {
    // Two slots, a b c a b c: LRU misses all six. Belady: a b c(evicts b) a warm, b cold (evicts a), c warm: 2 warm.
    // Clairvoyant: everything but the device's first row can be warm: 5.
    const path = files.trace(['0,u,,a', '1,u,,b', '2,u,,c', '3,u,,a', '4,u,,b', '5,u,,c']);
    const { results } = await replay([path, '--budget', '2slots', '--policies', 'belady,lru,clairvoyant']);
    expect(results['lru']).toMatchObject({ warmRate: 0, covered: 0, gapClosed: 0 });
    expect(results['belady'].warmRate).toBeCloseTo(2 / 6, 12);
    expect(results['belady'].covered).toBeCloseTo(2 / 6, 12);
    expect(results['belady'].gapClosed).toBeCloseTo(2 / 5, 12);
    expect(results['clairvoyant']).toMatchObject({ warmRate: 5 / 6, covered: 5 / 6, gapClosed: 1, pollution: null });
  });

  it('unloads after the idle time of keepalive, at its very end', async () => {
    // Needed at 0, loaded at 0 (slots): idle for 10 s at 10000. 9999: warm, idle anew; then 10 s later: gone.
    const path = files.trace(['0,u,,a', '9999,u,,a', '19999,u,,a', '29998,u,,a']);
    const { results } = await replay([path, '--budget', '3slots', '--policies', 'keepalive:10s,keepalive:0.01m,lru']);
    expect(results['keepalive:10s'].warmRate).toBe(2 / 4);
    expect(results['keepalive:0.01m'].warmRate).toBe(0);
    expect(results['lru'].warmRate).toBe(3 / 4);
  });

  it('keys results by the policies as given, in order', async () => {
    const path = files.trace(['0,u,,a']);
    const { results } = await replay([path, '--policies', 'lru, keepalive:10m,foreload,lru']);
    expect(Object.keys(results)).toEqual(['lru', 'keepalive:10m', 'foreload']);
    expect(results['foreload'].pollution).toBe(0);
    expect(results['lru'].pollution).toBeNull();
  });
});

describe('speculation', () => {
  // Two users of one slot each; a and b in turn, over and over: whoever has learned that b follows a loads it ahead.
  const rows = Array.from({ length: 200 }, (_, i) => `${i * 1000},u,,${i % 2 === 0 ? 'a' : 'b'}`);

  it('loads ahead what LRU misses, even when no time passes', async () => {
    const args = ['--budget', '1slots', '--policies', 'foreload,lru'];
    const { results } = await replay([files.trace(rows), ...args]);
    expect(results['lru'].warmRate).toBe(0);
    expect(results['foreload'].warmRate).toBeGreaterThan(0.9);
    expect(results['foreload']).toMatchObject({ pollution: 0, wastedShare: expect.any(Number) });
    const still = files.trace(rows.map((row) => row.replace(/^\d+/, '7')));
    expect((await replay([still, ...args])).results['foreload'].warmRate).toBe(results['foreload'].warmRate);
  });

  it('counts a preload that is unused at the end as wasted', async () => {
    // After the last row the one more preload has no demand to come.
    const { results } = await replay([files.trace(rows), '--budget', '1slots', '--policies', 'foreload']);
    const { preloads, wastedShare } = results['foreload'];
    expect(preloads.wasted).toBe(1);
    expect(wastedShare).toBe(1 / (preloads.timely + preloads.late + 1));
  });

  it('loads nothing ahead with --no-speculation', async () => {
    const args = [files.trace(rows), '--budget', '1slots', '--policies', 'foreload,lru', '--no-speculation'];
    const { results } = await replay(args);
    expect(results['foreload']).toMatchObject({ warmRate: 0, wastedShare: null, overheadMeanBytes: 0 });
    expect(results['foreload'].preloads).toEqual({ timely: 0, late: 0, wasted: 0, failed: 0, cancelled: 0 });
  });

  it('gives the same bytes for the same command line', async () => {
    const args = ['replay', files.trace(rows, 'same.csv'), '--json', '--seed', '7'];
    const [first, second] = [await foreload(args), await foreload(args)];
    expect(second).toEqual(first);
    expect(JSON.parse(first.stdout).seed).toBe(7);
  });
});

describe('output', () => {
  it('is one object with exactly the fields of the contract', async () => {
    const path = files.trace(['0,u,,a', '1,u,,b'], 'fields.csv');
    const { stdout } = await foreload(['replay', path, '--json', '--budget', '1slots', '--budget-curve']);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const json = JSON.parse(stdout);
    const fields = 'trace rows needs components users budgetBytes footprintBytes costs scope scoreFrom lead seed';
    const curve = 'waste oversize results budgetCurve memoryNeeded';
    expect(Object.keys(json)).toEqual([...fields.split(' '), ...curve.split(' ')]);
    expect(json).toMatchObject({ trace: 'fields', waste: 0.1, lead: 0, seed: 1, scoreFrom: 0 });
    expect(Object.keys(json.results)).toEqual(['foreload', 'lru', 'clairvoyant']);
    const shares = 'warmRate covered gapClosed wastedShare';
    const figures = `${shares} overheadMeanBytes overheadPeakBytes residentMeanBytes residentPeakBytes idleHours`;
    for (const result of Object.values<Record<string, object>>(json.results)) {
      expect(Object.keys(result)).toEqual([...figures.split(' '), 'pollution', 'responseMs', 'preloads']);
      expect(Object.keys(result['responseMs'])).toEqual(['mean', 'p50', 'p95', 'p99']);
      expect(Object.keys(result['preloads'])).toEqual(['timely', 'late', 'wasted', 'failed', 'cancelled']);
    }
    expect(json.budgetCurve.map(({ budget }: { budget: string }) => budget)).toEqual(['1slots', '2slots']);
    expect(json.budgetCurve[0].results).toEqual(json.results);
  });

  it('is a table for people, with dashes where a figure is undefined', async () => {
    const path = files.trace(['0,u,,a', '1,u,,a'], 'shown.csv');
    const { stdout, code } = await foreload(['replay', path, '--budget', '1slots', '--policies', 'lru,clairvoyant']);
    expect(code).toBe(0);
    expect(stdout.split('\n').map((line) => line.trimEnd())).toEqual([
      'shown: 2 commands of 1 users, 2 needs of 1 components',
      'budget 1slots for each user, at most 1 of 1; costs: equal sizes, instant loads',
      '',
      'policy         warm  covered  gap closed  wasted  overhead  pollution  p50 ms  p95 ms  p99 ms  #timely  #late  #wasted  #cancelled',
      'lru          50.0 %    0.0 %           –       –         0          –       0       0       0        0      0        0           0',
      'clairvoyant  50.0 %    0.0 %           –       –         –          –       0       0       0        0      0        0           0',
      '',
    ]);
  });

  it('is coloured only where asked', async () => {
    const path = files.trace(['0,u,,a']);
    expect((await foreload(['replay', path])).stdout).not.toContain('\u001b');
    expect((await foreload(['replay', path], { colour: true })).stdout).toContain('\u001b[1mpolicy');
  });

  it('tells in a budget curve how much memory is needed', async () => {
    // 20 rows of a, b in turn: with 2 slots all but the first two are warm under LRU: 90 %.
    const rows = Array.from({ length: 20 }, (_, i) => `${i},u,,${i % 2 === 0 ? 'a' : 'b'}`);
    const args = [files.trace(rows), '--budget', '1slots', '--policies', 'lru', '--budget-curve'];
    const { stdout } = await foreload(['replay', ...args]);
    expect(stdout).toMatch(/^1slots +1 +0\.0 %$/m);
    expect(stdout).toMatch(/^2slots +2 +90\.0 %$/m);
    expect(stdout).toMatch(/^lru +2slots \(2\) +> 2slots \(90\.0 % there\) +> 2slots \(90\.0 % there\)$/m);
  });
});
