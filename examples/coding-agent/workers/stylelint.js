/** Lints CSS text. */
import stylelint from 'stylelint';

const config = {
  rules: {
    'block-no-empty': true,
    'color-no-invalid-hex': true,
    'declaration-block-no-duplicate-properties': true,
    'property-no-unknown': true,
    'selector-type-no-unknown': true,
    'unit-no-unknown': true,
  },
};

export async function load() {
  await lint('a { color: #fff; }');
}

/** The names of the rules that a style sheet breaks. */
export async function lint(source) {
  const { results } = await stylelint.lint({ code: source, config });
  return results.flatMap((result) => result.warnings.map((warning) => warning.rule));
}
