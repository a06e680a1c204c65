import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const pyodide = {
  id: 'pyodide',
  kind: 'wasm',
  what: 'runs Python: CPython in WebAssembly',
  loader: inWorker('pyodide.js'),
  size: '128MB',
  loadMs: 2940,
  async use(value, n) {
    const sum = await value.call('run', `sum(i * i for i in range(${n} + 1))`);
    assert.equal(sum, (n * (n + 1) * (2 * n + 1)) / 6);
    return `sum of squares up to ${n}: ${sum}`;
  },
};
