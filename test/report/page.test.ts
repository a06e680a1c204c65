import { readFileSync } from 'node:fs';
import { Script } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { pageScript } from '../../src/report/browser/page-script.ts';
import type { BrowserData } from '../../src/report/browser-data.ts';
import { renderReport } from '../../src/report/page.ts';
import type { ReportData } from '../../src/report/report-data.ts';
import { figures, picture, sample } from './sample.ts';

const assets = { chartScript: 'window.uPlot = 1;', chartStyle: '.uplot { color: red; }' };
const render = (change: Partial<ReportData> = {}): string => renderReport(sample(change), assets);
const hostile = '</script><script>alert("1")</script><img src=x onerror=alert(1)>';

function dataOf(page: string): BrowserData {
  const text = /<script type="application\/json" id="report-data">(.*?)<\/script>/s.exec(page)?.[1];
  return JSON.parse(text ?? 'null') as BrowserData;
}

describe('the page', () => {
  it('is one document that needs no network', () => {
    const page = renderReport(sample(), {
      chartScript: readFileSync('node_modules/uplot/dist/uPlot.iife.min.js', 'utf8'),
      chartStyle: readFileSync('node_modules/uplot/dist/uPlot.min.css', 'utf8'),
    });
    const references = [...page.matchAll(/\b(?:src|href|action|poster)\s*=\s*["']?([^"'\s>]*)/gi)].map(
      (match) => match[1],
    );
    expect(references.filter((reference) => !reference?.startsWith('data:'))).toEqual([]);
    expect(page).not.toMatch(/@import|url\(/i);
    expect(page).toContain("default-src 'none'");
    expect(page.match(/<html/g)).toHaveLength(1);
  });

  it('is the same for the same data', () => {
    expect(render()).toBe(render());
  });

  it('carries a script that parses', () => {
    expect(() => new Script(pageScript)).not.toThrow();
  });

  it('has a place for every chart, each with a title, a caption and a spoken label', () => {
    const page = render();
    for (const id of ['warm-rate', 'responses', 'memory', 'timeline']) {
      expect(page).toMatch(new RegExp(`id="${id}" role="img" aria-label="[^"]+"`));
    }
    expect(page.match(/<figure>/g)).toHaveLength(5);
    expect(page.match(/<figcaption>How to read: /g)).toHaveLength(5);
  });

  it('opens the moment-by-moment view with foreload', () => {
    const page = render({ pictures: [picture('lru'), picture('foreload')] });
    expect(page).toContain('data-picture="0" aria-pressed="false">lru<');
    expect(page).toContain('data-picture="1" aria-pressed="true">foreload<');
  });
});

describe('escaping', () => {
  it('shows hostile text as text, wherever it comes from', () => {
    const stays = [{ ...picture('foreload').stays[0], component: hostile }];
    const page = render({
      title: hostile,
      summary: hostile,
      facts: [[hostile, hostile]],
      policies: [figures(hostile)],
      curve: [{ budget: hostile, budgetBytes: 1, warmRate: { [hostile]: 0.5 } }],
      responses: [{ policy: hostile, quantiles: [1, 2, 3] }],
      stretch: hostile,
      pictures: [picture(hostile, { stays })],
      notes: [hostile],
    });
    expect(page).not.toContain('<img');
    expect(page).not.toContain('alert("1")');
    expect(page.match(/<script/g)).toHaveLength(3);
    expect(page.match(/<\/script/g)).toHaveLength(3);
  });

  it('gives the script the ids unchanged', () => {
    const page = render({
      pictures: [picture('foreload', { stays: [], needs: [{ component: hostile, at: 1, found: 'warm' }] })],
    });
    expect(dataOf(page).stretch?.rows).toEqual([hostile]);
  });

  it('keeps the chart library inside its elements', () => {
    const page = renderReport(sample(), {
      chartScript: 'a = "</script>" + "<!--";',
      chartStyle: 'a::after { content: "</style>"; }',
    });
    expect(page).toContain(String.raw`a = "\x3c/script>" + "\x3c!--";`);
    expect(page).toContain(String.raw`"\3c /style>"`);
  });
});

describe('parts that are missing', () => {
  const undefinedFigures = figures('foreload', {
    warmRate: null,
    covered: null,
    gapClosed: null,
    wastedShare: null,
    overheadMeanBytes: null,
    overheadPeakBytes: null,
    residentPeakBytes: null,
    idleHours: 1.5,
    residentMeanBytes: 1,
    pollution: null,
    responseMs: { mean: null, p50: null, p95: null, p99: null },
  });

  it('shows a figure without a value as a dash that says so', () => {
    const page = render({ policies: [undefinedFigures] });
    const table = page.slice(page.indexOf('<tbody>'));
    expect(table.match(/<td[^>]*><span class="undefined" title="not defined here">–<\/span><\/td>/g)).toHaveLength(12);
    expect(page).not.toMatch(/NaN|undefined %|>null</);
  });

  it('leaves out the charts that have no data', () => {
    const page = render({ curve: [], responses: [], pictures: [] });
    expect(page).not.toContain('id="warm-rate"');
    expect(page).not.toContain('id="responses"');
    expect(page).not.toContain('id="stretch"');
    expect(page).toContain('Warm rate by policy');
    expect(dataOf(page)).toMatchObject({ curve: null, responses: null, stretch: null });
  });

  it('keeps the memory chart of a stretch in which nothing was loaded', () => {
    const page = render({ pictures: [picture('lru', { stays: [], needs: [], memory: [] })] });
    expect(page).toContain('id="memory"');
    expect(page).not.toContain('id="timeline"');
  });

  it('says that no policy was run', () => {
    const page = render({ policies: [] });
    expect(page).toContain('No policy was run.');
    expect(page).not.toContain('<table>');
  });

  it('has no ceiling to mark without the clairvoyant', () => {
    expect(render()).toContain('class="limit"');
    expect(render({ policies: [figures('lru')] })).not.toContain('class="limit"');
  });
});

describe('figures', () => {
  it('stand in tiles with their references beside them', () => {
    const page = render();
    const tiles = page.slice(page.indexOf('class="tiles"'), page.indexOf('class="card facts"'));
    expect(tiles).toContain('90.0\u00a0%');
    expect(tiles).toContain('LRU 75.0\u00a0% · ceiling 96.0\u00a0%');
    expect(tiles).toContain('11 wasted, 120 timely, 8 late');
    expect(tiles).toContain('1,240\u00a0ms');
  });

  it('stand in one table row per policy', () => {
    const names = Array.from({ length: 12 }, (_, index) => `policy-${index}`);
    const page = render({ policies: names.map((name) => figures(name)) });
    expect(page.match(/<th scope="row">/g)).toHaveLength(12);
  });

  it('count slots where components are equal', () => {
    const page = render({
      slots: true,
      budgetBytes: 8,
      policies: [figures('lru', { residentPeakBytes: 8, overheadMeanBytes: 0.42 })],
    });
    expect(page).toContain('8\u00a0slots');
    expect(page).toContain('held (slots)');
    expect(page).toContain('<td class="group">0.4</td>');
    expect(dataOf(page).unit).toBe('slots');
  });

  it('order the bars by warm rate, undefined last', () => {
    const page = render({
      policies: [
        figures('none', { warmRate: null }),
        figures('low', { warmRate: 0.2 }),
        figures('high', { warmRate: 0.8 }),
      ],
    });
    const bars = [...page.matchAll(/<span class="name other" title="(\w+)"/g)].map((match) => match[1]);
    expect(bars).toEqual(['high', 'low', 'none']);
  });
});
