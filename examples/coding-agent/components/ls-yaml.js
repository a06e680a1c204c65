import assert from 'node:assert/strict';
import { languageServer } from '../language-server.js';

export const lsYaml = {
  id: 'ls-yaml',
  kind: 'language-server',
  what: 'YAML language server: outline of a configuration',
  loader: languageServer({
    program: { file: 'yaml-language-server/bin/yaml-language-server', args: ['--stdio'] },
    document: { file: 'config/service.yaml', languageId: 'yaml' },
    // The catalogue of schemas is on the network.
    settings: { yaml: { schemaStore: { enable: false } } },
  }),
  size: '50MB',
  loadMs: 610,
  async use(client, n) {
    const names = await client.symbolsOf(`${client.original}step${n}: ${n}\n`);
    assert.ok(names.includes(`step${n}`), `found ${names}`);
    return `keys ${names.join(', ')}`;
  },
};
