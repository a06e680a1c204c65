import { escapeHtml } from './html.ts';

interface Chart {
  /** The element that the page's script draws into. */
  readonly id: string;
  readonly title: string;
  readonly howToRead: string;
  /** What a listener hears in place of the picture. */
  readonly label: string;
}

/** A chart's title, caption and place on the page. The script fills the place; the figures table stands in for it. */
export function chartFigure({ id, title, howToRead, label }: Chart, heading: 'h2' | 'h3' = 'h2', key = ''): string {
  return `<figure>
<${heading}>${escapeHtml(title)}</${heading}>
<figcaption>How to read: ${escapeHtml(howToRead)}</figcaption>
${key}<div class="chart" id="${id}" role="img" aria-label="${escapeHtml(label)} The figures are in the table below."></div>
</figure>`;
}

export function chartSection(chart: Chart): string {
  return `<section class="card">${chartFigure(chart)}</section>`;
}
