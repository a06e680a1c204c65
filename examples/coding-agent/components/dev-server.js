import assert from 'node:assert/strict';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { childProcess } from 'foreload/loaders/child-process';
import { workspace } from '../installed.js';

export const devServer = {
  id: 'dev-server',
  kind: 'process',
  what: "Vite's dev server for the workspace's page",
  loader: childProcess({
    command: process.execPath,
    args: [fileURLToPath(new URL('../programs/dev-server.js', import.meta.url)), `${workspace}/web`],
    async ready(child, { signal }) {
      const [port] = await once(child.stdout, 'data', { signal });
      const address = `http://127.0.0.1:${Number(port)}`;
      await module(address, 'first');
      return { address };
    },
  }),
  size: '62MB',
  loadMs: 320,
  async use({ address }, n) {
    const code = await module(address, n);
    assert.ok(code.includes('document.querySelector') && !code.includes(': Item[]'), `found ${code}`);
    return `shop.ts compiled to ${code.length} bytes`;
  },
};

/** A query makes it a module of its own, so that Vite compiles it anew. */
async function module(address, query) {
  const response = await fetch(`${address}/shop.ts?step=${query}`);
  assert.equal(response.status, 200);
  return response.text();
}
