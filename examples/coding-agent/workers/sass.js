/** Compiles SCSS text to CSS. */
import * as sass from 'sass';

export function load() {
  compile('a { b { c: d } }');
}

export function compile(source) {
  return sass.compileString(source, { style: 'compressed' }).css;
}
