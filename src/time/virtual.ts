import { type Millis, ms } from '../model/ids.ts';
import type { Clock, Timers } from './clock.ts';

/** A clock that is moved, never waited for: what is due runs in order of time, then of being set. */
export class VirtualTime implements Clock, Timers {
  #now: Millis;
  #order = 0;
  readonly #due: { readonly at: number; readonly order: number; readonly run: () => void }[] = [];

  constructor(start = 0) {
    this.#now = ms(start);
  }

  now(): Millis {
    return this.#now;
  }

  start(after: Millis, run: () => void): () => void {
    const entry = { at: this.#now + Math.max(0, after), order: this.#order++, run };
    this.#due.push(entry);
    return () => {
      const index = this.#due.indexOf(entry);
      if (index >= 0) this.#due.splice(index, 1);
    };
  }

  /** Moves time forward, running everything that falls due on the way, including what that sets. */
  advance(by: number): void {
    this.advanceTo(ms(this.#now + by));
  }

  advanceTo(time: Millis): void {
    for (;;) {
      let next = -1;
      for (let i = 0; i < this.#due.length; i++) {
        const entry = this.#due[i]!;
        if (entry.at > time) continue;
        const best = this.#due[next];
        if (!best || entry.at < best.at || (entry.at === best.at && entry.order < best.order)) next = i;
      }
      if (next < 0) break;
      const [entry] = this.#due.splice(next, 1);
      this.#now = ms(Math.max(this.#now, entry!.at));
      entry!.run();
    }
    this.#now = ms(Math.max(this.#now, time));
  }
}
