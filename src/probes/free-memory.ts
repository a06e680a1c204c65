import { freemem, totalmem } from 'node:os';
import type { Probe } from './probe.ts';

/**
 * Free memory of the machine. Right on Windows, where it counts what can be had at once, standby pages included; not on
 * Linux and macOS, where what caches hold is missing from it.
 */
export function freeMemory({
  free = freemem,
  total = totalmem,
}: {
  readonly free?: () => number;
  readonly total?: () => number;
} = {}): Probe {
  return { name: 'free-memory', read: () => ({ availableBytes: free(), limitBytes: total() }) };
}
