// Caches by count from npm beside ours: get, and set what was missing. A package that is not installed is skipped aloud.
import { policyNamed } from '../../dist/residency/policies.js';
import { zipf } from './zipf.mjs';

const packages = {
  'lru-cache': (module, capacity) => new module.LRUCache({ max: capacity }),
  '@neophi/sieve-cache': (module, capacity) => new module.SieveCache(capacity),
  // W-TinyLFU, drawing at random: its ratio varies by about .001.
  transitory: (module, capacity) => {
    const cache = module.newCache().maxSize(capacity).build();
    return { get: (key) => cache.getIfPresent(key) ?? undefined, set: (key, value) => cache.set(key, value) };
  },
};
const ours = ['lru', 'sieve', 's3fifo', 'gdsf', 'worth'];
const modules = {};
for (const name of Object.keys(packages)) {
  try {
    modules[name] = await import(name);
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
    process.stderr.write(`skipped: ${name} is not installed\n`);
  }
}

export function peers(web) {
  warmUp();
  const streams = [{ stream: 'zipf 1.0', keys: zipf(100_000, 1_000_000, 1), capacities: [10_000] }];
  if (web) streams.unshift({ stream: web.name, keys: web.keys, capacities: [137, 687, 1375, 2751] });
  const results = [];
  for (const { stream, keys, capacities } of streams) {
    for (const capacity of capacities) {
      for (const [name, module] of Object.entries(modules)) {
        results.push({ stream, name, capacity, ...run(keys, fromPackage(packages[name](module, capacity))) });
      }
      for (const name of ours) {
        results.push({ stream, name, capacity, ...run(keys, fromPolicy(policyNamed(name), capacity)) });
      }
    }
  }
  return results;
}

/** Runs everything once beside the scored runs: code that has not run yet is slow. */
function warmUp() {
  const keys = zipf(10_000, 100_000, 1);
  for (const [name, module] of Object.entries(modules)) run(keys, fromPackage(packages[name](module, 1000)));
  for (const name of ours) run(keys, fromPolicy(policyNamed(name), 1000));
}

/** @param demand serves one key, true if it was there */
function run(keys, demand) {
  let hits = 0;
  const began = performance.now();
  for (const key of keys) if (demand(key)) hits++;
  return { hit: hits / keys.length, mops: keys.length / (performance.now() - began) / 1000 };
}

function fromPackage(cache) {
  return (key) => {
    if (cache.get(key) !== undefined) return true;
    cache.set(key, key);
    return false;
  };
}

/** A map of what is held, as an application would keep it, evicted by one of our policies. */
function fromPolicy(policy, capacity) {
  const held = new Map();
  policy.budget(capacity);
  return (key) => {
    policy.touch(key, 0);
    if (held.get(key) !== undefined) return true;
    if (held.size === capacity) {
      const [victim] = policy.victims(0);
      policy.remove(victim, true);
      held.delete(victim);
    }
    policy.insert(key, 1, 1, 0, false);
    held.set(key, key);
    return false;
  };
}
