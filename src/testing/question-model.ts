import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import type { UserId } from '../model/ids.ts';
import { promise } from './promise.ts';

/** What names a question to the trained model. */
export type Question = Pick<Extract<EngineEvent, { kind: 'inferred' }>, 'user' | 'moment'>;

/** What the trained model is asked, and which answers still count. */
export class QuestionModel {
  /** The latest first. */
  readonly all: Question[] = [];
  /** Of each user the question that may still be answered: they have done nothing since. */
  readonly #fresh = new Map<UserId, number>();

  before(event: EngineEvent): void {
    if (stirs(event)) this.#fresh.delete(event.user);
  }

  asked({ moment, situation: { user } }: Extract<Effect, { kind: 'infer' }>, event: EngineEvent): void {
    promise(event.kind !== 'inferred', 'an answer leads to no question');
    this.all.unshift({ user, moment });
    this.#fresh.set(user, moment);
  }

  /** Whether the user did something after this was asked. */
  isStale({ user, moment }: Question): boolean {
    return this.#fresh.get(user) !== moment;
  }
}

/** Whether a user does something that the trained model goes by. */
const stirs = (
  event: EngineEvent,
): event is Extract<EngineEvent, { kind: 'command' | 'text' | 'partial' | 'demand' }> =>
  event.kind === 'command' || event.kind === 'text' || event.kind === 'partial' || event.kind === 'demand';
