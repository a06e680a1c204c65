/** Numbers names from 0 in order of first sight. */
export class Interner<Name extends string> {
  readonly #index = new Map<Name, number>();
  readonly names: Name[] = [];

  indexOf(name: Name): number {
    let index = this.#index.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.#index.set(name, index);
      this.names.push(name);
    }
    return index;
  }

  /** The number of a name that was seen before. */
  find(name: Name): number | undefined {
    return this.#index.get(name);
  }

  get size(): number {
    return this.names.length;
  }
}
