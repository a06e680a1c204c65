import type { Lane, PressureLevel } from '../model/reason.ts';
import type { Step } from '../model/prediction.ts';
import type { Settings } from '../model/settings.ts';

/** {@link Settings}, the budget as a multiple of the first one. */
export type WorldSettings = Omit<Settings, 'budget'> & { readonly budget?: number };

/**
 * One thing that happens in a {@link VirtualWorld}. Plain data, so that a schedule can be printed and played again.
 * Components and users are numbers, taken modulo how many there are; so is `nth`, among whatever is there to choose
 * from. An action with nothing to act on does nothing: any part of a schedule is a schedule.
 */
export type WorldAction =
  | { readonly kind: 'command'; readonly user: number }
  | { readonly kind: 'text'; readonly user: number; readonly text: string }
  | { readonly kind: 'partial'; readonly user: number; readonly text: string }
  /** The user's latest command demands these, one after the other. */
  | { readonly kind: 'demand'; readonly user: number; readonly components: readonly number[] }
  | { readonly kind: 'served'; readonly user: number }
  /** A holder is done, or gives up waiting. */
  | { readonly kind: 'release'; readonly nth: number }
  | { readonly kind: 'hint'; readonly component: number; readonly user: number; readonly within: number }
  | { readonly kind: 'preload'; readonly component: number; readonly lane: Lane }
  | {
      readonly kind: 'forecast';
      readonly user: number;
      readonly predictions: readonly {
        readonly component: number;
        readonly step: Step;
        readonly probability: number;
      }[];
    }
  /** The trained model answers one of its questions, perhaps long after it was asked. */
  | {
      readonly kind: 'inferred';
      readonly nth: number;
      readonly predictions: readonly {
        readonly component: number;
        readonly step: Step;
        readonly probability: number;
      }[];
    }
  /** A running load, or an unload, does nothing more: the driver gives it up when its time is over. */
  | { readonly kind: 'hung'; readonly nth: number; readonly unload?: boolean }
  /** A running load ends well; `size`: measured bytes, as a multiple of what was expected. */
  | { readonly kind: 'loaded'; readonly nth: number; readonly size?: number }
  | { readonly kind: 'load-failed'; readonly nth: number }
  /** `failed`: it threw, and nobody knows what is left in memory. */
  | { readonly kind: 'unloaded'; readonly nth: number; readonly failed?: boolean }
  /** An unload that was given up ends after all. */
  | { readonly kind: 'reclaimed'; readonly component: number }
  | { readonly kind: 'crashed'; readonly nth: number }
  /** An answer that was given before comes once more, too late. */
  | { readonly kind: 'repeated'; readonly nth: number }
  | { readonly kind: 'unload'; readonly component: number }
  /** `excess`: what has to be given back, `room`: what may be taken ahead, demands twice as much; times the first budget. */
  | {
      readonly kind: 'pressure';
      readonly level: PressureLevel;
      readonly excess?: number;
      readonly room?: number;
    }
  /** Loading ahead disturbs: this share of the workers is left. */
  | { readonly kind: 'interference'; readonly share: number }
  /** The time of a start: what is usual at this time of day is loaded. */
  | { readonly kind: 'warm' }
  /** The budget becomes this multiple of the first one. */
  | { readonly kind: 'budget'; readonly size: number }
  /** Other settings hold; a budget is a multiple of the first one. */
  | { readonly kind: 'settings'; readonly settings: WorldSettings }
  /** Time passes: a moment, or so much that the clock seems to jump. */
  | { readonly kind: 'pass'; readonly ms: number }
  | { readonly kind: 'close' };
