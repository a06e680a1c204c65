import type { ComponentId, Millis, UserId } from '../model/ids.ts';
import type { Prediction } from '../model/prediction.ts';

/**
 * Learns what commands demand, one event at a time, and forecasts what the coming ones will. No training step: it
 * learns from the first command on. Text is only ever kept as hashes.
 *
 * A command that has been announced but has demanded nothing yet is the coming one (step 1); once it has demanded
 * something, step 1 is the command after it.
 */
export interface Predictor {
  readonly name: string;
  /** A user begins a command. Tags say where: a place, the foreground application. */
  command(user: UserId, now: Millis, tags?: readonly string[]): void;
  /** The words of the user's present command. */
  text(user: UserId, text: string): void;
  /** The present command demands a component. */
  demand(user: UserId, component: ComponentId, now: Millis): void;
  /** What the next one to three commands will demand: for each step the likeliest first, at most `limit` a step. */
  forecast(user: UserId, now: Millis, limit: number): Prediction[];
  /** Forgets everything that only this user taught. */
  forget(user: UserId): void;
}
