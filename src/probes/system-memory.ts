import { availableMemory } from './available-memory.ts';
import { freeMemory } from './free-memory.ts';
import { heapLimit } from './heap-limit.ts';
import { linuxMemory } from './linux-memory.ts';
import { macosMemory } from './macos-memory.ts';
import type { Probe } from './probe.ts';
import { worstOf } from './worst-of.ts';

/** The best that is known of memory on this platform, and the JavaScript heap's own limit: the tightest counts. */
export function systemMemory(platform: NodeJS.Platform = process.platform): Probe {
  return worstOf(platformMemory(platform), heapLimit());
}

function platformMemory(platform: NodeJS.Platform): Probe {
  if (platform === 'linux') return linuxMemory();
  if (platform === 'darwin') return macosMemory();
  return platform === 'win32' ? freeMemory() : availableMemory();
}
