import { Queue, type Queued } from './queue.ts';

interface Ghost extends Queued<Ghost> {
  readonly component: number;
  readonly bytes: number;
}

/** Names of what was evicted lately, as many as would fill a memory of a given size; the oldest is forgotten first. */
export class Ghosts {
  readonly #queue = new Queue<Ghost>();
  readonly #ghosts = new Map<number, Ghost>();
  #bytes = 0;
  #limit = 0;

  limit(bytes: number): void {
    this.#limit = bytes;
    this.#forget();
  }

  add(component: number, bytes: number): void {
    this.take(component);
    const ghost = { component, bytes, older: null, newer: null };
    this.#queue.push(ghost);
    this.#ghosts.set(component, ghost);
    this.#bytes += bytes;
    this.#forget();
  }

  /** Whether a component is remembered; it no longer is after this. */
  take(component: number): boolean {
    const ghost = this.#ghosts.get(component);
    if (!ghost) return false;
    this.#ghosts.delete(component);
    this.#queue.delete(ghost);
    this.#bytes -= ghost.bytes;
    return true;
  }

  #forget(): void {
    while (this.#bytes > this.#limit && this.#queue.oldest) this.take(this.#queue.oldest.component);
  }
}
