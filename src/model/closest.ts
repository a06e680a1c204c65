/** The names most like a mistyped one, the likeliest first; none that has little in common with it. */
export function closest(typed: string, names: readonly string[], limit: number = 3): string[] {
  const wanted = typed.toLowerCase();
  return names
    .map((name) => ({ name, apart: distance(wanted, name.toLowerCase()) }))
    .filter(({ name, apart }) => apart <= Math.max(1, Math.min(wanted.length, name.length) / 2))
    .sort((a, b) => a.apart - b.apart)
    .slice(0, limit)
    .map(({ name }) => name);
}

/** How many letters have to be added, removed or changed to make one word of the other (Levenshtein 1966). */
function distance(one: string, other: string): number {
  let above = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let row = 1; row <= one.length; row++) {
    const here = [row];
    for (let at = 1; at <= other.length; at++) {
      const changed = above[at - 1]! + Number(one[row - 1] !== other[at - 1]);
      here.push(Math.min(changed, above[at]! + 1, here[at - 1]! + 1));
    }
    above = here;
  }
  return above[other.length]!;
}
