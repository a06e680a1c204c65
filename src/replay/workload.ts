import { buildGraph, type Graph } from '../graph/graph.ts';
import { MB } from '../model/bytes.ts';
import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';
import { bytes, ms } from '../model/ids.ts';
import { defaultWorthMs, type SizingLimits } from '../residency/sizing.ts';
import type { Trace } from '../trace/trace.ts';
import type { CostTable } from './costs.ts';

/** `user`: every user is a device with a memory of its own. `shared`: one pool for all. */
export type Scope = 'user' | 'shared';

/** A budget as it was given: a share of the footprint, bytes, or a number of equal slots. */
export type Budget =
  | { readonly kind: 'share'; readonly share: number }
  | { readonly kind: 'bytes'; readonly bytes: number }
  | { readonly kind: 'slots'; readonly slots: number }
  | { readonly kind: 'range'; readonly min: number; readonly max: number; readonly worthMs: number };

/** Reads `25%`, `800MB`, `8slots`, `200MB..2000MB` or `200MB..2000MB@5`. @throws ForeloadError `invalid-option` */
export function parseBudget(text: string): Budget {
  const match = /^(\d+(?:\.\d+)?)(%|KB|MB|GB|slots?)$/i.exec(text.trim());
  const value = Number(match?.[1]);
  const unit = match?.[2]?.toLowerCase();
  // Beyond the safe integers there is no memory to be had, and figures are no longer exact.
  if (match && value > 0 && value <= Number.MAX_SAFE_INTEGER) {
    if (unit === '%') return { kind: 'share', share: value / 100 };
    const size = value * (unit === 'kb' ? 1024 : unit === 'mb' ? MB : unit === 'gb' ? 1024 * MB : 0);
    if (size >= 1 && size <= Number.MAX_SAFE_INTEGER) return { kind: 'bytes', bytes: size };
    if (size === 0 && Number.isInteger(value)) return { kind: 'slots', slots: value };
  }
  const range = rangeOf(text);
  if (range) return range;
  throw new ForeloadError('invalid-option', {
    what: '--budget is not a budget',
    found: JSON.stringify(text),
    remedy:
      'give a share such as 25%, a size such as 800MB, or a number of slots such as 8slots, or a range such as 200MB..2000MB',
  });
}

/** A budget that moves: two sizes, and behind an @ the ms of waiting that one MB held for an hour must save. */
function rangeOf(text: string): Budget | null {
  const match = /^([^.@]+(?:\.\d+)?[a-z]+)\.\.([^@]+?)(?:@(\d+(?:\.\d+)?))?$/i.exec(text.trim());
  if (!match) return null;
  const [min, max] = [parseBudget(match[1]!), parseBudget(match[2]!)];
  if (min.kind !== 'bytes' || max.kind !== 'bytes' || min.bytes > max.bytes) return null;
  return { kind: 'range', min: min.bytes, max: max.bytes, worthMs: Number(match[3] ?? defaultWorthMs) };
}

/** A trace with what its components cost and whose memory they share: what every policy of a comparison runs on. */
export interface Workload {
  readonly trace: Trace;
  readonly scope: Scope;
  readonly specs: readonly ComponentSpec[];
  readonly graph: Graph;
  /** Row of each need. */
  readonly rowOf: Int32Array;
  readonly devices: number;
  readonly deviceOfRow: (row: number) => number;
  /** First and last row of each device, and its budget. */
  readonly firstRow: Int32Array;
  readonly lastRow: Int32Array;
  readonly budgets: Float64Array;
  /** Between which sizes every budget moves; null: they stay. */
  readonly sizing: SizingLimits | null;
  /** Components that are larger than their device's budget somewhere. */
  readonly oversize: readonly string[];
  readonly footprintBytes: number;
  readonly slots: boolean;
  /** Rows before this one are not scored. */
  readonly scoredFrom: number;
  /** Ms by which a text precedes its demands. */
  readonly lead: number;
}

export interface WorkloadOptions {
  readonly trace: Trace;
  readonly costs: CostTable;
  readonly budget: Budget;
  readonly scope: Scope;
  readonly scoreFrom: number;
  readonly lead: number;
}

export function newWorkload({ trace, costs, budget, scope, scoreFrom, lead }: WorkloadOptions): Workload {
  const slots = budget.kind === 'slots';
  const specs = trace.components.map((id, index): ComponentSpec => {
    const { bytes: size, loadMs } = costs.of[index]!;
    const shape = { id, bytes: bytes(slots ? 1 : size), loadMs: ms(slots && !costs.given ? 0 : loadMs) };
    return { ...shape, dependsOn: [], conflictsWith: [], priority: 'normal' };
  });
  const devices = scope === 'user' ? trace.users.length : 1;
  const deviceOfRow = scope === 'user' ? (row: number): number => trace.user[row]! : (): number => 0;
  const firstRow = new Int32Array(devices).fill(-1);
  const lastRow = new Int32Array(devices);
  const rowOf = new Int32Array(trace.needs.length);
  for (let row = 0; row < trace.rows; row++) {
    const device = deviceOfRow(row);
    if (firstRow[device] === -1) firstRow[device] = row;
    lastRow[device] = row;
    rowOf.fill(row, trace.firstNeed[row], trace.firstNeed[row + 1]);
  }
  const { budgets, oversize } = budgetsOf(budget, specs, trace, devices, (need) => deviceOfRow(rowOf[need]!));
  return {
    trace,
    scope,
    specs,
    graph: buildGraph(specs),
    rowOf,
    devices,
    deviceOfRow,
    firstRow,
    lastRow,
    budgets,
    sizing: budget.kind === 'range' ? { min: budget.min, max: budget.max, price: budget.worthMs / MB } : null,
    oversize,
    footprintBytes: specs.reduce((sum, spec) => sum + spec.bytes, 0),
    slots,
    scoredFrom: Math.ceil(scoreFrom * trace.rows),
    lead,
  };
}

/** A share is of what the device ever demands, known beforehand for sizing only, and holds at least its largest component. */
function budgetsOf(
  budget: Budget,
  specs: readonly ComponentSpec[],
  trace: Trace,
  devices: number,
  deviceOf: (need: number) => number,
): { budgets: Float64Array; oversize: string[] } {
  const footprint = new Float64Array(devices);
  const largest = new Float64Array(devices);
  const seen = new Set<number>();
  const oversize = new Set<string>();
  const fixed =
    budget.kind === 'bytes'
      ? budget.bytes
      : budget.kind === 'slots'
        ? budget.slots
        : budget.kind === 'range'
          ? budget.max
          : null;
  const smallest = budget.kind === 'range' ? budget.min : fixed;
  for (let need = 0; need < trace.needs.length; need++) {
    const component = trace.needs[need]!;
    const device = deviceOf(need);
    const key = device * specs.length + component;
    if (seen.has(key)) continue;
    seen.add(key);
    const spec = specs[component]!;
    footprint[device]! += spec.bytes;
    largest[device] = Math.max(largest[device]!, spec.bytes);
    if (smallest !== null && spec.bytes > smallest) oversize.add(spec.id);
  }
  const share = budget.kind === 'share' ? budget.share : 0;
  const budgets = footprint.map((size, device) => fixed ?? Math.max(size * share, largest[device]!, 1));
  return { budgets, oversize: [...oversize] };
}
