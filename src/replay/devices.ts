import { wasteTarget } from '../engine/options.ts';
import type { Ledger } from '../metrics/ledger.ts';
import type { MemoryTotals } from '../metrics/memory-meter.ts';
import { MB } from '../model/bytes.ts';
import type { ComponentSpec } from '../model/component.ts';
import { type ComponentId, type Millis, ms } from '../model/ids.ts';
import type { Predictor } from '../predict/predictor.ts';
import { Rhythm } from '../predict/rhythm.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import { policyNamed, policyNames } from '../residency/policies.ts';
import { Reuse } from '../residency/reuse.ts';
import type { WasteTarget } from '../residency/waste-target.ts';
import { belady, nextUses } from './belady.ts';
import { Device, type Grants } from './device.ts';
import type { PolicySpec } from './policy-spec.ts';
import type { RunOptions } from './run-options.ts';
import type { Workload } from './workload.ts';

/** What all devices of a run share. */
export interface DevicesParts {
  readonly workload: Workload;
  readonly policy: PolicySpec;
  readonly options: RunOptions;
  readonly ledger: Ledger;
  readonly predictor: Predictor | null;
  /** Whether a trained model is asked. */
  readonly infer: boolean;
  readonly grants: Grants;
  /** The need of the trace that is being served, for a policy that knows the future. */
  readonly presentNeed: () => number;
}

/** The devices of a run, each from its first row to its last, and their memory over their scored stretches. */
export class Devices {
  readonly #parts: DevicesParts;
  readonly #waste: WasteTarget | null;
  readonly #reuse = new Reuse();
  readonly #specs: ReadonlyMap<ComponentId, ComponentSpec>;
  readonly #nextUses: Float64Array | null;
  readonly #running = new Map<number, Device>();
  readonly #measured = new Set<Device>();
  readonly memory: MemoryTotals[] = [];
  /** Ms that components were warm while nobody held them, added up. */
  idleMs = 0;

  constructor(parts: DevicesParts) {
    const { workload, policy, options } = parts;
    this.#parts = parts;
    this.#waste = policy.speculation ? wasteTarget(options.waste, policy.keep !== null) : null;
    this.#specs = new Map(workload.specs.map((spec) => [spec.id, spec]));
    this.#nextUses = policy.eviction === 'belady' ? nextUsesOn(workload) : null;
  }

  /** The device of a row, brought up to date. */
  at(row: number, now: Millis): Device {
    const { trace, scoredFrom, deviceOfRow, firstRow } = this.#parts.workload;
    const number = deviceOfRow(row);
    const device = this.#running.get(number) ?? this.start(number);
    if (row >= scoredFrom && !this.#measured.has(device)) {
      this.#measured.add(device);
      // A device that was there before the scored stretch is measured from the stretch's first row on.
      const from = ms(row === firstRow[number] ? now : Math.min(now, trace.ts[scoredFrom]!));
      device.advance(from);
      device.measureFrom(from);
    }
    device.advance(now);
    return device;
  }

  start(number: number): Device {
    const { specs, graph, budgets, sizing, slots } = this.#parts.workload;
    const { policy, options, predictor, ledger, infer, grants } = this.#parts;
    const { watch, restart, snapshots } = options;
    const { idleMs, keep } = policy;
    const device = new Device(
      {
        components: specs,
        graph,
        budget: budgets[number]!,
        ...(sizing ? { sizing } : {}),
        policy: this.#eviction(),
        predictor,
        infer,
        waste: this.#waste,
        ledger,
        reuse: this.#reuse,
        foresight: policy.forecast,
        speculation: policy.speculation ? 'load' : policy.forecast ? 'observe' : 'off',
        ...(idleMs === null ? {} : { idleMs: ms(idleMs) }),
        ...(keep === null ? {} : { keepPrice: keep / (slots ? 1 : MB) }),
        ...(restart || snapshots ? { rhythm: new Rhythm(graph.ids) } : {}),
        ...(restart?.snapshot ? { snapshot: restart.snapshot } : {}),
        allowOutside: true,
      },
      this.#specs,
      grants,
      watch?.device === number ? watch.notice : null,
    );
    this.#running.set(number, device);
    return device;
  }

  /** The device of a row ends with it, if it has not ended: what is still unused was wasted, what still waits is cancelled. */
  retire(row: number): void {
    const { trace, deviceOfRow } = this.#parts.workload;
    const device = this.#running.get(deviceOfRow(row));
    if (!device) return;
    const now = ms(trace.ts[row]!);
    if (this.#measured.delete(device)) {
      this.memory.push(device.memoryUntil(now));
      this.idleMs += device.idleUntil(now);
    }
    device.handle({ kind: 'pressure', level: 'critical' }, now);
    device.finish();
    this.#running.delete(deviceOfRow(row));
  }

  #eviction(): EvictionPolicy {
    if (this.#nextUses) return belady(this.#nextUses, this.#parts.presentNeed);
    return policyNamed(policyNames.find((known) => known === this.#parts.policy.eviction) ?? 'lru');
  }
}

function nextUsesOn({ trace, rowOf, deviceOfRow }: Workload): Float64Array {
  return nextUses(trace.needs, (need) => deviceOfRow(rowOf[need]!), trace.components.length);
}
