import { getHeapStatistics } from 'node:v8';
import type { Probe } from './probe.ts';

/**
 * Room in the JavaScript heap of this thread, at whose limit V8 ends the process, whatever memory the machine still has.
 * Garbage counts as used until it is collected: up to a sixth of the limit at half of it, next to nothing close to it.
 */
export function heapLimit(statistics: typeof getHeapStatistics = getHeapStatistics): Probe {
  return {
    name: 'heap-limit',
    read() {
      const { heap_size_limit: limitBytes, used_heap_size: used } = statistics();
      return { availableBytes: Math.max(0, limitBytes - used), limitBytes };
    },
  };
}
