import { totalmem } from 'node:os';
import type { Probe } from './probe.ts';

/**
 * Memory that this process can still get: against its cgroup's limit where there is one, else against the machine's.
 * Outside a limit Node reports a limit of about 2^64, so anything above the machine's memory means none.
 */
export function availableMemory(): Probe {
  return {
    name: 'available-memory',
    read() {
      const machine = totalmem();
      const constrained = process.constrainedMemory();
      const limitBytes = constrained > 0 && constrained < machine ? constrained : machine;
      return { availableBytes: Math.min(process.availableMemory(), limitBytes), limitBytes };
    },
  };
}
