import { ForeloadError } from '../model/errors.ts';
import { type PolicyName, policyNames } from '../residency/policies.ts';

/** How one policy of a comparison is run. */
export interface PolicySpec {
  /** As it was given: the key of its results. */
  readonly name: string;
  readonly eviction: PolicyName | 'belady' | 'clairvoyant';
  readonly speculation: boolean;
  /** Unloaded when idle for this long. */
  readonly idleMs: number | null;
}

/** What `--policies` takes. */
export const knownPolicies: string = ['foreload', ...policyNames, 'keepalive:10m', 'belady', 'clairvoyant'].join(', ');
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Reads one policy of `--policies`.
 * @throws ForeloadError `unknown-policy`
 */
export function parsePolicy(name: string): PolicySpec {
  switch (name) {
    case 'foreload':
      return { name, eviction: 'worth', speculation: true, idleMs: null };
    case 'belady':
    case 'clairvoyant':
      return { name, eviction: name, speculation: false, idleMs: null };
    default: {
      const named = policyNames.find((policy) => policy === name);
      if (named) return { name, eviction: named, speculation: false, idleMs: null };
      const match = /^keepalive:(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(name);
      const idleMs = match ? Number(match[1]) * units[match[2]!]! : 0;
      if (idleMs > 0) return { name, eviction: 'lru', speculation: false, idleMs };
      throw new ForeloadError('unknown-policy', {
        what: 'no such policy',
        found: JSON.stringify(name),
        remedy: `use some of ${knownPolicies}; keepalive takes a time such as 90s, 10m or 1h`,
      });
    }
  }
}
