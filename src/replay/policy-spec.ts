import { ForeloadError } from '../model/errors.ts';
import { type PolicyName, policyNames } from '../residency/policies.ts';

/** How one policy of a comparison is run. */
export interface PolicySpec {
  /** As it was given: the key of its results. */
  readonly name: string;
  readonly eviction: PolicyName | 'belady' | 'clairvoyant' | 'hybrid';
  /** Forecasts, and lets them have a say in what leaves memory. */
  readonly forecast: boolean;
  readonly speculation: boolean;
  /** Unloaded when idle for this long. */
  readonly idleMs: number | null;
  /** What one MB (or slot) held for an hour is worth, in ms of waiting. */
  readonly keep: number | null;
}

/** What `--policies` takes. */
export const knownPolicies: string = [
  'foreload',
  ...policyNames,
  'keepalive:10m',
  'keep:5',
  'foreload:keep=5',
  'hybrid',
  'belady',
  'clairvoyant',
].join(', ');
const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

const plain = { eviction: 'lru', forecast: false, speculation: false, idleMs: null, keep: null } as const;

/**
 * Reads one policy of `--policies`.
 * @throws ForeloadError `unknown-policy`
 */
export function parsePolicy(name: string): PolicySpec {
  switch (name) {
    case 'foreload':
      return { ...plain, name, eviction: 'worth', forecast: true, speculation: true };
    case 'belady':
    case 'clairvoyant':
    case 'hybrid':
      return { ...plain, name, eviction: name };
    default: {
      const price = /^(keep:|foreload:keep=)(\d+(?:\.\d+)?)$/.exec(name);
      if (price) {
        const speculation = price[1] !== 'keep:';
        return { ...plain, name, eviction: 'worth', forecast: true, speculation, keep: Number(price[2]) };
      }
      const named = policyNames.find((policy) => policy === name);
      if (named) return { ...plain, name, eviction: named };
      const match = /^keepalive:(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(name);
      const idleMs = match ? Number(match[1]) * units[match[2]!]! : 0;
      if (idleMs > 0) return { ...plain, name, idleMs };
      throw new ForeloadError('unknown-policy', {
        what: 'no such policy',
        found: JSON.stringify(name),
        remedy: `use some of ${knownPolicies}; keepalive takes a time such as 90s, 10m or 1h, keep a price in ms of waiting for an MB and hour`,
      });
    }
  }
}
