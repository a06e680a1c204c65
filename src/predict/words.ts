/** Words of a text as 32-bit hashes (FNV-1a), lower-cased, in order; numbers are one word, so that "2" and "7" agree. */
export function hashedWords(text: string): number[] {
  const words: number[] = [];
  for (const [word] of text.toLowerCase().matchAll(/[\p{L}\p{M}]+|\p{N}+/gu)) {
    words.push(hashWord(/^\p{N}/u.test(word) ? '0' : word));
  }
  return words;
}

export function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < word.length; i++) {
    hash = Math.imul(hash ^ word.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}
