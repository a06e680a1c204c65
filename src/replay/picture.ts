import type { Notice } from '../model/notice.ts';
import type { Found, Origin, Outcome } from '../model/reason.ts';
import type { UserId } from '../model/ids.ts';
import type { Workload } from './workload.ts';

/** One component's stay in memory, in ms since the stretch began. */
export interface PictureStay {
  readonly component: string;
  readonly loadFrom: number;
  readonly warmFrom: number | null;
  readonly until: number;
  readonly origin: Origin | 'demand';
  readonly outcome: Outcome | null;
}

/** What happened on one device in one stretch of time, in ms since the stretch began. */
export interface Picture {
  readonly stays: readonly PictureStay[];
  readonly needs: readonly { readonly component: string; readonly at: number; readonly found: Found }[];
  readonly memory: readonly { readonly at: number; readonly resident: number; readonly speculative: number }[];
}

/** A stretch of time on one device. */
export interface Stretch {
  readonly device: number;
  /** Whose device it is; null: everybody's. */
  readonly user: UserId | null;
  /** Rows of the device in the stretch. */
  readonly rows: number;
  readonly from: number;
  readonly until: number;
}

/** The last rows, `most` at most, of the device with the most needs. */
export function lastStretch({ trace, scope, devices, deviceOfRow }: Workload, most: number): Stretch {
  const needs = new Float64Array(devices);
  for (let row = 0; row < trace.rows; row++)
    needs[deviceOfRow(row)]! += trace.firstNeed[row + 1]! - trace.firstNeed[row]!;
  const device = needs.indexOf(needs.reduce((highest, count) => Math.max(highest, count), 0));
  let rows = 0;
  let from = 0;
  let until = 0;
  for (let row = trace.rows - 1; row >= 0 && rows < most; row--) {
    if (deviceOfRow(row) !== device) continue;
    from = trace.ts[row]!;
    if (rows++ === 0) until = from;
  }
  return { device, user: scope === 'user' ? trace.users[device]! : null, rows, from, until };
}

type OpenStay = { -readonly [Key in keyof PictureStay]: PictureStay[Key] };

/** Draws a picture from the notices of a run as they come, keeping only what falls into the stretch. */
export class PictureBuilder {
  readonly #stretch: Stretch;
  readonly #open = new Map<string, OpenStay>();
  readonly #stays: PictureStay[] = [];
  readonly #needs: Picture['needs'][number][] = [];
  readonly #memory: Picture['memory'][number][] = [{ at: 0, resident: 0, speculative: 0 }];

  constructor(stretch: Stretch) {
    this.#stretch = stretch;
  }

  notice(notice: Notice): void {
    const at = notice.at - this.#stretch.from;
    if (notice.at > this.#stretch.until) return;
    switch (notice.kind) {
      case 'load-started': {
        const { component, origin } = notice;
        this.#open.set(component, { component, loadFrom: at, warmFrom: null, until: at, origin, outcome: null });
        return;
      }
      case 'load-ended': {
        const stay = this.#open.get(notice.component);
        if (stay) stay.warmFrom = at;
        return;
      }
      case 'preload-ended': {
        const stay = this.#open.get(notice.component);
        if (stay && stay.origin !== 'demand') stay.outcome = notice.outcome;
        return;
      }
      case 'load-failed':
      case 'unloaded':
      case 'crashed':
        return this.#close(notice.component, at);
      case 'demanded':
        if (at >= 0) this.#needs.push({ component: notice.component, at, found: notice.found });
        return;
      case 'memory':
        if (at <= 0) this.#memory.length = 0;
        this.#memory.push({ at: Math.max(0, at), resident: notice.resident, speculative: notice.speculative });
        return;
      case 'forecast':
      case 'accuracy':
      case 'forecast-behind':
      case 'preload-queued':
      case 'turned-away':
      case 'load-progress':
      case 'unload-started':
      case 'unload-failed':
      case 'memory-lost':
      case 'budget-changed':
      case 'pressure':
      case 'probe-failed':
      case 'probe-restored':
      case 'interference':
      case 'budget-overdrawn':
      case 'lease-leaked':
      case 'model-ready':
      case 'store-opened':
      case 'store-failed':
      case 'store-restored':
      case 'model-failed':
        return;
    }
  }

  /** The picture so far; what is still in memory stays until the end of the stretch. */
  finish(): Picture {
    const end = this.#stretch.until - this.#stretch.from;
    for (const component of this.#open.keys()) this.#close(component, end);
    return { stays: this.#stays, needs: this.#needs, memory: this.#memory };
  }

  #close(component: string, until: number): void {
    const stay = this.#open.get(component);
    this.#open.delete(component);
    if (!stay || until < 0) return;
    const { loadFrom, warmFrom } = stay;
    this.#stays.push({
      ...stay,
      loadFrom: Math.max(0, loadFrom),
      warmFrom: warmFrom === null ? null : Math.max(0, warmFrom),
      until,
    });
  }
}
