import { Ledger, type LedgerCounts } from '../metrics/ledger.ts';
import type { MemoryTotals } from '../metrics/memory-meter.ts';
import { MB } from '../model/bytes.ts';
import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';
import { type CommandId, type ComponentId, type LeaseId, type Millis, ms, type UserId } from '../model/ids.ts';
import type { Notice } from '../model/notice.ts';
import { type Found } from '../model/reason.ts';
import { type Asker, askerOf, type ForecastModel } from '../predict/onnx/forecast-model.ts';
import type { Predictor } from '../predict/predictor.ts';
import { Rhythm } from '../predict/rhythm.ts';
import { policyNamed, policyNames } from '../residency/policies.ts';
import { Reuse } from '../residency/reuse.ts';
import { WasteTarget } from '../residency/waste-target.ts';
import { defaults } from '../engine/options.ts';
import { textArrivals } from './arrivals.ts';
import { catalogueOf } from './catalogue.ts';
import { belady, nextUses } from './belady.ts';
import { Device } from './device.ts';
import { type PolicySpec } from './policy-spec.ts';
import type { Workload } from './workload.ts';

/** Codes of {@link RunResult.found}. */
export const foundCodes: readonly Found[] = ['cold', 'loading', 'warm'];

/** What one policy did on a workload. */
export interface RunResult {
  /** For each need of the trace where the component was: index into {@link foundCodes}. */
  readonly found: Uint8Array;
  /** For each row ms until all it demands is usable; NaN for rows that demand nothing. */
  readonly response: Float64Array;
  /** Scored needs and preloads. */
  readonly counts: LedgerCounts;
  /** Of each device that has a scored stretch. */
  readonly memory: readonly MemoryTotals[];
  /** Ms that components were warm while nobody held them, all devices' scored stretches together. */
  readonly idleMs: number;
}

export interface RunOptions {
  readonly makePredictor: () => Predictor;
  /** A trained model that advises the predictor. Its answers come at the very time they are asked for. */
  readonly model?: ForecastModel;
  /** Target for the share of wasted preloads, 0..1; or a target to go on teaching. */
  readonly waste: number | WasteTarget;
  /** Called now and then with the share of rows done; awaited, so that a caller may pause or throw. */
  readonly onProgress?: (done: number) => void | Promise<void>;
  /** Notices of one device. */
  readonly watch?: { readonly device: number; readonly notice: (notice: Notice) => void };
  /** Only where all users share one device. */
  readonly restart?: Restart;
  /** Takes a snapshot after each row, of all that was learned, for a {@link Restart}. Only where all users share one device. */
  readonly snapshots?: {
    readonly rows: ReadonlySet<number>;
    readonly taken: (row: number, snapshot: Uint8Array) => void;
  };
  /** Verify every invariant after each row. Slow; for tests. */
  readonly check?: boolean;
}

/** A run that begins in the middle of a trace, as after a restart: nothing is in memory. */
export interface Restart {
  /** The first row that is served. */
  readonly row: number;
  /** How many are. */
  readonly rows: number;
  /** What was learned before; null: nothing. */
  readonly snapshot: Uint8Array | null;
  /** Ms that pass from the start to the first row. */
  readonly lead: number;
  /** Whether what is usual at that time is loaded at the start. */
  readonly warming: boolean;
}

const rowsBetweenReports = 2048;

/** Runs one policy over a workload on a virtual clock, with the same engine that runs live. */
export async function run(workload: Workload, policy: PolicySpec, options: RunOptions): Promise<RunResult> {
  const replay = new Run(workload, policy, options);
  const { restart } = options;
  const first = restart?.row ?? 0;
  const end = Math.min(workload.trace.rows, first + (restart?.rows ?? Number.POSITIVE_INFINITY));
  for (let row = first; row < end; row++) {
    if (row % rowsBetweenReports === 0) await options.onProgress?.(row / workload.trace.rows);
    await replay.row(row);
  }
  if (restart && end > first) replay.retire(end - 1);
  return replay.result();
}

class Run {
  readonly #work: Workload;
  readonly #policy: PolicySpec;
  readonly #options: RunOptions;
  readonly #ledger = new Ledger();
  readonly #predictor: Predictor | null;
  readonly #ask: Asker | null;
  readonly #waste: WasteTarget | null;
  readonly #reuse = new Reuse();
  readonly #specs: ReadonlyMap<ComponentId, ComponentSpec>;
  readonly #devices = new Map<number, Device>();
  readonly #measured = new Set<Device>();
  readonly #memory: MemoryTotals[] = [];
  #idleMs = 0;
  readonly #found: Uint8Array;
  readonly #response: Float64Array;
  readonly #arrivals: ReturnType<typeof textArrivals>;
  readonly #nextUses: Float64Array | null;
  #need = 0;
  /** When the run begins; nothing happens before. */
  #begins: Millis = ms(Number.NEGATIVE_INFINITY);

  constructor(workload: Workload, policy: PolicySpec, options: RunOptions) {
    const { trace } = workload;
    this.#work = workload;
    this.#policy = policy;
    this.#options = options;
    this.#ledger.scoring = false;
    this.#predictor = policy.forecast ? options.makePredictor() : null;
    this.#predictor?.register?.(catalogueOf(trace));
    this.#ask = policy.forecast && options.model ? askerOf(options.model) : null;
    this.#waste = policy.speculation ? wasteTarget(options.waste) : null;
    this.#specs = new Map(workload.specs.map((spec) => [spec.id, spec]));
    this.#found = new Uint8Array(trace.needs.length);
    this.#response = new Float64Array(trace.rows).fill(Number.NaN);
    this.#arrivals = policy.forecast ? textArrivals(workload) : null;
    const deviceOfNeed = (need: number): number => workload.deviceOfRow(workload.rowOf[need]!);
    this.#nextUses = policy.eviction === 'belady' ? nextUses(trace.needs, deviceOfNeed, trace.components.length) : null;
    if ((options.restart || options.snapshots) && workload.devices > 1) {
      throw new ForeloadError('invalid-option', {
        what: 'a restart is of one device',
        found: `${workload.devices} devices`,
        remedy: "use the scope 'shared'",
      });
    }
    if (options.restart) this.#restart(options.restart);
  }

  async row(row: number): Promise<void> {
    const { trace, scoredFrom, lastRow } = this.#work;
    this.#ledger.scoring = row >= scoredFrom;
    for (const early of this.#arrivals?.before(row) ?? []) {
      const at = ms(Math.max(this.#begins, this.#arrivals!.at[early]!));
      const device = this.#announce(early, at);
      if (this.#ask && device.asks) await device.answer(this.#ask, at);
    }
    const now = ms(trace.ts[row]!);
    const device = this.#deviceAt(row, now);
    const announced = this.#arrivals?.isEarly(row) ?? false;
    if (!announced) device.handle({ kind: 'command', command: row as CommandId, user: this.#user(row) }, now);
    this.#demands(row, device, now);
    const text = trace.texts?.[row] ?? '';
    if (!announced && text !== '' && this.#arrivals) this.#text(row, device, now);
    device.handle({ kind: 'served', command: row as CommandId, user: this.#user(row) }, now);
    if (this.#ask && device.asks) await device.answer(this.#ask, now);
    if (this.#options.check) device.check();
    if (this.#options.snapshots?.rows.has(row)) this.#options.snapshots.taken(row, device.snapshot());
    if (lastRow[this.#work.deviceOfRow(row)] === row) this.#retire(row, device, now);
  }

  /** The device of a row ends with it, if it has not ended. */
  retire(row: number): void {
    const device = this.#devices.get(this.#work.deviceOfRow(row));
    if (device) this.#retire(row, device, ms(this.#work.trace.ts[row]!));
  }

  result(): RunResult {
    return {
      found: this.#found,
      response: this.#response,
      counts: this.#ledger.counts(),
      memory: this.#memory,
      idleMs: this.#idleMs,
    };
  }

  /** A text that precedes its row's demands. */
  #announce(row: number, now: Millis): Device {
    const device = this.#deviceAt(row, now);
    device.handle({ kind: 'command', command: row as CommandId, user: this.#user(row) }, now);
    this.#text(row, device, now);
    return device;
  }

  #text(row: number, device: Device, now: Millis): void {
    const text = this.#work.trace.texts![row]!;
    device.handle({ kind: 'text', command: row as CommandId, user: this.#user(row), text }, now);
  }

  #demands(row: number, device: Device, now: Millis): void {
    const { trace } = this.#work;
    const end = trace.firstNeed[row + 1]!;
    for (let need = trace.firstNeed[row]!; need < end; need++) {
      this.#need = need;
      const component = trace.components[trace.needs[need]!]!;
      const lease = need as LeaseId;
      const more = need + 1 < end;
      device.handle({ kind: 'demand', lease, component, command: row as CommandId, user: this.#user(row), more }, now);
    }
  }

  /** The device of a row, brought up to date. */
  #deviceAt(row: number, now: Millis): Device {
    const { trace, scoredFrom, deviceOfRow } = this.#work;
    const number = deviceOfRow(row);
    const device = this.#devices.get(number) ?? this.#newDevice(number);
    if (row >= scoredFrom && !this.#measured.has(device)) {
      this.#measured.add(device);
      // A device that was there before the scored stretch is measured from the stretch's first row on.
      const from = ms(row === this.#work.firstRow[number] ? now : Math.min(now, trace.ts[scoredFrom]!));
      device.advance(from);
      device.measureFrom(from);
    }
    device.advance(now);
    return device;
  }

  #restart({ row, snapshot, lead, warming }: Restart): void {
    const { trace, scoredFrom } = this.#work;
    this.#begins = ms(trace.ts[row]! - lead);
    this.#ledger.scoring = row >= scoredFrom;
    const device = this.#newDevice(0);
    if (snapshot && warming) device.handle({ kind: 'warm' }, this.#begins);
  }

  #newDevice(number: number): Device {
    const { specs, graph, budgets, sizing } = this.#work;
    const { watch, restart, snapshots } = this.#options;
    const { eviction, idleMs, keep } = this.#policy;
    const policy = this.#nextUses
      ? belady(this.#nextUses, () => this.#need)
      : policyNamed(policyNames.find((known) => known === eviction) ?? 'lru');
    const device = new Device(
      {
        components: specs,
        graph,
        budget: budgets[number]!,
        ...(sizing ? { sizing } : {}),
        policy,
        predictor: this.#predictor,
        infer: this.#ask !== null,
        waste: this.#waste,
        ledger: this.#ledger,
        reuse: this.#reuse,
        foresight: this.#policy.forecast,
        speculation: this.#policy.speculation ? 'load' : this.#policy.forecast ? 'observe' : 'off',
        ...(idleMs === null ? {} : { idleMs: ms(idleMs) }),
        ...(keep === null ? {} : { keepPrice: keep / (this.#work.slots ? 1 : MB) }),
        ...(restart || snapshots ? { rhythm: new Rhythm(graph.ids) } : {}),
        ...(restart?.snapshot ? { snapshot: restart.snapshot } : {}),
        allowOutside: true,
      },
      this.#specs,
      { granted: (lease, found, now) => this.#granted(lease, found, now) },
      watch?.device === number ? watch.notice : null,
    );
    this.#devices.set(number, device);
    return device;
  }

  #granted(lease: LeaseId, found: Found, now: Millis): void {
    this.#found[lease] = foundCodes.indexOf(found);
    const row = this.#work.rowOf[lease]!;
    const took = now - this.#work.trace.ts[row]!;
    const before = this.#response[row]!;
    this.#response[row] = Number.isNaN(before) ? took : Math.max(before, took);
  }

  /** After a device's last row: what is still unused was wasted, what still waits is cancelled. */
  #retire(row: number, device: Device, now: Millis): void {
    if (this.#measured.delete(device)) {
      this.#memory.push(device.memoryUntil(now));
      this.#idleMs += device.idleUntil(now);
    }
    device.handle({ kind: 'pressure', level: 'critical' }, now);
    device.finish();
    this.#devices.delete(this.#work.deviceOfRow(row));
  }

  #user(row: number): UserId {
    return this.#work.trace.users[this.#work.trace.user[row]!]!;
  }
}

const wasteTarget = (waste: number | WasteTarget): WasteTarget =>
  typeof waste === 'number' ? new WasteTarget(waste, defaults.routing.background) : waste;
