import { chartSection } from './chart-section.ts';
import type { CurveData } from './curve-data.ts';
import type { ResponseData } from './response-data.ts';

/** Warm rate against budget; nothing where no row of budgets was measured. */
export function curveSection(curve: CurveData | null): string {
  if (!curve) return '';
  return chartSection({
    id: 'warm-rate',
    title: 'How much memory do I need?',
    howToRead:
      'a line further up and left gives more warm starts for less memory; the vertical line is the budget of this page.',
    label: `Line chart of the warm rate against the budget for ${curve.policies.join(', ')}.`,
  });
}

/** The response distribution; nothing where it was not measured, one sentence where all answers were instant. */
export function responseSection(responses: ResponseData | null, measured: boolean): string {
  if (responses) {
    return chartSection({
      id: 'responses',
      title: 'How long do commands wait?',
      howToRead:
        'pick a time below: the height of a line is the share of commands answered within it. Higher and further left is better.',
      label: `Line chart of the cumulative share of commands against the response time for ${responses.policies.join(', ')}.`,
    });
  }
  if (!measured) return '';
  return '<section class="card"><h2>How long do commands wait?</h2><p class="nothing">Every command was answered within 1 ms, so there is no distribution to draw.</p></section>';
}
