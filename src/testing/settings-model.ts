import { defaults, type EngineOptions } from '../engine/options.ts';
import type { EngineStatus } from '../engine/status.ts';
import type { EngineEvent } from '../model/event.ts';
import type { Notice } from '../model/notice.ts';
import { lanes } from '../model/reason.ts';
import type { Settings } from '../model/settings.ts';
import { promise } from './promise.ts';
import type { RealComponent } from './real-component.ts';

type Options = Pick<EngineOptions, 'lanes' | 'routing' | 'speculation' | 'keepPrice' | 'idleMs'>;

/** What the settings that hold now allow, and what they don't: whatever held before. */
export class SettingsModel {
  #lanes: NonNullable<Options['lanes']>;
  #routing: NonNullable<Options['routing']>;
  #loads: boolean;
  #priced: boolean;
  readonly #idles: boolean;
  /** Whether a floor was told: a waste target begins with one of its own. */
  #floored = false;

  constructor({ lanes: limits, routing, speculation, keepPrice, idleMs }: Options) {
    this.#lanes = limits ?? defaults.lanes;
    this.#routing = routing ?? defaults.routing;
    this.#loads = (speculation ?? 'load') === 'load';
    this.#priced = keepPrice !== undefined;
    this.#idles = idleMs !== undefined;
  }

  told({ lanes: limits, routing, speculation, keepPrice }: Settings): void {
    if (limits) this.#lanes = limits;
    if (routing) {
      this.#routing = routing;
      this.#floored = true;
    }
    if (speculation) this.#loads = speculation === 'load';
    if (keepPrice !== undefined) this.#priced = keepPrice !== null;
  }

  /** A load begins that was decided ahead of demands. */
  beginsAhead({ spec, wanted }: RealComponent, origin: string): void {
    promise(
      this.#loads || wanted || origin !== 'speculative',
      `${spec.id} is not loaded for a forecast that is only watched`,
    );
  }

  /** Its idle time was up. */
  idles({ spec }: RealComponent): void {
    const limited = (this.#priced && !spec.keepsMemory) || this.#idles || spec.idleMs !== undefined;
    promise(limited, `${spec.id} is kept while idle, whatever that costs`);
  }

  /** What a schedule forecast goes to the lane that its probability leads to. */
  queued(notice: Extract<Notice, { kind: 'preload-queued' }>, event: EngineEvent): void {
    if (event.kind !== 'forecast' || notice.lane === 'background') return;
    const told = event.predictions.filter(({ component }) => component === notice.component);
    const leads = told.some(({ step, probability }) =>
      notice.lane === 'immediate'
        ? step === 1 && probability > this.#routing.immediate
        : step < 3 && probability > this.#routing.delayed,
    );
    promise(leads, `nothing leads ${notice.component} into the lane ${notice.lane}`);
  }

  after(status: EngineStatus): void {
    for (const lane of lanes) {
      const { waiting, capacity } = status.lanes[lane];
      const most = this.#lanes[lane].capacity;
      promise(capacity <= most, `${lane} has places for ${capacity}, of ${most}`);
      promise(waiting <= capacity, `${lane} holds no more than its capacity`);
    }
    const sum = lanes.reduce((so, lane) => so + this.#lanes[lane].workers, 0);
    const most = Math.min(sum, this.#lanes.atOnce ?? sum);
    promise(status.workers <= most, `${status.workers} may load at once, of ${most}`);
    const { threshold } = status;
    // Where memory has a price, that decides in the floor's place.
    const floored = this.#floored && !this.#priced;
    const low = floored && threshold !== null && threshold < this.#routing.background - bandWidth;
    promise(!low, `forecasts of ${threshold} are too unlikely for a floor of ${this.#routing.background}`);
  }
}

/** A threshold is one of so many bands. */
const bandWidth = 1 / 40;
