import assert from 'node:assert/strict';
import { installed } from '../installed.js';
import { languageServer } from '../language-server.js';

export const lsTypescript = {
  id: 'ls-typescript',
  kind: 'language-server',
  what: 'TypeScript language server: types under the cursor',
  loader: languageServer({
    program: { file: 'typescript-language-server/lib/cli.mjs', args: ['--stdio'] },
    document: {
      file: 'src/cart.ts',
      languageId: 'typescript',
      initializationOptions: {
        tsserver: { path: installed('typescript/lib/tsserver.js') },
        // It would download type packages.
        disableAutomaticTypingAcquisition: true,
      },
    },
    // Names come from a quick syntax server; a type shows that the whole project is loaded.
    firstAnswer: (client) => client.hoverOf(client.original, 'total'),
  }),
  size: '266MB',
  loadMs: 2200,
  async use(client, n) {
    const text = `${client.original}\nexport const step${n} = total([]) + ${n};\n`;
    const type = await client.hoverOf(text, `step${n}`);
    assert.match(type, new RegExp(`const step${n}: number`));
    return `const step${n}: number`;
  },
};
