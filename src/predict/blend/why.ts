import { type ContextTable, countOf, followerOf } from './context-table.ts';
import { type Evidence, voices } from './evidence.ts';
import { contexts, experts, type Judge, judges, type Part } from './experts.ts';
import { stepSalt } from './gather.ts';
import type { Trail } from './trail.ts';
import type { Weights } from './weights.ts';

const felt: Float64Array = new Float64Array(voices);

/** The expert that speaks loudest for a candidate. */
export function loudest(evidence: Evidence, { values }: Weights, candidate: number): number {
  felt.fill(0);
  for (let at = 0; at < evidence.pieces; at++) {
    if (evidence.candidate[at] !== candidate) continue;
    const voice = evidence.voice[at]!;
    felt[voice]! += evidence.share[at]! * values[evidence.weight[at]!]! * evidence.gains[voice]!;
  }
  let most = 0;
  for (let voice = 1; voice < voices; voice++) if (felt[voice]! > felt[most]!) most = voice;
  return most;
}

const judged: Readonly<Record<Judge, string>> = {
  recency: 'it was demanded not long ago',
  popularity: 'it is demanded often',
  order2: 'it often comes at this point',
  kin: 'it belongs to what was demanded last',
  text: 'the words of the command speak for it',
  'earlier-text': 'the words of the command before speak for it',
  advice: 'the trained model expects it',
};

/** What is told of the past that a context stands for, with the names of what came. */
const told: Partial<Record<Part, (names: readonly string[]) => string>> = {
  last: ([last]) => `after ${last}`,
  second: ([, second]) => `after ${second}`,
  third: ([, , third]) => `after ${third}`,
  three: (names) => `around ${names.slice(0, 3).join(', ')}`,
  gap: () => 'at this pace',
  hour: () => 'at this hour',
  weekday: () => 'on this day',
  count: () => 'this early',
  favourite: () => 'by people with alike habits',
};

/** One sentence on why a candidate is expected `step` commands ahead (0: the next), from the expert that carried it. */
export function reason(
  voice: number,
  component: number,
  step: number,
  keys: Int32Array,
  trail: Trail,
  all: ContextTable,
  names: readonly string[],
): string {
  const expert = experts[voice];
  if (!expert) return judged[judges[voice - experts.length]!];
  const later = step === 0 ? '' : ` ${step + 1} commands later`;
  const who = expert.scope === 'user' ? 'for this user' : 'for all users';
  if (expert.returns) return `such a rhythm led back to it${later} ${who}`;
  const table = expert.scope === 'user' ? trail.table : all;
  const row = table.find(keys[expert.context]! ^ stepSalt[step]!);
  let count = 0;
  for (let at = row + 2; row >= 0 && at < row + 2 + table.width; at++) {
    if (followerOf(table.entries[at]!) === component) count = countOf(table.entries[at]!);
  }
  const cases = row < 0 ? 0 : Math.max(count, table.cases(row));
  return `${situation(contexts[expert.context]!, trail, names)} it came${later} ${count} of ${cases} times ${who}`;
}

function situation(of: readonly Part[], trail: Trail, names: readonly string[]): string {
  const past = [...trail.recent].map((component) => names[component] ?? 'the beginning');
  const run = of.filter(
    (part) => part === 'last' || part === 'second' || part === 'third' || part === 'fourth' || part === 'fifth',
  );
  const phrases = of.filter((part) => !(run as readonly Part[]).includes(part)).map((part) => told[part]?.(past) ?? '');
  if (run.length === 1) phrases.unshift(told[run[0]!]?.(past) ?? '');
  if (run.length > 1) phrases.unshift(`after ${past.slice(0, run.length).reverse().join(', ')}`);
  return phrases.length > 0 ? phrases.join(' ') : 'all in all';
}
