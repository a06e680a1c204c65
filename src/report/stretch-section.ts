import { chartFigure } from './chart-section.ts';
import { escapeHtml } from './html.ts';
import { count } from './numbers.ts';
import { type StayKind, type StretchData, stayKinds } from './stretch-data.ts';

/** One policy's memory and components over one stretch of time, with buttons that choose the policy. */
export function stretchSection(stretch: StretchData | null, what: string): string {
  if (!stretch) return '';
  const shown = shownFirst(stretch);
  const buttons = stretch.pictures.map(
    ({ policy }, index) =>
      `<button type="button" data-picture="${index}" aria-pressed="${index === shown}">${escapeHtml(policy)}</button>`,
  );
  return `<section class="card" id="stretch">
<h2>Moment by moment: ${escapeHtml(what)}</h2>
<div class="controls"><span role="group" aria-label="Policy shown" class="controls" style="margin:0">${buttons.join('')}</span><span class="spacer"></span><button type="button" id="show-all" disabled>Show all</button></div>
${chartFigure(
  {
    id: 'memory',
    title: 'Memory over time',
    howToRead:
      'the filled height is the memory held; orange was loaded on a forecast and nobody has asked for it yet. Drag sideways to zoom.',
    label: 'Area chart of resident memory over time, its speculative part, and the budget.',
  },
  'h3',
)}
${timeline(stretch)}
</section>`;
}

function timeline(stretch: StretchData): string {
  if (stretch.rows.length === 0) return '<p class="nothing">No component was needed or loaded in this stretch.</p>';
  const left = stretch.leftOut === 0 ? '' : ` Less used components without a row: ${count(stretch.leftOut)}.`;
  return chartFigure(
    {
      id: 'timeline',
      title: 'Components over time',
      howToRead: `one row per component, most used first; a bar is a stay in memory, hatched while loading; a mark is a need. Point at it for details.${left}`,
      label: 'Timeline of the stays of each component in memory, and of the needs.',
    },
    'h3',
    stretchKey(stretch),
  );
}

/** Foreload's picture opens the section, or else the first. */
function shownFirst(stretch: StretchData): number {
  return Math.max(
    0,
    stretch.pictures.findIndex(({ policy }) => policy === 'foreload'),
  );
}

const stayNames: Readonly<Record<StayKind, string>> = {
  demand: 'loaded by a demand',
  timely: 'preload, timely',
  late: 'preload, late',
  wasted: 'preload, wasted',
  failed: 'load failed',
  cancelled: 'preload, cancelled',
  open: 'preload, no outcome',
};

/** What the timeline's colours and shapes mean. Only the kinds of stay that occur are listed. */
function stretchKey({ pictures }: StretchData): string {
  const found = new Set(pictures.flatMap(({ stays }) => stays.flatMap((row) => row.map((stay) => stay[3]))));
  const bars = stayKinds
    .filter((_, index) => found.has(index))
    .map((kind) =>
      keyItem(`<rect x="1" y="2" width="18" height="8" rx="2" fill="var(--stay-${kind})"/>`, stayNames[kind]),
    );
  const marks = [
    keyItem('<circle cx="10" cy="6" r="4" fill="var(--need-warm)"/>', 'need: warm'),
    keyItem('<path d="M10 1l5 5-5 5-5-5z" fill="var(--need-loading)"/>', 'need: loading'),
    keyItem('<path d="M6 2l8 8m0-8l-8 8" stroke="var(--need-cold)" stroke-width="3"/>', 'need: cold'),
  ];
  return `<ul class="key">${[...bars, ...marks].join('')}</ul>`;
}

function keyItem(shape: string, name: string): string {
  return `<li><svg width="20" height="12" aria-hidden="true">${shape}</svg>${name}</li>`;
}
