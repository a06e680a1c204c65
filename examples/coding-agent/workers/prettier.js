/** Formats TypeScript text. */
import * as prettier from 'prettier';

/** The first call imports the TypeScript parser and the printer. */
export async function load() {
  await format('const ready = true');
}

export function format(source) {
  return prettier.format(source, { parser: 'typescript', singleQuote: true });
}
