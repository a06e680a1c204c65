import assert from 'node:assert/strict';
import { languageServer } from '../language-server.js';

export const lsHtml = {
  id: 'ls-html',
  kind: 'language-server',
  what: 'HTML language server: outline of a page',
  loader: languageServer({
    program: { file: 'vscode-langservers-extracted/bin/vscode-html-language-server', args: ['--stdio'] },
    document: {
      file: 'web/index.html',
      languageId: 'html',
      initializationOptions: { embeddedLanguages: { css: true, javascript: true } },
    },
  }),
  size: '89MB',
  loadMs: 680,
  async use(client, n) {
    const names = await client.symbolsOf(client.original.replace('<main id="cart">', `<main id="step${n}">`));
    assert.ok(names.includes(`main#step${n}`), `found ${names}`);
    return `elements ${names.slice(0, 4).join(', ')}`;
  },
};
