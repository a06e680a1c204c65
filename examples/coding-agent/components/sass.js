import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const sass = {
  id: 'sass',
  kind: 'worker',
  what: 'compiles SCSS with Dart Sass',
  loader: inWorker('sass.js'),
  size: '55MB',
  loadMs: 370,
  async use(value, n) {
    const css = await value.call('compile', `$gap: ${n}px; .cart { .row { margin: $gap * 2 } }`);
    assert.equal(css, `.cart .row{margin:${n * 2}px}`);
    return css;
  },
};
