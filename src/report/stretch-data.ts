import { MB } from '../model/bytes.ts';
import { instant, memoryColumns, type MemoryColumns } from './memory-columns.ts';
import type { NeedMark, ReportData, RunPicture, Stay } from './report-data.ts';

/** At most this many components get a row; more would be a wall, not a picture. */
const mostRows = 40;

/** What a bar's colour says: how the preload ended, or that a demand began the load. `open`: a preload without an outcome. */
export type StayKind = NonNullable<Stay['outcome']> | 'demand' | 'open';
export const stayKinds: readonly StayKind[] = ['demand', 'timely', 'late', 'wasted', 'failed', 'cancelled', 'open'];
export const origins: readonly Stay['origin'][] = ['demand', 'speculative', 'warming', 'dependency'];
export const foundKinds: readonly NeedMark['found'][] = ['warm', 'loading', 'cold'];

/** `[loadFrom, warmFrom, until, index in stayKinds, index in origins]` */
type PackedStay = readonly [number, number | null, number, number, number];
/** `[at, index in foundKinds]` */
type PackedNeed = readonly [number, number];

/** One policy's picture, packed: stays and needs per row, each row in order of time so that the browser can search it. */
interface PictureData {
  readonly policy: string;
  readonly budget: number;
  readonly memory: MemoryColumns;
  readonly stays: readonly (readonly PackedStay[])[];
  readonly needs: readonly (readonly PackedNeed[])[];
}

/** What memory chart and timeline draw. Rows and both scales are common to all policies, so that they can be compared. */
export interface StretchData {
  readonly end: number;
  /** The highest memory of any policy or budget, in MB or slots. */
  readonly peak: number;
  readonly rows: readonly string[];
  /** How many components have no row. */
  readonly leftOut: number;
  readonly pictures: readonly PictureData[];
}

/** Packs the pictures; null if there are none. */
export function stretchData(data: ReportData): StretchData | null {
  if (data.pictures.length === 0) return null;
  const unit = data.slots ? 1 : MB;
  const components = mostUsedFirst(data.pictures);
  const rows = components.slice(0, mostRows);
  const end = data.pictures.reduce((end, picture) => Math.max(end, endOf(picture)), 1);
  const pictures = data.pictures.map((picture) => ({
    policy: picture.policy,
    budget: (picture.budgetBytes ?? data.budgetBytes) / unit,
    memory: memoryColumns(picture.memory, unit, endOf(picture)),
    ...packRows(picture, rows),
  }));
  return {
    end,
    peak: pictures.reduce((peak, { budget, memory }) => memory.resident.reduce(larger, Math.max(peak, budget)), 0),
    rows,
    leftOut: components.length - rows.length,
    pictures,
  };
}

/** By needs, then by stays, then by name. */
function mostUsedFirst(pictures: readonly RunPicture[]): readonly string[] {
  const needs = byComponent(pictures.flatMap((picture) => picture.needs));
  const stays = byComponent(pictures.flatMap((picture) => picture.stays));
  const needed = (id: string): number => needs.get(id)?.length ?? 0;
  const stayed = (id: string): number => stays.get(id)?.length ?? 0;
  return [...new Set([...needs.keys(), ...stays.keys()])].sort(
    (a, b) => needed(b) - needed(a) || stayed(b) - stayed(a) || (a < b ? -1 : 1),
  );
}

function byComponent<T extends { readonly component: string }>(things: readonly T[]): ReadonlyMap<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const thing of things) {
    const group = groups.get(thing.component);
    if (group) group.push(thing);
    else groups.set(thing.component, [thing]);
  }
  return groups;
}

function packRows(picture: RunPicture, rows: readonly string[]): Pick<PictureData, 'stays' | 'needs'> {
  const stays = byComponent(picture.stays);
  const needs = byComponent(picture.needs);
  return {
    stays: rows.map((id) => (stays.get(id) ?? []).map(packStay).sort((a, b) => a[0] - b[0])),
    needs: rows.map((id) => (needs.get(id) ?? []).map(packNeed).sort((a, b) => a[0] - b[0])),
  };
}

function packStay(stay: Stay): PackedStay {
  const kind: StayKind = stay.outcome ?? (stay.origin === 'demand' ? 'demand' : 'open');
  return [
    instant(stay.loadFrom),
    stay.warmFrom === null ? null : instant(stay.warmFrom),
    instant(stay.until),
    stayKinds.indexOf(kind),
    origins.indexOf(stay.origin),
  ];
}

function packNeed(need: NeedMark): PackedNeed {
  return [instant(need.at), foundKinds.indexOf(need.found)];
}

function endOf({ stays, needs, memory }: RunPicture): number {
  const stayed = stays.reduce((end, stay) => Math.max(end, stay.until), 0);
  const needed = needs.reduce((end, need) => Math.max(end, need.at), stayed);
  return Math.max(needed, memory.at(-1)?.at ?? 0);
}

function larger(a: number, b: number): number {
  return Math.max(a, b);
}
