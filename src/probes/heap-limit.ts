import { getHeapStatistics } from 'node:v8';
import type { Probe } from './probe.ts';

/** Share of the limit below which the heap is short. */
const short = 0.25;

/**
 * Room in the JavaScript heap of this thread, at whose limit V8 ends the process, whatever memory the machine still has.
 * Garbage counts as used until it is collected: up to a sixth of the limit at half of it, next to nothing close to it. It
 * tells only while it is short: what it has left says nothing of processes and native memory, where most components live.
 */
export function heapLimit(statistics: typeof getHeapStatistics = getHeapStatistics): Probe {
  return {
    name: 'heap-limit',
    read() {
      const { heap_size_limit: limitBytes, used_heap_size: used } = statistics();
      const availableBytes = Math.max(0, limitBytes - used);
      return availableBytes < short * limitBytes ? { availableBytes, limitBytes } : undefined;
    },
  };
}
