// How many demands a second each policy serves with 100,000 components in memory.
import { policyNamed } from '../../dist/residency/policies.js';
import { zipf } from './zipf.mjs';

const resident = 100_000;
const demands = 300_000;

export function speeds(names) {
  const stream = zipf(4 * resident, demands, 0.6);
  return names.map((policy) => ({ policy, kops: demands / measure(policyNamed(policy), stream) }));
}

/** Ms for all demands; memory is full from the start. */
function measure(policy, stream) {
  const held = new Uint8Array(4 * resident);
  policy.budget(resident);
  for (let key = 0; key < resident; key++) {
    policy.insert(key, 1, 1, 0, false);
    held[key] = 1;
  }
  const began = performance.now();
  for (const key of stream) {
    policy.touch(key, 0);
    if (held[key]) continue;
    const [victim] = policy.victims(0);
    policy.remove(victim, true);
    held[victim] = 0;
    policy.insert(key, 1, 1, 0, false);
    held[key] = 1;
  }
  return performance.now() - began;
}
