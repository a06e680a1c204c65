import { childProcess } from 'foreload/loaders/child-process';
import { installed, workspace } from './installed.js';
import { LanguageClient } from './language-client.js';

/**
 * A language server over stdio. Most answer `initialize` long before they are useful, so it counts as ready
 * once it has answered `firstAnswer` about its document.
 */
export function languageServer({
  program,
  document,
  settings = {},
  firstAnswer = (client) => client.symbolsOf(client.original),
}) {
  return childProcess({
    command: process.execPath,
    args: [installed(program.file), ...program.args],
    cwd: workspace,
    stdio: ['pipe', 'pipe', 'pipe'],
    async ready(child) {
      const client = new LanguageClient(child, settings);
      await client.open(document);
      await firstAnswer(client);
      return client;
    },
    stop: (client) => client.close(),
    // Some take more than a second to leave, with nothing left to do.
    graceMs: 500,
  });
}
