/** Lints JavaScript text with the rules a careful project turns on. */
import { ESLint } from 'eslint';

const eslint = new ESLint({
  overrideConfigFile: true,
  overrideConfig: {
    rules: {
      'no-undef': 'error',
      'no-unused-vars': 'error',
      'prefer-const': 'error',
      'no-fallthrough': 'error',
      'no-unreachable': 'error',
      'array-callback-return': 'error',
      complexity: ['error', 10],
    },
  },
});

export async function load() {
  await lint('export const ready = true;');
}

/** The names of the rules that a source text breaks. */
export async function lint(source) {
  const [result] = await eslint.lintText(source);
  return result.messages.map((message) => message.ruleId);
}
