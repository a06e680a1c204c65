import assert from 'node:assert/strict';
import { inWorker } from '../hosts.js';

export const jsdom = {
  id: 'jsdom',
  kind: 'worker',
  what: 'runs a page in a DOM without a browser',
  loader: inWorker('jsdom.js'),
  size: '115MB',
  loadMs: 1170,
  async use(value, n) {
    const page = `<output></output><script>document.querySelector('output').textContent = ${n} * 2</script>`;
    const shown = await value.call('render', page, 'output');
    assert.equal(shown, String(n * 2));
    return `the page shows ${shown}`;
  },
};
