import type { ContextTable } from './context-table.ts';
import type { Kin } from './kin.ts';
import type { Popularity } from './popularity.ts';
import type { TextScores } from '../text/text-scores.ts';

/** What all users taught. */
export interface World {
  readonly table: ContextTable;
  readonly popularity: Popularity;
  readonly kin: Kin;
  readonly components: { readonly size: number };
}

/** What texts and another model say; null: nothing. */
export interface Told {
  text: TextScores | null;
  earlier: TextScores | null;
  advice: ReadonlyMap<number, number> | null;
}

/** Keys of each step's own rows. */
export const stepSalt: readonly number[] = [0, 0x3c6ef372, 0x1b873593];
