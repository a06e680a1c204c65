/** Components that share the first part of their name (`git.push`, `git.commit`): they are often used together. */
export class Kin {
  readonly #families = new Map<string, number[]>();
  readonly #family: (number[] | null)[] = [];

  register(component: number, name: string): void {
    const at = name.search(/[.:/]/);
    if (at <= 0) {
      this.#family[component] = null;
      return;
    }
    const first = name.slice(0, at);
    let family = this.#families.get(first);
    if (!family) {
      family = [];
      this.#families.set(first, family);
    }
    family.push(component);
    this.#family[component] = family;
  }

  /** All that share a component's first name, itself included, in order of first sight; null: it has none. */
  of(component: number): readonly number[] | null {
    return this.#family[component] ?? null;
  }
}
