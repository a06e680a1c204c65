import process from 'node:process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Bytes of JavaScript memory in use after a full collection that leaves `alive`; typed arrays included. */
export function heapBytes(alive: unknown): number {
  collect ??= collector();
  held.push(alive);
  // What a finalizer frees, such as the buffers of a stream, is gone only after the next collection.
  collect();
  collect();
  held.pop();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

let collect: (() => void) | undefined;
/** Keeps from collection what its owner may not need any more. */
const held: unknown[] = [];

/** Node hides its collector unless started with --expose-gc; a context made after the flag is set has it. */
function collector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  setFlagsFromString('--no-expose-gc');
  return gc;
}
