/** Runs one piece of work after another, in the order given. */
export class Queue {
  #last = Promise.resolve();

  add(work) {
    const result = this.#last.then(work);
    // A failure is its caller's, not the next one's.
    this.#last = result.catch(() => {});
    return result;
  }
}
