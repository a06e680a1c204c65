import type { ComponentId, Millis, UserId } from './ids.ts';

/** One thing that happened, as history keeps it. */
export type HistoryEntry =
  /** A user gave a command. Its text is there only if it has one and texts are kept. */
  | {
      readonly kind: 'command';
      readonly at: Millis;
      readonly user: UserId;
      readonly text?: string;
      readonly tags?: readonly string[];
    }
  /** The user's latest command demanded a component. */
  | {
      readonly kind: 'demand';
      readonly at: Millis;
      readonly user: UserId;
      readonly component: ComponentId;
    }
  /** A load ended well: its time and, where it can be measured, its size. */
  | {
      readonly kind: 'load';
      readonly at: Millis;
      readonly component: ComponentId;
      readonly bytes?: number;
      readonly tookMs: number;
    };
