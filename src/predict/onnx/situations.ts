import type { ComponentId, Millis, UserId } from '../../model/ids.ts';
import { ms } from '../../model/ids.ts';
import type { Situation } from '../../model/situation.ts';
import { Generations } from '../generations.ts';
import { hashedWords, hashWord } from '../words.ts';

/** Users whose situation is remembered, at most 2 KB each. The longest unused are forgotten first. */
const userLimit = 20_000;
/** Demands of a user that are remembered. */
const recentLimit = 20;
/** Earlier commands whose words are remembered. */
const saidLimit = 3;
/** Words beyond this many in one text add little; a bound keeps the cost of one command bounded. */
const wordLimit = 64;

interface Trail {
  /** Numbers the latest thing that the user did. */
  moment: number;
  began: Millis | null;
  gapMs: Millis | null;
  readonly recent: ComponentId[];
  /** What the present command has demanded. */
  readonly demanded: ComponentId[];
  /** Of the present command. */
  tags: readonly number[];
  words: readonly number[];
  /** Of the command that is being typed. */
  draft: readonly number[];
  said: readonly (readonly number[])[];
}

/** Follows what users do, as a {@link Predictor} does, and tells the situation that each of them is in. */
export class Situations {
  readonly #trails = new Generations<UserId, Trail>(userLimit);
  #moments = 0;

  command(user: UserId, now: Millis, tags: readonly string[] = []): void {
    const trail = this.#moved(user);
    trail.said = saidBy(trail);
    trail.gapMs = trail.began === null ? null : ms(now - trail.began);
    trail.began = now;
    trail.demanded.length = 0;
    trail.draft = [];
    trail.tags = tags.map((tag) => hashWord(`#${tag}`));
    trail.words = trail.tags;
  }

  text(user: UserId, text: string): void {
    const trail = this.#moved(user);
    trail.words = [...new Set([...trail.tags, ...wordsOf(text)])];
  }

  /** What has been typed so far of a command that is not given yet. */
  partial(user: UserId, text: string): void {
    this.#moved(user).draft = [...new Set(wordsOf(text))];
  }

  demand(user: UserId, component: ComponentId): void {
    const trail = this.#moved(user);
    if (trail.demanded.includes(component)) return;
    trail.demanded.push(component);
    trail.recent.unshift(component);
    if (trail.recent.length > recentLimit) trail.recent.pop();
  }

  of(user: UserId, now: Millis): Situation {
    const trail = this.#trails.get(user) ?? newTrail();
    const drafted = trail.draft.length > 0;
    // What is typed beside a command that demanded nothing is the one after it.
    const announced = trail.began !== null && trail.demanded.length === 0 && !drafted;
    return {
      user,
      at: now,
      recent: [...trail.recent],
      gapMs: trail.gapMs,
      announced,
      words: announced ? trail.words : trail.draft,
      said: announced ? trail.said : saidBy(trail),
    };
  }

  /** When the user gave their latest command; null: they gave none. */
  lastOf(user: UserId): Millis | null {
    return this.#trails.get(user)?.began ?? null;
  }

  /** Grows whenever the user does anything: what was found out for an earlier moment is stale. */
  momentOf(user: UserId): number {
    return this.#trails.get(user)?.moment ?? 0;
  }

  forget(user: UserId): void {
    this.#trails.delete(user);
  }

  #moved(user: UserId): Trail {
    let trail = this.#trails.get(user);
    if (!trail) {
      trail = newTrail();
      this.#trails.set(user, trail);
    }
    trail.moment = ++this.#moments;
    return trail;
  }
}

const newTrail = (): Trail => ({
  moment: 0,
  began: null,
  gapMs: null,
  recent: [],
  demanded: [],
  tags: [],
  words: [],
  draft: [],
  said: [],
});

const wordsOf = (text: string): number[] => hashedWords(text).slice(0, wordLimit);

/** The words of the commands so far, the present one included. */
function saidBy({ words, said }: Trail): readonly (readonly number[])[] {
  return words.length === 0 ? said : [words, ...said].slice(0, saidLimit);
}
