import { totalmem } from 'node:os';
import type { Probe } from './probe.ts';

/**
 * Memory that this process can still get, by what Node itself knows: for platforms without a probe of their own, and where
 * theirs fails. Inside a control group it takes files in the cache for used. Outside a limit Node reports one of about
 * 2^64, so anything above the machine's memory means none.
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
