/**
 * Counts names, at most `limit` of them, the most counted first; of equals the one counted last. When a new name needs a
 * place it takes that of the least counted and its count with it, so that none is counted for too little (Space-Saving,
 * Metwally, Agrawal & El Abbadi 2005).
 */
export class Tally<Name> {
  readonly #limit: number;
  readonly #names: Name[] = [];
  readonly #counts: number[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(name: Name): void {
    let at = this.#names.indexOf(name);
    if (at < 0) at = Math.min(this.#names.length, this.#limit - 1);
    const count = (this.#counts[at] ?? 0) + 1;
    for (; at > 0 && this.#counts[at - 1]! <= count; at--) {
      this.#names[at] = this.#names[at - 1]!;
      this.#counts[at] = this.#counts[at - 1]!;
    }
    this.#names[at] = name;
    this.#counts[at] = count;
  }

  /** Its place, the most counted 0; -1: it is not among the first `places`. */
  rankOf(name: Name, places: number): number {
    const end = Math.min(places, this.#names.length);
    for (let at = 0; at < end; at++) if (this.#names[at] === name) return at;
    return -1;
  }
}
