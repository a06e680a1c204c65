import type { ReportData } from './report-data.ts';

/** What a policy is to the reader: what the page is about, what it is measured against, the bound, or one more. */
export type PolicyRole = 'ours' | 'baseline' | 'ceiling' | 'other';

/** How a policy looks in every chart. `colour` names a custom property of the palette. */
export interface PolicyLook {
  readonly role: PolicyRole;
  readonly colour: string;
  readonly width: number;
  readonly dash: readonly number[];
}

/** How many `--policy-N` colours the palette has. */
const colours = 6;

export function roleOf(policy: string): PolicyRole {
  if (policy === 'foreload') return 'ours';
  if (policy === 'lru') return 'baseline';
  return policy === 'clairvoyant' ? 'ceiling' : 'other';
}

/** Every policy that any part of the data names, in order of appearance. */
export function policyNames(data: ReportData): readonly string[] {
  return [
    ...new Set([
      ...data.policies.map((figures) => figures.policy),
      ...data.curve.flatMap((point) => Object.keys(point.warmRate)),
      ...data.responses.map((response) => response.policy),
      ...data.pictures.map((picture) => picture.policy),
    ]),
  ];
}

/** One look per policy: ours stands out, LRU recedes, the ceiling is dashed, the others share the palette. */
export function policyLooks(names: readonly string[]): ReadonlyMap<string, PolicyLook> {
  const others = names.filter((name) => roleOf(name) === 'other');
  return new Map(names.map((name) => [name, look(name, others.indexOf(name))]));
}

function look(policy: string, index: number): PolicyLook {
  const role = roleOf(policy);
  if (role === 'ours') return { role, colour: '--policy-ours', width: 3.5, dash: [] };
  if (role === 'baseline') return { role, colour: '--policy-baseline', width: 2.5, dash: [] };
  if (role === 'ceiling') return { role, colour: '--policy-ceiling', width: 1.75, dash: [7, 5] };
  const again = index >= colours;
  return { role, colour: `--policy-${index % colours}`, width: 1.75, dash: again ? [2, 3] : [] };
}
