import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const eslint = {
  id: 'eslint',
  kind: 'worker',
  what: 'lints JavaScript with ESLint',
  loader: inWorker('eslint.js'),
  size: '35MB',
  loadMs: 270,
  async use(value, n) {
    const broken = await value.call('lint', `let step${n} = ${n};\nexport default () => missing(step${n});\n`);
    assert.deepEqual(broken, ['prefer-const', 'no-undef']);
    return `snippet ${n}: ${broken.join(', ')}`;
  },
};
