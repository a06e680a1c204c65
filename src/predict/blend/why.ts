import type { ContextTable } from './context-table.ts';
import { contexts, experts, type Judge, judges, type Part } from './experts.ts';
import { stepSalt } from './world.ts';
import type { Trail } from './trail.ts';

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
  three: (names) => `around ${names.slice(0, 3).join(', ')}`,
  gap: () => 'at this pace',
  hour: () => 'at this hour',
  weekday: () => 'on this day',
  count: () => 'this early',
  favourite: () => 'by people with alike habits',
};

/** One sentence on why a component is expected, from the expert that carried it. Written only when it is read. */
export class Reasons {
  readonly #recent: Int32Array;
  readonly #trail: Trail;
  readonly #all: ContextTable;
  readonly #names: readonly string[];

  constructor(trail: Trail, all: ContextTable, names: readonly string[]) {
    this.#recent = trail.recent.slice();
    this.#trail = trail;
    this.#all = all;
    this.#names = names;
  }

  /** @param step how many commands later than the coming one */
  of(voice: number, component: number, step: number, keys: Int32Array): () => string {
    const expert = experts[voice];
    if (!expert) return () => judged[judges[voice - experts.length]!];
    const who = expert.scope === 'user' ? 'for this user' : 'for all users';
    if (expert.returns) return () => `such a rhythm led back to it${later[step]} ${who}`;
    const table = expert.scope === 'user' ? this.#trail.table : this.#all;
    const row = table.find(keys[expert.context]! ^ stepSalt[step]!);
    const count = row < 0 ? 0 : table.count(row, component);
    const cases = row < 0 ? 0 : Math.max(count, table.cases(row));
    return () =>
      `${this.#situation(contexts[expert.context]!)} it came${later[step]} ${count} of ${cases} times ${who}`;
  }

  #situation(of: readonly Part[]): string {
    const past = Array.from(this.#recent, (component) => this.#names[component] ?? 'the beginning');
    const run = of.filter((part) => ordinals.includes(part)).length;
    const phrases = of.slice(run).map((part) => told[part]?.(past) ?? '');
    if (run === 1) phrases.unshift(`after ${past[ordinals.indexOf(of[0]!)]}`);
    if (run > 1) phrases.unshift(`after ${past.slice(0, run).toReversed().join(', ')}`);
    return phrases.length > 0 ? phrases.join(' ') : 'all in all';
  }
}

const later: readonly string[] = ['', ' 2 commands later', ' 3 commands later'];
/** Parts that come first in every context. */
const ordinals: readonly Part[] = ['last', 'second', 'third', 'fourth', 'fifth'];
