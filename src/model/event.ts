import type { Bytes, CommandId, ComponentId, LeaseId, LoadId, Millis, UserId } from './ids.ts';
import type { Prediction } from './prediction.ts';
import type { Lane, PressureLevel } from './reason.ts';
import type { Settings } from './settings.ts';

/** Everything that can happen to the engine. Each is handled at once, without waiting for anything. */
export type EngineEvent =
  /** A user gave a command; it ends that user's command before. */
  | { readonly kind: 'command'; readonly command: CommandId; readonly user: UserId; readonly tags?: readonly string[] }
  /** The words of a user's latest command. Before its first demand they foretell it; later they only teach. */
  | { readonly kind: 'text'; readonly command: CommandId; readonly user: UserId; readonly text: string }
  /** What a user has typed or said so far of a command not given yet; '' takes it back. Never learned, never a command. */
  | { readonly kind: 'partial'; readonly user: UserId; readonly text: string }
  /**
   * A command needs a component now. `more`: its next demand follows at once, so that no preload begins in between.
   * `again`: it has demanded this before; if it is warm, no `served` follows.
   */
  | {
      readonly kind: 'demand';
      readonly lease: LeaseId;
      readonly component: ComponentId;
      readonly command: CommandId;
      readonly user: UserId;
      readonly more?: boolean;
      readonly again?: boolean;
    }
  /** A command has, for now, demanded all it will: time to look ahead. */
  | { readonly kind: 'served'; readonly command: CommandId; readonly user: UserId }
  /** A holder is done with its lease, or gave up waiting for it. */
  | { readonly kind: 'release'; readonly lease: LeaseId }
  /** The application itself expects a demand. */
  | { readonly kind: 'hint'; readonly component: ComponentId; readonly user: UserId; readonly within: Millis }
  /** Someone asks for a preload in a lane of their choice. */
  | { readonly kind: 'preload'; readonly component: ComponentId; readonly lane: Lane; readonly user: UserId }
  /** A trained model's answer to an `infer` effect. Dropped if the user has done anything since. */
  | {
      readonly kind: 'inferred';
      readonly user: UserId;
      readonly moment: number;
      readonly predictions: readonly Prediction[];
    }
  /** A forecast made elsewhere, acted on as it is. */
  | { readonly kind: 'forecast'; readonly user: UserId; readonly predictions: readonly Prediction[] }
  /** A load ended well. `bytes` is the measured size, where it can be measured. */
  | { readonly kind: 'loaded'; readonly component: ComponentId; readonly load: LoadId; readonly bytes?: Bytes }
  | { readonly kind: 'load-failed'; readonly component: ComponentId; readonly load: LoadId; readonly error: Error }
  /** `error`: the unload failed or was given up, and may have left its memory behind. */
  | { readonly kind: 'unloaded'; readonly component: ComponentId; readonly error?: Error }
  /** An unload that was given up ended after all. */
  | { readonly kind: 'reclaimed'; readonly component: ComponentId }
  /** A warm component ended by itself. */
  | { readonly kind: 'crashed'; readonly component: ComponentId; readonly load: LoadId; readonly error: Error }
  /** Someone asks for a component to be unloaded as soon as no lease holds it. */
  | { readonly kind: 'unload'; readonly component: ComponentId }
  /**
   * How tight memory is. Where it is known in bytes: `excessBytes` have to be given back until the next lower level is
   * reached; `roomBytes` may be taken by what is loaded ahead, before memory is tight; `demandBytes` by demands.
   */
  | {
      readonly kind: 'pressure';
      readonly level: PressureLevel;
      readonly excessBytes?: Bytes;
      readonly roomBytes?: Bytes;
      readonly demandBytes?: Bytes;
    }
  /** Loading ahead slows the foreground, or no longer: the share of the workers that may be used, 0..1. */
  | { readonly kind: 'interference'; readonly share: number }
  | { readonly kind: 'budget'; readonly bytes: Bytes }
  /** Other settings hold from now on. */
  | { readonly kind: 'settings'; readonly settings: Settings }
  /** Foreload starts: time to load what is worth most at this time of day. */
  | { readonly kind: 'warm' }
  /** The time asked for by a `wake` effect has come. */
  | { readonly kind: 'wake' }
  | { readonly kind: 'close' };
