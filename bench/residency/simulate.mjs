/**
 * A cache of `capacity` bytes run by an eviction policy, as the engine drives it: every request is a demand, a miss
 * inserts, what is larger than the cache, or than `largest`, bypasses it. Loads take no time.
 * @returns misses, missed bytes and missed cost, each as a share of all requests'
 */
export function simulate(
  { length, ts, keys, sizes, costs },
  policy,
  capacity,
  { until = length, largest = capacity } = {},
) {
  const held = new Uint8Array(keys.reduce((most, key) => Math.max(most, key), 0) + 1);
  const bytes = new Float64Array(held.length);
  const total = { object: 0, byte: 0, cost: 0 };
  const missed = { object: 0, byte: 0, cost: 0 };
  const count = (into, at) => {
    into.object++;
    into.byte += sizes[at];
    into.cost += costs[at];
  };
  let free = capacity;
  policy.budget(capacity);
  for (let at = 0; at < until; at++) {
    const key = keys[at];
    count(total, at);
    policy.touch(key, ts[at]);
    if (held[key]) continue;
    count(missed, at);
    const size = sizes[at];
    if (size > largest) continue;
    if (size > free) {
      const victims = [];
      let coming = free;
      for (const victim of policy.victims(ts[at])) {
        victims.push(victim);
        coming += bytes[victim];
        if (coming >= size) break;
      }
      for (const victim of victims) {
        policy.remove(victim, true);
        held[victim] = 0;
        free += bytes[victim];
      }
    }
    policy.insert(key, size, costs[at], ts[at], false);
    held[key] = 1;
    bytes[key] = size;
    free -= size;
  }
  return { object: missed.object / total.object, byte: missed.byte / total.byte, cost: missed.cost / total.cost };
}
