import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const stylelint = {
  id: 'stylelint',
  kind: 'worker',
  what: 'lints CSS with Stylelint',
  loader: inWorker('stylelint.js'),
  size: '41MB',
  loadMs: 470,
  async use(value, n) {
    const broken = await value.call('lint', `.row-${n} { colr: red; margin: ${n}pixels; }`);
    assert.deepEqual(broken, ['property-no-unknown', 'unit-no-unknown']);
    return `row ${n}: ${broken.join(', ')}`;
  },
};
