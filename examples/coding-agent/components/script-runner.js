import assert from 'node:assert/strict';
import { inChild } from '../hosts.js';

export const scriptRunner = {
  id: 'script-runner',
  kind: 'process',
  what: 'runs small scripts in a process of its own',
  loader: inChild('script-runner.js', () => '1 + 1'),
  size: '21MB',
  loadMs: 96,
  async use(runner, n) {
    const words = await runner.ask(`['step', ${n}, 'done'].join(' ')`);
    assert.equal(words, `step ${n} done`);
    return words;
  },
};
