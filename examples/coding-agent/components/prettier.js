import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const prettier = {
  id: 'prettier',
  kind: 'worker',
  what: 'formats TypeScript with Prettier',
  loader: inWorker('prettier.js'),
  size: '24MB',
  loadMs: 180,
  async use(value, n) {
    const formatted = await value.call('format', `const  step${n}=( a:number )=>a+${n}`);
    assert.equal(formatted, `const step${n} = (a: number) => a + ${n};\n`);
    return formatted.trim();
  },
};
