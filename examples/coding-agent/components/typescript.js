import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

const notAssignable = 2322;

export const typescript = {
  id: 'typescript',
  kind: 'worker',
  what: 'type-checks a snippet with the TypeScript compiler',
  loader: inWorker('typescript.js'),
  size: '102MB',
  loadMs: 1180,
  async use(value, n) {
    const codes = await value.call('check', `const price${n}: number = ${n};\nconst wrong${n}: number = '${n}';\n`);
    assert.deepEqual(codes, [notAssignable]);
    return `snippet ${n}: 1 type error, TS${notAssignable}`;
  },
};
