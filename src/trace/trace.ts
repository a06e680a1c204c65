import type { ComponentId, UserId } from '../model/ids.ts';

/**
 * A recorded stream of commands, column by column, so that half a million rows stay small. Row `r` was given at `ts[r]`
 * by `users[user[r]]` and demanded `components[needs[i]]` for i from `firstNeed[r]` up to `firstNeed[r + 1]`.
 */
export interface Trace {
  readonly name: string;
  readonly rows: number;
  /** Milliseconds, never falling. */
  readonly ts: Float64Array;
  readonly user: Int32Array;
  readonly users: readonly UserId[];
  readonly needs: Int32Array;
  /** One longer than the rows: the last entry is the number of needs. */
  readonly firstNeed: Int32Array;
  readonly components: readonly ComponentId[];
  /** Texts of the commands; an empty string where there is none. Null when no row has one. */
  readonly texts: readonly string[] | null;
}
