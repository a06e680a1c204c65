import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import type { UserId } from '../model/ids.ts';
import { type Asker, askerOf, batchLimit, type ForecastModel } from '../predict/onnx/forecast-model.ts';

type Question = Extract<Effect, { kind: 'infer' }>;

/** Users whose question waits, at most; the longest waiting are left without an answer. */
const waitingLimit = 256;

/** What a forecaster works with, and whom it tells. */
export interface ForecasterParts {
  readonly open: () => Promise<ForecastModel>;
  readonly answer: (event: Extract<EngineEvent, { kind: 'inferred' }>) => void;
  readonly ready: (model: ForecastModel) => void;
  /** It is not asked again. */
  readonly failed: (error: Error) => void;
}

/**
 * Has a trained model answer what the engine asks, beside everything else. What comes while the model opens or runs waits,
 * the latest question of each user only, and is then answered in one run. A model that hangs leaves a bounded few waiting.
 */
export class Forecaster {
  readonly #parts: ForecasterParts;
  readonly #waiting = new Map<UserId, Question>();
  #model: ForecastModel | null = null;
  #ask: Asker | null = null;
  #busy = false;
  #ended = false;

  constructor(parts: ForecasterParts) {
    this.#parts = parts;
    void this.#open();
  }

  ask(question: Question): void {
    if (this.#ended) return;
    const { user } = question.situation;
    this.#waiting.delete(user);
    this.#waiting.set(user, question);
    if (this.#waiting.size > waitingLimit) this.#waiting.delete(this.#waiting.keys().next().value!);
    void this.#work();
  }

  /** A run that is under way is not waited for; its answer is dropped. */
  async close(): Promise<void> {
    this.#ended = true;
    this.#waiting.clear();
    if (!this.#busy) await this.#release();
  }

  async #open(): Promise<void> {
    try {
      this.#model = await this.#parts.open();
      this.#ask = askerOf(this.#model);
    } catch (error) {
      this.#fail(error);
    }
    if (this.#ended || !this.#model) return this.#release();
    this.#parts.ready(this.#model);
    return this.#work();
  }

  async #work(): Promise<void> {
    if (this.#busy || !this.#ask || this.#waiting.size === 0) return;
    this.#busy = true;
    // All that is asked in one go is answered in one run.
    await Promise.resolve();
    while (this.#waiting.size > 0) await this.#run(this.#ask);
    this.#busy = false;
    if (this.#ended) await this.#release();
  }

  async #run(ask: Asker): Promise<void> {
    const questions = [...this.#waiting.values()].slice(0, batchLimit);
    for (const { situation } of questions) this.#waiting.delete(situation.user);
    let answers: Awaited<ReturnType<Asker>>;
    try {
      answers = await ask(questions.map(({ situation }) => situation));
    } catch (error) {
      return this.#fail(error);
    }
    questions.forEach(({ moment, situation: { user } }, index) => {
      if (!this.#ended) this.#parts.answer({ kind: 'inferred', user, moment, predictions: answers[index]! });
    });
  }

  #fail(error: unknown): void {
    this.#waiting.clear();
    if (this.#ended) return;
    this.#ended = true;
    this.#parts.failed(asError(error));
  }

  async #release(): Promise<void> {
    const model = this.#model;
    this.#model = null;
    try {
      await model?.close?.();
    } catch (error) {
      this.#parts.failed(asError(error));
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
