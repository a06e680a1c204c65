import type { ComponentId, Millis, UserId } from './ids.ts';

/** What is known of a user at one moment: all that a forecast model may go by. Plain data; of text only hashes. */
export interface Situation {
  readonly user: UserId;
  readonly at: Millis;
  /** What the user's commands demanded, the latest first; at most 20. */
  readonly recent: readonly ComponentId[];
  /** Ms between the user's latest two commands; null: there was only one. */
  readonly gapMs: Millis | null;
  /** Whether a command has been given that demanded nothing yet, and no other is being typed: then it is the coming one. */
  readonly announced: boolean;
  /** Hashed tags and words of the coming command, as far as they are known. */
  readonly words: readonly number[];
  /** Hashed tags and words of the commands before it, the latest first, those without any left out; at most 3. */
  readonly said: readonly (readonly number[])[];
}
