import { browserData } from './browser-data.ts';
import { pageScript } from './browser/page-script.ts';
import { chartStyles } from './chart-styles.ts';
import { figuresTable } from './figures-table.ts';
import { headline } from './headline.ts';
import { embedJson, embedScript, embedStyle, escapeHtml } from './html.ts';
import { curveSection, responseSection } from './line-sections.ts';
import { palette } from './palette.ts';
import type { ReportData } from './report-data.ts';
import { stretchSection } from './stretch-section.ts';
import { styles } from './styles.ts';
import { warmRateBars } from './warm-rate-bars.ts';

/** The text of the chart library uPlot, which the page carries inside. */
export interface ReportAssets {
  /** `uplot/dist/uPlot.iife.min.js` */
  readonly chartScript: string;
  /** `uplot/dist/uPlot.min.css` */
  readonly chartStyle: string;
}

/** Forbids the page every access to the network; it carries all it needs. */
const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:";

/** One self-contained HTML page of a run's data. The same data give the same bytes. */
export function renderReport(data: ReportData, assets: ReportAssets): string {
  const drawn = browserData(data);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${escapeHtml(data.title)}</title>
<link rel="icon" href="data:,">
<style>${embedStyle(assets.chartStyle)}</style>
<style>${palette}${styles}${chartStyles}</style>
</head>
<body>
<main>
${headline(data)}
<noscript><p class="card">The charts are drawn by a script, which is switched off here. All figures are in the table below.</p></noscript>
${warmRateBars(data)}
${curveSection(drawn.curve)}
${responseSection(drawn.responses, data.responses.length > 0)}
${stretchSection(drawn.stretch, data.stretch)}
${figuresTable(data)}
${notes(data.notes)}
</main>
<script type="application/json" id="report-data">${embedJson(drawn)}</script>
<script>${embedScript(assets.chartScript)}</script>
<script>${embedScript(pageScript)}</script>
</body>
</html>
`;
}

function notes(lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const items = lines.map((line) => `<li>${escapeHtml(line)}</li>`);
  return `<section class="card"><h2>Notes</h2><ul class="notes">${items.join('')}</ul></section>`;
}
