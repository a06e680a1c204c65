import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

const intervalMs = 250;

/**
 * Measures, from outside, what a process and all its descendants hold together, four times a second: proportional
 * memory (PSS), so that pages they share count once.
 * @param {number} root
 * @returns {{ stop: () => Promise<{ mean: number, peak: number, samples: number } | null> }} null where there is no /proc
 */
export function sampleMemory(root) {
  const samples = [];
  const stopped = new AbortController();
  const sampling = sample();
  return {
    async stop() {
      stopped.abort();
      await sampling;
      if (samples.length === 0) return null;
      const sum = samples.reduce((sum, bytes) => sum + bytes, 0);
      return { mean: sum / samples.length, peak: Math.max(...samples), samples: samples.length };
    },
  };

  async function sample() {
    while (!stopped.signal.aborted) {
      const sizes = await Promise.all(treeOf(root).map(pssOf));
      const bytes = sizes.reduce((sum, size) => sum + size, 0);
      if (bytes > 0) samples.push(bytes);
      await delay(intervalMs, undefined, { signal: stopped.signal }).catch(() => {});
    }
  }
}

/** A process and its descendants; empty where there is no /proc. */
function treeOf(root) {
  if (process.platform !== 'linux') return [];
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(name);
    children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const tree = [root];
  for (const pid of tree) tree.push(...(children.get(pid) ?? []));
  return tree;
}

function parentOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The program's name is in parentheses and may itself hold spaces and parentheses.
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    // It ended while we looked.
    return 0;
  }
}

/** 0 for one that has ended. */
async function pssOf(pid) {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'latin1').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1] ?? 0) * 1024;
}
