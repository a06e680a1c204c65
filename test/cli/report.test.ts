import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

const rows = Array.from(
  { length: 120 },
  (_, i) => `${i * 1000},${i % 4 === 0 ? 'v' : 'u'},,${['a', 'b', 'c', '<d>'][i % 4]}`,
);

/** The data that the page carries. */
function dataOf(page: string): Record<string, unknown> {
  return JSON.parse(/<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)![1]);
}

it('--report writes one page with figures, curve, responses and a stretch of the busiest user', async () => {
  const path = files.trace(rows, 'week.csv');
  const report = join(files.folder, 'week.html');
  const args = [
    'replay',
    path,
    '--budget',
    '2slots',
    '--policies',
    'foreload,lru,belady,clairvoyant',
    '--report',
    report,
  ];
  const { code, stdout, stderr } = await foreload([...args, '--json']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `foreload: report written to ${report}\n` });
  // The object stays as it is without --budget-curve.
  expect(JSON.parse(stdout)).not.toHaveProperty('budgetCurve');
  expect(readdirSync(files.folder).toSorted()).toEqual(['week.csv', 'week.html']);
  const page = readFileSync(report, 'utf8');
  expect(page).toContain('<h1>Replay of week</h1>');
  expect(page).toContain('user u, the last 90 commands, 1970-01-01 00:00:01 to 1970-01-01 00:01:59 UTC');
  expect(page).toContain('uPlot');
  const { curve, stretch } = dataOf(page) as {
    curve: { labels: string[] };
    stretch: { pictures: { policy: string; budget: number; needs: unknown[][] }[]; rows: string[] };
  };
  expect(curve.labels).toEqual(['1slots', '2slots', '3slots', '4slots']);
  expect(stretch.pictures.map(({ policy }) => policy)).toEqual(['foreload', 'lru', 'belady']);
  expect(stretch.rows.toSorted()).toEqual(['<d>', 'b', 'c']);
  for (const { budget, needs } of stretch.pictures)
    expect([budget, needs.flat()]).toEqual([2, expect.objectContaining({ length: 90 })]);
});

it('the same command line writes the same page', async () => {
  const path = files.trace(rows, 'same.csv');
  const pages = ['one.html', 'two.html'].map((name) => join(files.folder, name));
  for (const page of pages) await foreload(['replay', path, '--scope', 'shared', '--report', page]);
  const [first, second] = pages.map((page) => readFileSync(page, 'utf8'));
  expect(second).toBe(first);
  expect(first).toContain('all users, the last 120 commands');
  expect(dataOf(first)).toMatchObject({ responses: expect.any(Object) });
});

it('policies that come down to one run share its picture', async () => {
  const report = join(files.folder, 'shared.html');
  const args = ['replay', files.trace(rows), '--policies', 'foreload,lru', '--no-speculation', '--report', report];
  expect((await foreload(args)).code).toBe(0);
  const { stretch } = dataOf(readFileSync(report, 'utf8')) as { stretch: { pictures: { policy: string }[] } };
  expect(stretch.pictures.map(({ policy }) => policy)).toEqual(['foreload', 'lru']);
});

it('a trace without any need makes a page too', async () => {
  const report = join(files.folder, 'empty.html');
  const { code, stderr } = await foreload(['replay', files.trace(['0,u,hello,']), '--report', report]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: `foreload: report written to ${report}\n` });
});
