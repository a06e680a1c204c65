import type { Loader } from '../loaders/loader.ts';

/** By loader that was made from a description: the description. */
const descriptions = new WeakMap<Loader, string>();

/** Remembers what a loader was made from. */
export function describedBy(loader: Loader, description: unknown): Loader {
  descriptions.set(loader, JSON.stringify(description));
  return loader;
}

/**
 * Whether two loaders load the same, as far as can be told: made from equal descriptions, or of one kind and code. A module that is
 * read again makes new ones.
 */
export function sameLoader(one: Loader, other: Loader): boolean {
  if (one === other) return true;
  const [described, again] = [descriptions.get(one), descriptions.get(other)];
  if (described !== undefined || again !== undefined) return described === again;
  return one.kind === other.kind && codeOf(one) === codeOf(other);
}

const codeOf = (loader: Loader): string => String(Reflect.get(loader, 'load'));
