import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';
import { workspace } from './installed.js';
import { Queue } from './queue.js';

const capabilities = {
  workspace: { configuration: true, workspaceFolders: true },
  textDocument: {
    documentSymbol: { hierarchicalDocumentSymbolSupport: true },
    hover: { contentFormat: ['plaintext'] },
    synchronization: { didSave: true },
  },
};

/** Speaks the language server protocol with one server about one open document of the workspace. */
export class LanguageClient {
  /** The document's text as it is on disk; changes are never written back. */
  original;
  #connection;
  #output;
  #waiting = 0;
  #closed = false;
  #uri;
  #version = 1;
  /** A server may answer after a later change: one question after another. */
  #edits = new Queue();

  /** Listens on the server's pipes. `settings` answers what the server asks for by section. */
  constructor(child, settings) {
    this.#output = child.stdout;
    this.#connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    this.#connection.onRequest('workspace/configuration', ({ items }) =>
      items.map(({ section }) => settings[section] ?? null),
    );
    this.#connection.onRequest('workspace/workspaceFolders', () => folders());
    this.#connection.onRequest('client/registerCapability', () => null);
    this.#connection.onRequest('window/workDoneProgress/create', () => null);
    // A pipe that breaks because the server ended is the loader's to report, not this connection's.
    this.#connection.onError(() => {});
    this.#connection.onClose(() => {
      this.#closed = true;
      // Whoever still waits for an answer is told that there will be none.
      this.#connection.dispose();
    });
    this.#connection.listen();
  }

  /** The handshake, then the document is opened. */
  async open({ file, languageId, initializationOptions }) {
    await this.#ask('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(workspace).href,
      workspaceFolders: folders(),
      capabilities,
      initializationOptions,
    });
    await this.#connection.sendNotification('initialized', {});
    const path = join(workspace, file);
    this.original = await readFile(path, 'utf8');
    this.#uri = pathToFileURL(path).href;
    await this.#connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.#uri, languageId, version: this.#version, text: this.original },
    });
  }

  /** The names of everything that the document defines once its text is changed to `text`. */
  symbolsOf(text) {
    return this.#edits.add(async () => {
      await this.#replace(text);
      const found = await this.#ask('textDocument/documentSymbol', { textDocument: { uri: this.#uri } });
      return namesOf(found ?? []);
    });
  }

  /** What the server says about the first place of a word once the document's text is changed to `text`. */
  hoverOf(text, word) {
    return this.#edits.add(async () => {
      await this.#replace(text);
      const before = text.slice(0, text.indexOf(word)).split('\n');
      const position = { line: before.length - 1, character: before.at(-1).length };
      const found = await this.#ask('textDocument/hover', { textDocument: { uri: this.#uri }, position });
      return found === null ? '' : JSON.stringify(found.contents);
    });
  }

  /** Changes the open document, as an editor does while its user types. */
  async #replace(text) {
    this.#version += 1;
    await this.#connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.#uri, version: this.#version },
      contentChanges: [{ text }],
    });
  }

  /** The pipe keeps the host alive only while an answer is due. */
  async #ask(method, parameters) {
    this.#waiting += 1;
    this.#output.ref();
    try {
      return await this.#connection.sendRequest(method, parameters);
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#output.unref();
    }
  }

  /** Asks the server to end, as the protocol wants it; nothing to do for one that has ended by itself. */
  async close() {
    if (this.#closed) return;
    await this.#ask('shutdown');
    await this.#connection.sendNotification('exit');
    this.#connection.dispose();
  }
}

function folders() {
  return [{ uri: pathToFileURL(workspace).href, name: 'workspace' }];
}

function namesOf(symbols) {
  return symbols.flatMap((symbol) => [symbol.name, ...namesOf(symbol.children ?? [])]);
}
