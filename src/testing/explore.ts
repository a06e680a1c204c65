import { type Rng, seededRng } from '../time/clock.ts';
import { VirtualWorld, type VirtualWorldOptions } from './virtual-world.ts';
import type { WorldAction } from './world-action.ts';
import { randomActions } from './world-schedule.ts';

/** A schedule that breaks a promise, made as short as can be. */
export interface Failure {
  readonly seed: number;
  readonly actions: readonly WorldAction[];
  readonly error: Error;
}

/**
 * Plays a random schedule drawn from a seed, then lets everything settle and closes. Null if every promise was kept;
 * otherwise the shortest part of the schedule that still breaks one.
 * @param make the world of a seed; called anew for each attempt to shorten the schedule, always with the same numbers
 * @param count told how many events the engine was given, attempts to shorten left out
 */
export function explore(
  seed: number,
  length: number,
  make: (rng: Rng) => VirtualWorldOptions,
  count?: (events: number) => void,
): Failure | null {
  const actions = randomActions(seededRng(seed), length);
  const error = play(actions, make(seededRng(seed)), count);
  if (!error) return null;
  const short = shrink(actions, (part) => play(part, make(seededRng(seed))) !== null);
  return { seed, actions: short, error: play(short, make(seededRng(seed))) ?? error };
}

/** Plays a schedule to its end. What it breaks, or null. */
export function play(
  actions: readonly WorldAction[],
  options: VirtualWorldOptions,
  count: (events: number) => void = () => undefined,
): Error | null {
  const world = new VirtualWorld(options);
  try {
    for (const action of actions) world.act(action);
    world.settle();
    world.close();
    return null;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  } finally {
    count(world.events);
  }
}

/** A failure as one text: what broke, and a schedule to break it again. */
export function describeFailure({ seed, actions, error }: Failure): string {
  return [`${error.message} (seed ${seed})`, ...actions.map((action) => `  ${JSON.stringify(action)},`)].join('\n');
}

/** Leaves out whatever is not needed to fail: halves first, then ever smaller pieces, down to single actions. */
export function shrink<T>(list: readonly T[], fails: (part: readonly T[]) => boolean): readonly T[] {
  let left = list;
  for (let size = Math.ceil(left.length / 2); size > 0; ) {
    const before = left.length;
    for (let at = 0; at < left.length; ) {
      const part = [...left.slice(0, at), ...left.slice(at + size)];
      if (fails(part)) left = part;
      else at += size;
    }
    if (size > 1) size = Math.ceil(size / 2);
    else if (left.length === before) return left;
  }
  return left;
}
