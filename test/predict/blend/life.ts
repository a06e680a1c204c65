import { fileURLToPath } from 'node:url';
import { type ComponentId, ms, type UserId } from '../../../src/model/ids.ts';
import type { Prediction, Step } from '../../../src/model/prediction.ts';
import type { Predictor } from '../../../src/predict/predictor.ts';
import { readTrace } from '../../../src/trace/read-trace.ts';

export const ann = 'ann' as UserId;
export const bob = 'bob' as UserId;
export const stranger = 'stranger' as UserId;
export const id = (name: string): ComponentId => name as ComponentId;

export interface Given {
  readonly user?: UserId;
  readonly text?: string;
  readonly tags?: readonly string[];
  readonly at?: number;
}

/** One command with what it demanded: ids with a space between them. */
export function command(
  predictor: Predictor,
  components: string,
  { user = ann, text = '', tags, at = 0 }: Given = {},
): void {
  predictor.command(user, ms(at), tags);
  if (text) predictor.text(user, text);
  for (const component of components.split(' ')) predictor.demand(user, id(component), ms(at));
}

/** Commands of one user, one component each. */
export function commands(predictor: Predictor, components: readonly string[], user = ann): void {
  for (const component of components) command(predictor, component, { user });
}

export const ahead = (predictor: Predictor, step: Step, user = ann, limit = 10): Prediction[] =>
  predictor.forecast(user, ms(0), limit).filter((prediction) => prediction.step === step);

export const best = (predictor: Predictor, step: Step = 1, user = ann): string | undefined =>
  ahead(predictor, step, user, 1)[0]?.component;

/** The probability that a component comes at a step; 0 where it is not among the first ten. */
export const chance = (predictor: Predictor, component: string, step: Step = 1, user = ann): number =>
  ahead(predictor, step, user).find((prediction) => prediction.component === component)?.probability ?? 0;

/** Feeds a trace of the repository, its first `rows` commands. */
export async function relive(predictor: Predictor, name: string, rows: number): Promise<void> {
  const path = fileURLToPath(new URL(`../../../data/traces/${name}.csv.gz`, import.meta.url));
  const { ts, user, users, needs, firstNeed, components, texts, rows: all } = await readTrace(path, rows);
  for (let row = 0; row < all; row++) {
    const given = users[user[row]];
    predictor.command(given, ms(ts[row]));
    if (texts?.[row]) predictor.text(given, texts[row]);
    for (let need = firstNeed[row]; need < firstNeed[row + 1]; need++) {
      predictor.demand(given, components[needs[need]], ms(ts[row]));
    }
  }
}

/** Asks both for all that can be asked of these users. */
export const allAhead = (predictor: Predictor, users: readonly string[], now = 0): Prediction[][] =>
  users.map((user) => predictor.forecast(user as UserId, ms(now), 8));

/** Feeds a source of components to a predictor; how often its first guess was right in the last `measured` commands. */
export function hits(predictor: Predictor, source: () => string, all: number, measured: number, user = ann): number {
  let right = 0;
  for (let done = 0; done < all; done++) {
    const next = source();
    if (done >= all - measured && best(predictor, 1, user) === next) right++;
    command(predictor, next, { user, at: done * 60_000 });
  }
  return right;
}

/** The bytes of a snapshot as text: a name has two for each of its characters, and may begin at any. */
export function namesIn(snapshot: Uint8Array): string {
  const decoder = new TextDecoder('utf-16le');
  return [0, 1].map((from) => decoder.decode(snapshot.subarray(from))).join('\n');
}
