import { escapeHtml } from './html.ts';
import { count, milliseconds, percent } from './numbers.ts';
import { roleOf } from './policies.ts';
import type { PolicyRow, ReportData } from './report-data.ts';

/** The top of the page: title, summary, the four figures that matter, and what was run. */
export function headline(data: ReportData): string {
  return `<header><h1>${escapeHtml(data.title)}</h1><p class="summary">${escapeHtml(data.summary)}</p></header>
${tiles(data.policies)}
${facts(data.facts)}`;
}

/** Figures of Foreload, or of the first policy where Foreload did not run, each with its reference beside it. */
function tiles(policies: readonly PolicyRow[]): string {
  const shown = policies.find(({ policy }) => roleOf(policy) === 'ours') ?? policies[0];
  if (!shown) return '<p class="nothing">No policy was run.</p>';
  const lru = policies.find((figures) => roleOf(figures.policy) === 'baseline' && figures !== shown);
  const ceiling = policies.find(({ policy }) => roleOf(policy) === 'ceiling');
  const { timely, late, wasted } = shown.preloads;
  const who = roleOf(shown.policy) === 'ours' ? '' : ` of ${escapeHtml(shown.policy)}`;
  return `<dl class="tiles">
${tile(
  `Warm rate${who}`,
  percent(shown.warmRate),
  [lru && `LRU ${percent(lru.warmRate)}`, ceiling && `ceiling ${percent(ceiling.warmRate)}`],
  'of the needs found their component warm',
  true,
)}
${tile('Covered', percent(shown.covered), [`gap to the ceiling closed: ${percent(shown.gapClosed)}`], 'of the needs that LRU misses were warm here')}
${tile('Wasted share', percent(shown.wastedShare), [`${count(wasted)} wasted, ${count(timely)} timely, ${count(late)} late`], 'of the speculative loads were never used')}
${tile('Response, p95', milliseconds(shown.responseMs.p95), [lru && `LRU ${milliseconds(lru.responseMs.p95)}`], '95 % of the commands were answered within')}
</dl>`;
}

function tile(
  name: string,
  value: string,
  beside: readonly (string | undefined)[],
  meaning: string,
  lead = false,
): string {
  const lines = beside.filter((text) => text !== undefined).join(' \u00b7 ');
  return `<div class="tile${lead ? ' lead' : ''}"><dt>${name}</dt><dd class="value">${value}</dd><dd class="meaning">${meaning}</dd><dd class="beside">${lines}</dd></div>`;
}

/** A long value, such as a command line, gets a line of its own. */
const longValue = 48;

function facts(rows: ReportData['facts']): string {
  if (rows.length === 0) return '';
  const items = rows.map(
    ([label, value]) =>
      `<div${value.length > longValue ? ' class="wide"' : ''}><dt>${escapeHtml(label)}</dt><dd>${escapeHtml(value)}</dd></div>`,
  );
  return `<dl class="card facts">${items.join('')}</dl>`;
}
