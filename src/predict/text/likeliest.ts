/** Components that a text names as the likeliest, at most. */
export const namedLimit = 12;

/** Fills `into` with the components of the greatest probabilities, greatest first; among equals the first come first. */
export function likeliest(probability: Float64Array, into: Int32Array): void {
  let filled = 0;
  /** What one must be more likely than. */
  let bar = Number.NEGATIVE_INFINITY;
  for (let component = 0; component < probability.length; component++) {
    const value = probability[component]!;
    if (value <= bar) continue;
    let place = filled < into.length ? filled++ : filled - 1;
    while (place > 0 && probability[into[place - 1]!]! < value) {
      into[place] = into[place - 1]!;
      place--;
    }
    into[place] = component;
    if (filled === into.length) bar = probability[into[filled - 1]!]!;
  }
}
