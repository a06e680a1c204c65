import assert from 'node:assert/strict';
import { languageServer } from '../language-server.js';

export const lsCss = {
  id: 'ls-css',
  kind: 'language-server',
  what: 'CSS language server: outline of a style sheet',
  loader: languageServer({
    program: { file: 'vscode-langservers-extracted/bin/vscode-css-language-server', args: ['--stdio'] },
    document: { file: 'web/shop.css', languageId: 'css' },
  }),
  size: '43MB',
  loadMs: 520,
  async use(client, n) {
    const names = await client.symbolsOf(`${client.original}\n.step${n} { order: ${n}; }\n`);
    assert.ok(names.includes(`.step${n}`), `found ${names}`);
    return `selectors ${names.join(', ')}`;
  },
};
