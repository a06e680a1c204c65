import { isDeepStrictEqual } from 'node:util';
import type { Described } from '../loaders/described-files.ts';
import type { Loader } from '../loaders/loader.ts';

/** What a loader was made from, and the folder that its paths are relative to. */
interface Description {
  readonly described: Described;
  readonly folder: string;
}

const descriptions = new WeakMap<Loader, Description>();

/** Remembers what a loader was made from. */
export function describedBy(loader: Loader, described: Described, folder: string): Loader {
  descriptions.set(loader, { described, folder });
  return loader;
}

/** Undefined: it was made in code. */
export const descriptionOf = (loader: Loader): Description | undefined => descriptions.get(loader);

/**
 * Whether two loaders load the same, as far as can be told: made from equal descriptions, or of one kind and code. A module that is
 * read again makes new ones.
 */
export function sameLoader(one: Loader, other: Loader): boolean {
  if (one === other) return true;
  const [described, again] = [descriptionOf(one)?.described, descriptionOf(other)?.described];
  if (described ?? again) return isDeepStrictEqual(described, again);
  return one.kind === other.kind && codeOf(one) === codeOf(other);
}

const codeOf = (loader: Loader): string => String(Reflect.get(loader, 'load'));
