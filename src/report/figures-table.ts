import { escapeHtml } from './html.ts';
import { amount, count, percent, plain } from './numbers.ts';
import { type PolicyLook, policyLooks, policyNames } from './policies.ts';
import type { PolicyRow, ReportData } from './report-data.ts';

interface Column {
  readonly name: string;
  readonly meaning: string;
  readonly cell: (figures: PolicyRow) => string;
}

/** Every figure of every policy: the text alternative of the charts. */
export function figuresTable(data: ReportData): string {
  if (data.policies.length === 0) return '';
  const looks = policyLooks(policyNames(data));
  const groups = columnGroups(data.slots);
  const top = groups.map(
    ([name, columns]) => `<th class="group" scope="colgroup" colspan="${columns.length}">${name}</th>`,
  );
  const names = eachColumn(
    groups,
    ({ name, meaning }, edge) => `<th${edge} scope="col"><abbr title="${meaning}">${name}</abbr></th>`,
  );
  const rows = data.policies.map((figures) => row(figures, looks.get(figures.policy)!, groups));
  return `<section class="card">
<h2 id="figures">All figures</h2>
<p class="caption">A dash means that the figure is not defined in this run. Point at a column for its definition.</p>
<div class="scroll" tabindex="0" role="region" aria-labelledby="figures"><table>
<thead><tr><th></th>${top.join('')}</tr><tr><th scope="col">policy</th>${names}</tr></thead>
<tbody>
${rows.join('\n')}
</tbody></table></div></section>`;
}

type Groups = readonly (readonly [name: string, columns: readonly Column[]])[];

function columnGroups(slots: boolean): Groups {
  const unit = slots ? 'slots' : 'MB';
  return [
    [
      'needs',
      [
        { name: 'warm rate', meaning: 'warm needs / needs', cell: (of) => percent(of.warmRate) },
        {
          name: 'covered',
          meaning: 'share of the needs that LRU misses at the same budget that were warm here',
          cell: (of) => percent(of.covered),
        },
        { name: 'gap closed', meaning: '(warm rate - LRU) / (clairvoyant - LRU)', cell: (of) => percent(of.gapClosed) },
        {
          name: 'pollution',
          meaning: 'share of the needs that were cold here and not in a run without speculation',
          cell: (of) => percent(of.pollution),
        },
      ],
    ],
    [
      'preloads',
      [
        {
          name: 'wasted share',
          meaning: 'wasted / (timely + late + wasted), of speculative loads',
          cell: (of) => percent(of.wastedShare),
        },
        { name: 'timely', meaning: 'warm before the first demand', cell: (of) => count(of.preloads.timely) },
        { name: 'late', meaning: 'still loading at the first demand', cell: (of) => count(of.preloads.late) },
        { name: 'wasted', meaning: 'unloaded unused', cell: (of) => count(of.preloads.wasted) },
        { name: 'failed', meaning: 'the load failed', cell: (of) => count(of.preloads.failed) },
        { name: 'cancelled', meaning: 'cancelled before any load ran', cell: (of) => count(of.preloads.cancelled) },
      ],
    ],
    [
      'response (ms)',
      (['mean', 'p50', 'p95', 'p99'] as const).map((name) => ({
        name,
        meaning: 'from a command until all it demands is usable',
        cell: (of) => plain(of.responseMs[name]),
      })),
    ],
    [
      `overhead (${unit})`,
      [
        {
          name: 'mean',
          meaning: 'speculative and not yet demanded, mean over time',
          cell: (of) => amount(of.overheadMeanBytes, slots),
        },
        {
          name: 'peak',
          meaning: 'speculative and not yet demanded, at most',
          cell: (of) => amount(of.overheadPeakBytes, slots),
        },
      ],
    ],
    [
      `held (${unit})`,
      [{ name: 'peak', meaning: 'all resident memory, at most', cell: (of) => amount(of.residentPeakBytes, slots) }],
    ],
  ];
}

function row(figures: PolicyRow, { role, colour }: PolicyLook, groups: Groups): string {
  const cells = eachColumn(groups, ({ cell }, edge) => `<td${edge}>${cell(figures)}</td>`);
  const swatch = `<span class="swatch" style="background:var(${colour})"></span>`;
  return `<tr class="${role}"><th scope="row">${swatch}${escapeHtml(figures.policy)}</th>${cells}</tr>`;
}

/** Writes all columns in order; the first of a group carries the rule at its edge. */
function eachColumn(groups: Groups, write: (column: Column, edge: string) => string): string {
  return groups
    .flatMap(([, columns]) => columns.map((column, index) => write(column, index === 0 ? ' class="group"' : '')))
    .join('');
}
