import { type LoadPlan, plan } from '../graph/plan.ts';
import { reachableFrom } from '../graph/links.ts';
import { ForeloadError } from '../model/errors.ts';
import { closest } from '../model/closest.ts';
import type { PlanInput } from './plan-input.ts';

/** A plan, and what it was made for. */
export interface Planned {
  readonly input: PlanInput;
  readonly plan: LoadPlan;
  readonly targets: readonly number[];
  /** In memory already. */
  readonly warm: readonly number[];
  readonly workers: number;
  readonly budget: number | null;
  /** Bytes in memory, from each time on; the first is time 0. */
  readonly memory: readonly { readonly at: number; readonly bytes: number }[];
}

export interface Wanted {
  readonly targets: readonly string[];
  readonly warm: readonly string[];
  readonly workers: number | undefined;
  readonly budget: number | undefined;
}

const usualWorkers = 9;

/** Plans for the components named; none means all. @throws ForeloadError saying what can't be, and why. */
export function planFor(input: PlanInput, wanted: Wanted): Planned {
  const { loads, names } = input;
  const numberOf = new Map(names.map((name, node) => [name, node]));
  const named = (name: string): number => numberOf.get(name) ?? refuseUnknown(name, names);
  const targets = wanted.targets.length > 0 ? [...new Set(wanted.targets.map(named))] : [...names.keys()];
  const needed = reachableFrom(loads.dependencies, targets);
  refuseConflicts(input, targets, needed);
  // What is warm rests on warm components.
  const warm = [...reachableFrom(loads.dependencies, wanted.warm.map(named))];
  const opposed = opposedTo(input, needed, warm);
  // What rests on something that has to go, goes too.
  const leaving = new Set(
    reachableFrom(
      loads.dependants,
      warm.filter((node) => opposed.has(node)),
    ),
  );
  const staying = warm.filter((node) => !leaving.has(node));
  const workers = wanted.workers ?? input.workers ?? usualWorkers;
  const budget = wanted.budget ?? input.budget;
  const made = plan(loads, { targets, warm: staying, workers, ...(budget === null ? {} : { budget }) });
  const first = warm.filter((node) => leaving.has(node)).map((node) => ({ node, at: 0 }));
  const whole = { ...made, leaves: [...first, ...made.leaves] };
  return { input, plan: whole, targets, warm, workers, budget, memory: memoryOf(input, whole, warm) };
}

/** What can't stay warm beside what is needed: what conflicts with it, and of a group as many as are too many, the first named first. */
function opposedTo({ conflicts, groups }: PlanInput, needed: Int32Array, warm: readonly number[]): ReadonlySet<number> {
  const opposed = new Set<number>();
  const among = new Set(needed);
  for (const node of needed) for (const other of conflicts[node]!) opposed.add(other);
  for (const { atMost, members } of groups) {
    const own = members.filter((node) => among.has(node)).length;
    const others = warm.filter((node) => members.includes(node) && !among.has(node) && !opposed.has(node));
    if (own > 0) for (const other of others.slice(0, Math.max(0, own + others.length - atMost))) opposed.add(other);
  }
  return opposed;
}

function memoryOf({ loads: { bytes } }: PlanInput, made: LoadPlan, warm: readonly number[]): Planned['memory'] {
  const steps = new Map<number, number>([[0, warm.reduce((sum, node) => sum + bytes[node]!, 0)]]);
  const add = (at: number, by: number): void => void steps.set(at, (steps.get(at) ?? 0) + by);
  made.order.forEach((node, place) => add(made.starts[place]!, bytes[node]!));
  for (const { node, at } of made.leaves) add(at, -bytes[node]!);
  let held = 0;
  return [...steps]
    .sort(([a], [b]) => a - b)
    .map(([at, by]) => {
      held += by;
      return { at, bytes: held };
    });
}

function refuseUnknown(name: string, names: readonly string[]): never {
  const like = closest(name, names);
  const some = names.slice(0, 3);
  throw new ForeloadError('invalid-option', {
    what: `no component is named ${JSON.stringify(name)}`,
    remedy:
      like.length > 0
        ? `did you mean ${like.join(' or ')}?`
        : `give one of ${some.join(', ')}${names.length > some.length ? ', ...' : ''}`,
  });
}

/** All targets are to be warm at once: what they need must go together. */
function refuseConflicts(
  { conflicts, groups, loads, names }: PlanInput,
  targets: readonly number[],
  needed: Int32Array,
): void {
  const among = new Set(needed);
  for (const node of needed) {
    const other = conflicts[node]!.find((other) => among.has(other));
    if (other === undefined) continue;
    const above = (member: number): string => {
      const users = new Set(reachableFrom(loads.dependants, [member]));
      const target = targets.find((target) => users.has(target));
      return target === undefined || target === member
        ? `"${names[member]}"`
        : `"${names[member]}" (for "${names[target]}")`;
    };
    throw new ForeloadError('dependency-conflict', {
      what: `${above(node)} and ${above(other)} can't be warm at once`,
      found: 'that they conflict',
      remedy: 'plan for one of them at a time',
    });
  }
  for (const { name, atMost, members } of groups) {
    const together = members.filter((node) => among.has(node));
    if (together.length <= atMost) continue;
    throw new ForeloadError('dependency-conflict', {
      what: `${together.map((node) => `"${names[node]}"`).join(', ')} can't be warm at once`,
      found: `that at most ${atMost} of group "${name}" may be`,
      remedy: 'plan for fewer of them at a time',
    });
  }
}
