import { parseBudget } from 'foreload/replay';
import { components } from '../components.js';
import { costOf } from '../cost.js';

/**
 * Loads and uses every component once, which brings its files into the page cache and tells what it costs here and now.
 * One that fails keeps the costs it is declared with.
 * @param {{ signal: AbortSignal, env: NodeJS.ProcessEnv, told: (id: string, cost: object | null, error?: Error) => void }} options
 * @returns {Promise<import('foreload/replay').Cost[]>} in the order of the components
 */
export async function warmUp({ signal, env, told }) {
  const costs = [];
  for (const component of components) {
    const declared = { bytes: parseBudget(component.size).bytes, loadMs: component.loadMs };
    try {
      const measured = await costOf(component.id, { rounds: 1, signal, env });
      const cost = { bytes: heldBytes(component, measured) ?? declared.bytes, loadMs: measured.load };
      costs.push(cost);
      told(component.id, cost);
    } catch (error) {
      signal.throwIfAborted();
      costs.push(declared);
      told(component.id, null, error);
    }
  }
  return costs;
}

/** A thread's memory shows in its host's; a program's is its process tree's. */
function heldBytes({ kind }, { held, host }) {
  const bytes = kind === 'worker' || kind === 'wasm' ? host : held;
  return bytes > 0 ? Math.round(bytes) : null;
}
