import assert from 'node:assert/strict';
import { languageServer } from '../language-server.js';

export const lsJson = {
  id: 'ls-json',
  kind: 'language-server',
  what: 'JSON language server: outline of the settings',
  loader: languageServer({
    program: { file: 'vscode-langservers-extracted/bin/vscode-json-language-server', args: ['--stdio'] },
    document: {
      file: 'config/settings.json',
      languageId: 'json',
      initializationOptions: { handledSchemaProtocols: ['file'] },
    },
  }),
  size: '33MB',
  loadMs: 270,
  async use(client, n) {
    const names = await client.symbolsOf(client.original.replace('{', `{ "step${n}": ${n},`));
    assert.ok(names.includes(`step${n}`), `found ${names}`);
    return `keys ${names.slice(0, 4).join(', ')}`;
  },
};
