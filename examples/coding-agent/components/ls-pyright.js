import assert from 'node:assert/strict';
import { languageServer } from '../language-server.js';

export const lsPyright = {
  id: 'ls-pyright',
  kind: 'language-server',
  what: 'Pyright: types of Python code',
  loader: languageServer({
    program: { file: 'pyright/langserver.index.js', args: ['--stdio'] },
    document: { file: 'tools/report.py', languageId: 'python' },
    firstAnswer: (client) => client.hoverOf(client.original, 'by_month'),
  }),
  size: '107MB',
  loadMs: 1600,
  async use(client, n) {
    const text = `${client.original}\n\nstep${n} = by_month([])\n`;
    const type = await client.hoverOf(text, `step${n}`);
    assert.match(type, new RegExp(`step${n}: dict\\[str, float\\]`));
    return `step${n}: dict[str, float]`;
  },
};
