import type { ComponentId, Millis, UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';

/** What a predictor may know of a component before it is ever demanded. */
export interface KnownComponent {
  readonly id: ComponentId;
  /** What it is for, in words. */
  readonly description?: string;
  /** Words that speak for it. */
  readonly keywords?: readonly string[];
}

/**
 * Learns what commands demand, one event at a time, and forecasts what the coming ones will. No training step: it
 * learns from the first command on. Text is only ever kept as hashes.
 *
 * A command that has been announced but has demanded nothing yet is the coming one (step 1); once it has demanded
 * something, step 1 is the command after it.
 */
export interface Predictor {
  readonly name: string;
  /** Makes components known that were never demanded yet: their names and words alone may foretell them. */
  register?(components: readonly KnownComponent[]): void;
  /** A user begins a command. Tags say where: a place, the foreground application. */
  command(user: UserId, now: Millis, tags?: readonly string[]): void;
  /** The words of the user's present command. */
  text(user: UserId, text: string): void;
  /**
   * What a user has typed or said so far of a command not given yet; replaces what was said before, '' takes it back. Until
   * that command is given its words are those of step 1, whatever has been announced before.
   */
  partial(user: UserId, text: string): void;
  /** The present command demands a component. What it has demanded before changes nothing, and may not be told. */
  demand(user: UserId, component: ComponentId, now: Millis): void;
  /** What the next one to three commands will demand: for each step the likeliest first, at most `limit` a step. */
  forecast(user: UserId, now: Millis, limit: number): Prediction[];
  /** Another model's opinion of what this user's coming commands demand; it holds until their next demand. */
  advise?(user: UserId, predictions: readonly Prediction[]): void;
  /** Probability that anyone demands a component within 10 s, 1 min, 10 min and 1 h from now. */
  within?(component: ComponentId, now: Millis): readonly number[];
  /** All that was learned, in one piece. A predictor that restores it forecasts the same. */
  snapshot?(): Uint8Array;
  /** Takes the place of all that was learned. @throws ForeloadError `invalid-snapshot`, nothing is changed then */
  restore?(snapshot: Uint8Array): void;
  /** Forgets everything that only this user taught. */
  forget(user: UserId): void;
}
