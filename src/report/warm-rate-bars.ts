import { escapeHtml } from './html.ts';
import { percent, size } from './numbers.ts';
import { type PolicyLook, policyLooks, policyNames } from './policies.ts';
import type { PolicyRow, ReportData } from './report-data.ts';

/** The policies' warm rates at the run's budget, best first, with the ceiling as a line through all bars. Needs no script. */
export function warmRateBars(data: ReportData): string {
  if (data.policies.length === 0) return '';
  const looks = policyLooks(policyNames(data));
  const ceiling = data.policies.find(({ policy }) => looks.get(policy)?.role === 'ceiling')?.warmRate ?? null;
  const rows = [...data.policies].sort((a, b) => (b.warmRate ?? -1) - (a.warmRate ?? -1));
  return `<section class="card"><figure>
<h2>Warm rate by policy</h2>
<figcaption>How to read: the longer the bar, the fewer commands waited, all at one budget of ${size(data.budgetBytes, data.slots)}.${
    ceiling === null ? '' : ' The dashed line is the clairvoyant ceiling: nobody can pass it.'
  }</figcaption>
<div class="bars" role="img" aria-label="${escapeHtml(`Bar chart of the warm rate at one budget: ${spoken(rows)}`)}">
${rows.map((figures) => bar(figures, looks.get(figures.policy)!, ceiling)).join('\n')}
<span></span><div class="scale">${[0, 25, 50, 75, 100].map((at) => `<span style="left:${at}%">${at}</span>`).join('')}</div><span></span>
</div>
<p class="bars-title">warm rate (% of needs)</p>
</figure></section>`;
}

function bar({ policy, warmRate }: PolicyRow, { role, colour }: PolicyLook, ceiling: number | null): string {
  const fill =
    warmRate === null
      ? ''
      : `<div class="fill ${role}" style="width:${(warmRate * 100).toFixed(2)}%;background:var(${colour})"></div>`;
  const limit = ceiling === null ? '' : `<div class="limit" style="left:${(ceiling * 100).toFixed(2)}%"></div>`;
  const name = escapeHtml(policy);
  return `<span class="name ${role}" title="${name}">${name}</span><div class="track">${fill}${limit}</div><span class="value ${role}">${percent(warmRate)}</span>`;
}

function spoken(rows: readonly PolicyRow[]): string {
  return rows
    .map(
      ({ policy, warmRate }) => `${policy} ${warmRate === null ? 'not defined' : `${(warmRate * 100).toFixed(1)} %`}`,
    )
    .join(', ');
}
