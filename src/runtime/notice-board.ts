import type { EventEmitter } from 'node:events';
import type { Notice } from '../model/notice.ts';
import { tell } from '../model/tell.ts';
import { Listeners } from './listeners.ts';

/** Events by kind, and all of them as `notice`. */
export type ForeloadEvents = { readonly [K in Notice['kind']]: [notice: Extract<Notice, { kind: K }>] } & {
  readonly notice: [notice: Notice];
};

/** Tells listeners what happens, one notice after the other, and only while the engine is at rest. */
export class NoticeBoard {
  readonly #listeners = new Listeners();
  // TypeScript can't see that a notice and its kind go together.
  readonly events: EventEmitter<ForeloadEvents> = this.#listeners as unknown as EventEmitter<ForeloadEvents>;
  readonly #outbox: Notice[] = [];
  #held = false;
  #telling = false;
  #open = false;

  /** Who owns the board is ready: from now on notices are told, those of the start once its caller can have listened. */
  open(): void {
    this.#open = true;
    queueMicrotask(() => {
      if (!this.#held) this.#tellAll();
    });
  }

  /** Keeps notices back until {@link release}. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    if (this.#outbox.length > 0) this.#tellAll();
  }

  /**
   * Whether a notice of this kind, if posted now, may find a listener. Most have none: those that come up while notices are
   * held back would only be put off to be told to nobody.
   */
  hears(kind: Notice['kind']): boolean {
    if (!this.#open || this.#outbox.length > 0) return true;
    return this.#listeners.hears(kind);
  }

  /** Tells a notice once all that came before it has been told. */
  post(notice: Notice): void {
    if (!this.hears(notice.kind)) return;
    this.#outbox.push(notice);
    if (!this.#held) this.#tellAll();
  }

  #tellAll(): void {
    if (this.#telling || !this.#open) return;
    this.#telling = true;
    for (let next = this.#outbox.shift(); next; next = this.#outbox.shift()) {
      for (const name of ['notice', next.kind] as const) this.#emit(name, next);
    }
    this.#telling = false;
  }

  #emit(name: Notice['kind'] | 'notice', notice: Notice): void {
    const events = this.#listeners;
    if (events.listenerCount(name) === 0) return;
    for (const listener of events.rawListeners(name)) {
      tell(() => Reflect.apply(listener, events, [notice]));
    }
  }
}
