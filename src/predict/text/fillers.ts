import { hashWord } from '../words.ts';

/** English words that say little of what is wanted. Those that ask, such as "how" and "where", say much. */
const words = `
a an the this that these those
to of in on at for from with by and or
is are was be been am do does did have has had
can could will would please just so
i you he she it we they me my your his her its our us them their
`;

const hashes: ReadonlySet<number> = new Set(words.trim().split(/\s+/).map(hashWord));

/** Whether a word, by its hash, is one of them. */
export const isFiller = (word: number): boolean => hashes.has(word >>> 0);
