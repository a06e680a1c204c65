import { type ComponentId, type Millis, ms, type UserId } from '../model/ids.ts';
import type { Predictor } from '../predict/predictor.ts';
import type { Trace } from '../trace/trace.ts';

/** One need, or a row that demands nothing. */
export interface Need {
  readonly row: number;
  readonly user: UserId;
  readonly component: ComponentId | null;
  readonly now: Millis;
  readonly text: string;
  /** It is its row's last. */
  readonly last: boolean;
}

/** The needs of a trace in order, the rows without any among them. */
export function* needsOf(trace: Trace): Iterable<Need> {
  for (let row = 0; row < trace.rows; row++) {
    const user = trace.users[trace.user[row]!]!;
    const shape = { row, user, now: ms(trace.ts[row]!), text: trace.texts?.[row] ?? '' };
    const end = trace.firstNeed[row + 1]!;
    let need = trace.firstNeed[row]!;
    if (need === end) yield { ...shape, component: null, last: true };
    for (; need < end; need++)
      yield { ...shape, component: trace.components[trace.needs[need]!]!, last: need + 1 === end };
  }
}

/** Lets a predictor learn from one need as a command of its own; the text of a row comes after the row's last need. */
export function observe(predictor: Predictor, { user, component, now, text, last }: Need, learnText: boolean): void {
  predictor.command(user, now);
  if (component !== null) predictor.demand(user, component, now);
  if (last && learnText && text !== '') predictor.text(user, text);
}

/** How many needs each user has. */
export function needsByUser(trace: Trace): Map<UserId, number> {
  const left = new Map<UserId, number>();
  for (const { user, component } of needsOf(trace)) if (component !== null) left.set(user, (left.get(user) ?? 0) + 1);
  return left;
}

/** Needs of the scored rows. */
export function scoredNeeds(trace: Trace, scoreFrom: number): number {
  return trace.needs.length - trace.firstNeed[Math.ceil(scoreFrom * trace.rows)]!;
}
