/** Questions to a program that answers with `programs/serve.js`. */
export class Conversation {
  #child;
  #waiting = new Map();
  #lastId = 0;

  constructor(child) {
    this.#child = child;
    child.on('message', ({ id, value, error }) => {
      const question = this.#take(id);
      if (error === undefined) question.resolve(value);
      else question.reject(new Error(error));
    });
    child.once('exit', () => {
      for (const id of this.#waiting.keys()) this.#take(id).reject(new Error('the program has ended'));
    });
    child.channel.unref();
  }

  ask(request) {
    return new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#waiting.set(id, { resolve, reject });
      this.#child.channel?.ref();
      this.#child.send({ id, request }, (error) => {
        if (error) this.#take(id)?.reject(error);
      });
    });
  }

  /** The channel keeps the host alive only while an answer is due. */
  #take(id) {
    const question = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (this.#waiting.size === 0) this.#child.channel?.unref();
    return question;
  }
}
