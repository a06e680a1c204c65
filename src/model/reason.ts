/** Why a component was unloaded. */
export type UnloadReason = 'evicted' | 'pressure' | 'idle' | 'conflict' | 'replaced' | 'explicit' | 'shutdown';

/** Why the budget changed: more of it pays, less of it is enough, or somebody asked. */
export type BudgetReason = 'pays' | 'does-not-pay' | 'asked';

/** How a preload ended. `timely`: warm before its first demand. `late`: still loading then. `wasted`: unloaded unused. */
export type Outcome = 'timely' | 'late' | 'wasted' | 'failed' | 'cancelled';

/** Who asked for a load ahead of any demand. */
export type Origin = 'speculative' | 'warming' | 'dependency';

/** Where a component was when a command demanded it. */
export type Found = 'warm' | 'loading' | 'cold';

/** Why a forecast component was not put into a lane, or left it before any load ran. */
export type TurnedAway =
  | 'below-threshold'
  | 'lane-full'
  | 'no-room'
  | 'displaces-more-worth'
  | 'speculative-share'
  | 'conflict'
  | 'pressure'
  | 'recent-failure'
  | 'lapsed'
  | 'demanded';

export type Lane = 'immediate' | 'delayed' | 'background';
/** The lanes, strongest first. */
export const lanes: readonly Lane[] = ['immediate', 'delayed', 'background'];

export type PressureLevel = 'low' | 'medium' | 'high' | 'critical' | 'emergency';
/** The pressure levels, mildest first. */
export const pressureLevels: readonly PressureLevel[] = ['low', 'medium', 'high', 'critical', 'emergency'];

export type ComponentState = 'cold' | 'queued' | 'loading' | 'warm' | 'unloading' | 'failed';
