import assert from 'node:assert/strict';
import { languageServer } from '../language-server.js';

export const lsBash = {
  id: 'ls-bash',
  kind: 'language-server',
  what: 'Bash language server: outline of a script',
  loader: languageServer({
    program: { file: 'bash-language-server/out/cli.js', args: ['start'] },
    document: { file: 'tools/release.sh', languageId: 'shellscript' },
    // No programs outside of npm, and no look at files that are not open.
    settings: { bashIde: { backgroundAnalysisMaxFiles: 0, shellcheckPath: '', shfmt: { path: '' } } },
  }),
  size: '83MB',
  loadMs: 620,
  async use(client, n) {
    const names = await client.symbolsOf(`${client.original}\nstep${n}() {\n  pack\n}\n`);
    assert.ok(names.includes(`step${n}`), `found ${names}`);
    return `functions ${names.join(', ')}`;
  },
};
