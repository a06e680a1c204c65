import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
/** Collects what nobody holds any more. */
export const collectGarbage: () => void = runInNewContext('gc') as () => void;
const mostTurns = 50;

/** Whether an object is collected once nobody else holds it. */
export async function collected(ref: WeakRef<object>): Promise<boolean> {
  for (let turns = 0; turns < mostTurns && ref.deref() !== undefined; turns++) {
    // A target that was looked at is held until the turn ends.
    await turn();
    collectGarbage();
  }
  return ref.deref() === undefined;
}
