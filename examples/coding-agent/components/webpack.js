import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const webpack = {
  id: 'webpack',
  kind: 'worker',
  what: 'bundles and minifies with webpack',
  loader: inWorker('webpack.js'),
  size: '70MB',
  loadMs: 710,
  async use(value, n) {
    const bundle = await value.call('bundle', `const unused = 1; const price = ${n} * 2; console.log(price);`);
    assert.match(bundle, new RegExp(`console\\.log\\(${n * 2}\\)`));
    return `${bundle.length} bytes: ${bundle}`;
  },
};
