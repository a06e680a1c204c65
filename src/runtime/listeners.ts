import { EventEmitter } from 'node:events';
import type { Notice } from '../model/notice.ts';

type Added = Parameters<EventEmitter['on']>;

/** An emitter that remembers what nobody listens to: to count listeners at every demand costs more than to make its notice. */
export class Listeners extends EventEmitter {
  /** What was last found to have no listener; null: one has been added since. */
  #unheard: Notice['kind'] | null = null;

  hears(kind: Notice['kind']): boolean {
    if (kind === this.#unheard) return false;
    const heard = this.listenerCount('notice') > 0 || this.listenerCount(kind) > 0;
    if (!heard) this.#unheard = kind;
    return heard;
  }

  // All other ways to add a listener come down to one of these.
  override on(...added: Added): this {
    this.#unheard = null;
    return super.on(...added);
  }

  override addListener(...added: Added): this {
    this.#unheard = null;
    return super.addListener(...added);
  }

  override prependListener(...added: Added): this {
    this.#unheard = null;
    return super.prependListener(...added);
  }
}
