import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

const samples = [
  { language: 'typescript', node: 'function_declaration', text: (n) => `function step${n}(): number { return ${n}; }` },
  { language: 'python', node: 'function_definition', text: (n) => `def step${n}():\n    return ${n}\n` },
  { language: 'rust', node: 'function_item', text: (n) => `fn step${n}() -> u32 { ${n} }` },
  { language: 'go', node: 'function_declaration', text: (n) => `package main\nfunc step${n}() int { return ${n} }\n` },
];

export const treeSitter = {
  id: 'tree-sitter',
  kind: 'wasm',
  what: 'parses eight languages with Tree-sitter',
  loader: inWorker('tree-sitter.js'),
  size: '72MB',
  loadMs: 170,
  async use(value, n) {
    const { language, node, text } = samples[n % samples.length];
    const found = await value.call('count', language, text(n), node);
    assert.deepEqual(found, { nodes: 1, complete: true });
    return `${language}: 1 ${node}`;
  },
};
