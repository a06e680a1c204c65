import { Ledger } from '../metrics/ledger.ts';
import { ForeloadError } from '../model/errors.ts';
import { type CommandId, type LeaseId, type Millis, ms, type UserId } from '../model/ids.ts';
import type { Found } from '../model/reason.ts';
import { type Asker, askerOf } from '../predict/onnx/forecast-model.ts';
import { textArrivals } from './arrivals.ts';
import { catalogueOf } from './catalogue.ts';
import type { Device } from './device.ts';
import { Devices } from './devices.ts';
import type { PolicySpec } from './policy-spec.ts';
import type { Restart, RunOptions } from './run-options.ts';
import { foundCodes, type RunResult } from './run-result.ts';
import type { Workload } from './workload.ts';

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

/** Hands the rows of a trace to their devices, and writes down how each need was met. */
class Run {
  readonly #work: Workload;
  readonly #options: RunOptions;
  readonly #ledger = new Ledger();
  readonly #ask: Asker | null;
  readonly #devices: Devices;
  readonly #found: Uint8Array;
  readonly #response: Float64Array;
  readonly #arrivals: ReturnType<typeof textArrivals>;
  #need = 0;
  /** When the run begins; nothing happens before. */
  #begins: Millis = ms(Number.NEGATIVE_INFINITY);

  constructor(workload: Workload, policy: PolicySpec, options: RunOptions) {
    const { trace } = workload;
    if (options.restart || options.snapshots) refuseSeveralDevices(workload);
    this.#work = workload;
    this.#options = options;
    this.#ledger.scoring = false;
    const predictor = policy.forecast ? options.makePredictor() : null;
    predictor?.register?.(catalogueOf(trace));
    this.#ask = policy.forecast && options.model ? askerOf(options.model) : null;
    this.#devices = new Devices({
      workload,
      policy,
      options,
      ledger: this.#ledger,
      predictor,
      infer: this.#ask !== null,
      grants: { granted: (lease, found, now) => this.#granted(lease, found, now) },
      presentNeed: () => this.#need,
    });
    this.#found = new Uint8Array(trace.needs.length);
    this.#response = new Float64Array(trace.rows).fill(Number.NaN);
    this.#arrivals = policy.forecast ? textArrivals(workload) : null;
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
    const device = this.#devices.at(row, now);
    const announced = this.#arrivals?.isEarly(row) ?? false;
    if (!announced) device.handle({ kind: 'command', command: row as CommandId, user: this.#user(row) }, now);
    this.#demands(row, device, now);
    const text = trace.texts?.[row] ?? '';
    if (!announced && text !== '' && this.#arrivals) this.#text(row, device, now);
    device.handle({ kind: 'served', command: row as CommandId, user: this.#user(row) }, now);
    if (this.#ask && device.asks) await device.answer(this.#ask, now);
    if (this.#options.check) device.check();
    if (this.#options.snapshots?.rows.has(row)) this.#options.snapshots.taken(row, device.snapshot());
    if (lastRow[this.#work.deviceOfRow(row)] === row) this.#devices.retire(row);
  }

  /** The device of a row ends with it, if it has not ended. */
  retire(row: number): void {
    this.#devices.retire(row);
  }

  result(): RunResult {
    return {
      found: this.#found,
      response: this.#response,
      counts: this.#ledger.counts(),
      memory: this.#devices.memory,
      idleMs: this.#devices.idleMs,
    };
  }

  /** A text that precedes its row's demands. */
  #announce(row: number, now: Millis): Device {
    const device = this.#devices.at(row, now);
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

  #restart({ row, snapshot, lead, warming }: Restart): void {
    const { trace, scoredFrom } = this.#work;
    this.#begins = ms(trace.ts[row]! - lead);
    this.#ledger.scoring = row >= scoredFrom;
    const device = this.#devices.start(0);
    if (snapshot && warming) device.handle({ kind: 'warm' }, this.#begins);
  }

  #granted(lease: LeaseId, found: Found, now: Millis): void {
    this.#found[lease] = foundCodes.indexOf(found);
    const row = this.#work.rowOf[lease]!;
    const took = now - this.#work.trace.ts[row]!;
    const before = this.#response[row]!;
    this.#response[row] = Number.isNaN(before) ? took : Math.max(before, took);
  }

  #user(row: number): UserId {
    return this.#work.trace.users[this.#work.trace.user[row]!]!;
  }
}

function refuseSeveralDevices({ devices }: Workload): void {
  if (devices <= 1) return;
  throw new ForeloadError('invalid-option', {
    what: 'a restart is of one device',
    found: `${devices} devices`,
    remedy: "use the scope 'shared'",
  });
}
