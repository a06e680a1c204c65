/** Throws unless a promise is kept. */
export function promise(kept: boolean, what: string): void {
  if (!kept) throw new Error(`promise broken: ${what}`);
}

/** Throws unless two plain values are the same, and shows both. */
export function same(found: unknown, expected: unknown, what: string): void {
  const [one, other] = [JSON.stringify(found), JSON.stringify(expected)];
  promise(one === other, `${what}: ${one} is not ${other}`);
}
