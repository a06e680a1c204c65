import { parseBytes } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';

/** Readers for the values of options. Each takes the option's name and returns what commander calls with the text. */

/** A whole number, written in digits. @throws ForeloadError `invalid-option` */
export function wholeNumber(
  option: string,
  least: number,
  most: number = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    throw invalid(option, text, `give a whole number ${range}`);
  };
}

/** A share from 0 to 1. @throws ForeloadError `invalid-option` */
export function share(option: string): (text: string) => number {
  return (text) => {
    const value = /^(\d+(\.\d*)?|\.\d+)(e-?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= 0 && value <= 1) return value;
    throw invalid(option, text, 'give a number from 0 to 1');
  };
}

/** A size in bytes, as 800MB. @throws ForeloadError `invalid-option` */
export function size(option: string): (text: string) => number {
  return (text) => {
    try {
      return parseBytes(text, option);
    } catch {
      throw invalid(option, text, 'give a size such as 800MB or 1.5GB');
    }
  };
}

/** Names divided by commas, each once. @throws ForeloadError `invalid-option` */
export function names(option: string): (text: string) => readonly string[] {
  return (text) => {
    const list = text.split(',').map((name) => name.trim());
    if (list.includes('')) throw invalid(option, text, 'give names divided by commas');
    return [...new Set(list)];
  };
}

/** One of a few words. @throws ForeloadError `invalid-option` */
export function oneOf<Word extends string>(option: string, words: readonly Word[]): (text: string) => Word {
  return (text) => {
    const word = words.find((word) => word === text);
    if (word === undefined) throw invalid(option, text, `give ${words.join(' or ')}`);
    return word;
  };
}

function invalid(option: string, text: string, remedy: string): ForeloadError {
  return new ForeloadError('invalid-option', {
    what: `${option} has a value outside its range`,
    found: JSON.stringify(text),
    remedy,
  });
}
