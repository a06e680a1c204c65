import { isFiller } from './fillers.ts';
import { stem } from './stem.ts';

/**
 * What is known of a text: the hashes of its words, stems, pairs of neighbouring stems and pieces of words, each once.
 * The low three bits of a hash tell its kind, a key of {@link kinds}. Nothing of the text itself is kept.
 */
export type Features = Uint32Array;

/**
 * - `word`, and its `stem`
 * - `pair`: two stems, one after the other; `skip`: with one between them
 * - `prefix`: the first letters of a word, which a word that is still being typed has too; `gram`: letters further on
 * - `first`: the stem that the text begins with
 * - `filler`: a word that nearly all texts may have, in place of its word, stem, prefixes and grams
 */
export type Kind = 'word' | 'stem' | 'pair' | 'gram' | 'prefix' | 'skip' | 'first' | 'filler';

export const kinds: Readonly<Record<Kind, number>> = {
  word: 0,
  stem: 1,
  pair: 2,
  gram: 3,
  prefix: 4,
  skip: 5,
  first: 6,
  filler: 7,
};

export const kindOf = (feature: number): number => feature & 7;

/** A number for each kind, to be read with {@link kindOf}; 0 where none is given. */
export function byKind(numbers: Readonly<Partial<Record<Kind, number>>>): Float64Array {
  const all = new Float64Array(8);
  for (const kind of Object.keys(kinds) as Kind[]) all[kinds[kind]] = numbers[kind] ?? 0;
  return all;
}

/** Words beyond this many in one text add little; a bound keeps the cost of one command bounded. */
const wordLimit = 64;
/** So do characters. */
const charLimit = 2048;
/** Letters of a word that count. */
const letterLimit = 32;
/** Features of one text. */
export const featureLimit = 640;
const shortestGram = 3;
const longestGram = 5;

/** Stands before and after a word. */
const boundary = 0x20;
const seed = 0x811c9dc5;
// What one call works with; nothing of it outlasts the call.
const letters = new Uint16Array(letterLimit + 1);
const found = new Uint32Array(featureLimit);
const setSize = 2048;
const set = new Uint32Array(setSize);
const stamps = new Uint32Array(setSize);
let stamp = 0;
let count = 0;

/** The features of a text, or of a component's name: `getUserDetails`, `get-user_details` and `get user details` agree. */
export function featuresOf(text: string): Features {
  stamp++;
  count = 0;
  let words = 0;
  let before = 0;
  let beforeThat = 0;
  const end = Math.min(text.length, charLimit);
  for (let at = 0; at < end && words < wordLimit; ) {
    let kind = kindOfLetter(text.charCodeAt(at));
    if (kind === none) {
      at++;
      continue;
    }
    let length = 0;
    if (kind === digit) {
      while (at < end && kindOfLetter(text.charCodeAt(at)) === digit) at++;
      letters[length++] = 0x30;
    } else {
      let last = kind;
      for (; at < end; at++) {
        const code = text.charCodeAt(at);
        kind = kindOfLetter(code);
        if (kind < lower) break;
        // A capital begins a word after a small letter, and before one if it ends a row of capitals.
        if (kind === upper && last === lower) break;
        if (kind === upper && length > 0 && at + 1 < end && kindOfLetter(text.charCodeAt(at + 1)) === lower) break;
        if (length < letterLimit) letters[length++] = lowerCase(code, kind);
        last = kind;
      }
    }
    words++;
    const word = addWord(length);
    if (words === 1) add(word, kinds.first);
    if (before !== 0) add(mix(before, word), kinds.pair);
    if (beforeThat !== 0) add(mix(beforeThat, word), kinds.skip);
    beforeThat = before;
    before = word;
  }
  return found.slice(0, count);
}

/** Adds what one word gives; returns the hash of its stem. */
function addWord(length: number): number {
  let word = seed;
  for (let i = 0; i < length; i++) word = Math.imul(word ^ letters[i]!, 0x01000193);
  for (let from = -1; from + shortestGram <= length + 1; from++) {
    let hash = seed ^ 0x5bd1e995;
    for (let size = 1; size <= longestGram && from + size <= length + 1; size++) {
      const at = from + size - 1;
      hash = Math.imul(hash ^ (at < 0 || at === length ? boundary : letters[at]!), 0x01000193);
      if (size >= shortestGram && size < length + 2) add(hash, from < 0 ? kinds.prefix : kinds.gram);
    }
  }
  if (isFiller(word)) {
    add(word, kinds.filler);
    return word;
  }
  add(word, kinds.word);
  const stemmed = stem(letters, length);
  let hash = seed;
  for (let i = 0; i < stemmed; i++) hash = Math.imul(hash ^ letters[i]!, 0x01000193);
  add(hash, kinds.stem);
  return hash;
}

function add(hash: number, kind: number): void {
  if (count === featureLimit) return;
  const feature = ((hash << 3) | kind) >>> 0;
  let at = Math.imul(feature, 0x9e3779b1) >>> 21;
  while (stamps[at] === stamp) {
    if (set[at] === feature) return;
    at = (at + 1) % setSize;
  }
  stamps[at] = stamp;
  set[at] = feature;
  found[count++] = feature;
}

function mix(one: number, other: number): number {
  const mixed = Math.imul(Math.imul(one, 0x9e3779b1) ^ other, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

const none = 0;
const digit = 1;
const lower = 2;
const upper = 3;

/** Letters of scripts without case count as small; so do emoji, for they speak as words do. */
function kindOfLetter(code: number): number {
  if (code < 0x80) {
    if (code >= 0x61 && code <= 0x7a) return lower;
    if (code >= 0x41 && code <= 0x5a) return upper;
    return code >= 0x30 && code <= 0x39 ? digit : none;
  }
  if (code < 0xaa || code === 0xd7 || code === 0xf7) return none;
  // Punctuation, general and of East Asia.
  if ((code >= 0x2000 && code <= 0x206f) || (code >= 0x3000 && code <= 0x3004)) return none;
  if ((code >= 0x3008 && code <= 0x3020) || (code >= 0xff00 && code <= 0xff0f) || code === 0xff1f) return none;
  return lower;
}

function lowerCase(code: number, kind: number): number {
  if (code < 0x80) return kind === upper ? code + 32 : code;
  return code >= 0xd800 && code <= 0xdfff ? code : String.fromCharCode(code).toLowerCase().charCodeAt(0);
}
