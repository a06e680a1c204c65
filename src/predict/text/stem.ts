const code = (letter: string): number => letter.charCodeAt(0);
const a = code('a');
const d = code('d');
const e = code('e');
const g = code('g');
const i = code('i');
const l = code('l');
const m = code('m');
const n = code('n');
const o = code('o');
const r = code('r');
const s = code('s');
const t = code('t');
const u = code('u');
const y = code('y');

/**
 * Cuts the endings off an English word in place and returns the length left: a short form of Porter's stemmer (1980), so
 * that "booking" meets "book", "flights" "flight" and "reservation" "reserve". Words of other languages lose little.
 */
export function stem(word: Uint16Array, length: number): number {
  let end = length;
  if (end > 3 && word[end - 1] === s) end = withoutPlural(word, end);
  if (end > 5 && word[end - 1] === g && word[end - 2] === n && word[end - 3] === i && hasVowel(word, end - 3)) {
    end = undoubled(word, end - 3);
  } else if (end > 4 && word[end - 1] === d && word[end - 2] === e && hasVowel(word, end - 2)) {
    end = undoubled(word, end - 2);
  } else if (end > 6 && word[end - 1] === t && word[end - 2] === n && word[end - 3] === e && word[end - 4] === m) {
    end -= 4;
  } else if (end > 5 && word[end - 1] === n && word[end - 2] === o && word[end - 3] === i) {
    end -= 3;
  } else if (end > 5 && word[end - 1] === r && (word[end - 2] === o || word[end - 2] === e)) {
    end = undoubled(word, end - 2);
  } else if (end > 5 && word[end - 1] === y && word[end - 2] === l) {
    end -= 2;
  }
  if (end > 4 && word[end - 1] === e) end--;
  if (end > 5 && word[end - 1] === t && word[end - 2] === a) end -= 2;
  if (end > 2 && word[end - 1] === y) word[end - 1] = i;
  return end;
}

function withoutPlural(word: Uint16Array, end: number): number {
  const before = word[end - 2]!;
  if (before === s || before === u || before === i) return end;
  if (before !== e || end < 5) return end - 1;
  if (word[end - 3] === i) {
    word[end - 3] = y;
    return end - 2;
  }
  return end - 1;
}

function undoubled(word: Uint16Array, end: number): number {
  const last = word[end - 1]!;
  return end > 3 && last === word[end - 2] && last !== l && last !== s ? end - 1 : end;
}

function hasVowel(word: Uint16Array, end: number): boolean {
  for (let at = 0; at < end; at++) {
    const letter = word[at]!;
    if (letter === a || letter === e || letter === i || letter === o || letter === u || letter === y) return true;
  }
  return false;
}
