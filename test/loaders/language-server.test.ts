import { createRequire } from 'node:module';
import { PassThrough } from 'node:stream';
import { describe, expect, test, vi } from 'vitest';
import { JsonRpc } from '../../src/loaders/json-rpc.ts';
import { type LanguageServer, languageServer, type LanguageServerOptions } from '../../src/loaders/language-server.ts';
import { ForeloadError } from '../../src/model/errors.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixturePath, owner, running } from './fixtures.ts';

/** A real server: Docker's, for Dockerfiles. What comes after its own argument only marks it. */
const program = createRequire(import.meta.url).resolve('dockerfile-language-server-nodejs/lib/server.js');
const serve = (options: Partial<LanguageServerOptions> = {}) =>
  languageServer({ command: process.execPath, args: [program, '--stdio', owner], ...options });
const child = (mode: string) =>
  languageServer({ command: process.execPath, args: [fixturePath('child.mjs'), mode, owner] });

const uri = 'file:///work/Dockerfile';

/** Opens a document, and returns what the server finds wrong with it. */
async function diagnosticsOf(server: LanguageServer, text: string): Promise<readonly { message: string }[]> {
  const found = new Promise<unknown>((resolve) => server.on('textDocument/publishDiagnostics', resolve));
  server.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'dockerfile', version: 1, text } });
  return ((await found) as { diagnostics: { message: string }[] }).diagnostics;
}

async function namesIn(server: LanguageServer, text: string): Promise<string[]> {
  await diagnosticsOf(server, text);
  const symbols = (await server.request('textDocument/documentSymbol', { textDocument: { uri } })) as {
    name: string;
  }[];
  return symbols.map(({ name }) => name);
}

loaderContract<LanguageServer>('languageServer', () => ({
  loader: serve(),
  works: async (server) => expect(await namesIn(server, 'FROM node\nEXPOSE 80\n')).toEqual(['FROM', 'EXPOSE']),
  leftovers: () => running().length,
  stopsWorking: async (server) => {
    expect((await rejection(server.request('textDocument/hover', {}))).message).toMatch(/ended by itself|was unloaded/);
  },
  hanging: child('hangs'),
  failing: {
    loader: child('exits'),
    message: /^the program of subject ended by itself: found exit code 3, stderr: reading config/,
  },
  end: {
    // As the protocol has it: `exit` without `shutdown` is an error.
    by: (server) => server.notify('exit'),
    message: /^the program of subject ended by itself: found exit code 1; /,
  },
}));

describe('languageServer', () => {
  test('tells what the server can do, and hears it', async () => {
    const server = await loaded(serve());
    expect(server.capabilities['documentSymbolProvider']).toBe(true);
    const [problem] = await diagnosticsOf(server, 'FROM node\nMISTAKE yes\n');
    expect(problem.message).toBe('Unknown instruction: MISTAKE');
  });

  test('answers what the server asks of its configuration', async () => {
    const server = await loaded(
      serve({ settings: { 'docker.languageserver.diagnostics': { directiveCasing: 'ignore' } } }),
    );
    const asked = vi.fn(() => null);
    server.answer('workspace/unknown', asked);
    expect(await namesIn(server, 'FROM node\n')).toEqual(['FROM']);
  });

  test('leaves by itself when asked as the protocol has it, long before the grace is over', async () => {
    const loader = serve({ graceMs: 60_000 });
    const server = await loader.load(contextFor('subject'));
    await loader.unload!(server);
    expect(running()).toEqual([]);
  });

  test('is ready once its first request is answered', async () => {
    const warmUp = vi.fn((server: LanguageServer) => namesIn(server, 'FROM node\n'));
    await loaded(serve({ warmUp }));
    expect(await warmUp.mock.results[0].value).toEqual(['FROM']);
  });

  test('rejects with the error of the server', async () => {
    const server = await loaded(serve());
    const error = await rejection(server.request('textDocument/none', {}));
    expect(error).toMatchObject({ name: 'RpcError', code: -32_601 });
  });
});

describe('JsonRpc', () => {
  function peers() {
    const [there, back] = [new PassThrough(), new PassThrough()];
    return { here: new JsonRpc(back, there, 'subject'), other: new JsonRpc(there, back, 'other'), back };
  }

  /** Nobody reads what it says. */
  function alone() {
    const back = new PassThrough();
    return { here: new JsonRpc(back, new PassThrough(), 'subject'), back };
  }

  test('takes messages in pieces, and several at once', async () => {
    const { here, other, back } = peers();
    const heard = vi.fn();
    here.listen('said', heard);
    const message = '{"jsonrpc":"2.0","method":"said","params":"ä"}';
    const whole = Buffer.from(`content-length: ${Buffer.byteLength(message)}\r\nx: y\r\n\r\n${message}`);
    for (const byte of whole) back.write(Buffer.from([byte]));
    back.write(Buffer.concat([whole, whole]));
    await vi.waitFor(() => expect(heard.mock.calls).toEqual([['ä'], ['ä'], ['ä']]));
    other.answer('double', (n) => Number(n) * 2);
    expect(await Promise.all([here.request('double', 2), here.request('double', 3)])).toEqual([4, 6]);
  });

  test('ends a wait when its signal fires, and tells the peer', async () => {
    const { here, other } = peers();
    const cancelled = new Promise((resolve) => other.listen('$/cancelRequest', resolve));
    other.answer('never', () => new Promise(() => {}));
    const abort = new AbortController();
    const asked = rejection(here.request('never', null, abort.signal));
    abort.abort(new Error('enough'));
    expect((await asked).message).toBe('enough');
    expect(await cancelled).toEqual({ id: 1 });
  });

  test('tells what fails at the peer, and that a method is unknown', async () => {
    const { here, other } = peers();
    other.answer('fail', () => Promise.reject(new Error('no such file')));
    expect((await rejection(here.request('fail'))).message).toBe('no such file');
    expect(await rejection(here.request('nothing'))).toMatchObject({
      code: -32_601,
      message: 'unknown method nothing',
    });
  });

  const framed = (body: string): string => `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
  const nonsense = ['{]}', 'null', '7', '"said"', '[]', '{"method":{"toString":1}}', '{"id":{"valueOf":1}}'];

  test.each(['hello, I am no such server\r\n\r\n', ...nonsense.map(framed)])(
    'says of %j that it is something else',
    async (said) => {
      const { here, back } = alone();
      const asked = rejection(here.request('initialize'));
      back.write(said);
      expect((await asked).message).toMatch(/^the program of subject does not speak JSON-RPC: found /);
    },
  );

  test.each([{ message: { toString: 1 } }, { code: 1 }, true])('takes %j as an error that is told', async (error) => {
    const { here, back } = alone();
    const asked = rejection(here.request('anything'));
    back.write(framed(JSON.stringify({ id: 1, error })));
    expect(await asked).toMatchObject({ name: 'RpcError', message: JSON.stringify(error) });
  });

  test('forgets what comes once it is closed, and reads on', async () => {
    const { here, back } = alone();
    const heard = vi.fn();
    here.listen('said', heard);
    back.write(framed('null') + framed('{"method":"said"}'));
    back.write(framed('{"method":"said"}'));
    expect((await rejection(here.request('anything'))).message).toMatch(/^the program of subject does not speak/);
    await vi.waitFor(() => expect(back.readableLength).toBe(0));
    expect(heard).not.toHaveBeenCalled();
  });

  test('a listener that throws keeps nobody from hearing what comes with it', async () => {
    const { here, back } = alone();
    const uncaught = vi.fn();
    const before = process.rawListeners('uncaughtException') as NodeJS.UncaughtExceptionListener[];
    process.removeAllListeners('uncaughtException').on('uncaughtException', uncaught);
    try {
      const heard = vi.fn();
      here.listen('said', () => {
        throw new Error('of the application');
      });
      here.listen('said', heard);
      const message = framed('{"method":"said","params":1}');
      back.write(message + message);
      await vi.waitFor(() => expect(uncaught).toHaveBeenCalledTimes(2));
      expect(heard.mock.calls).toEqual([[1], [1]]);
      expect(uncaught.mock.calls[0][0]).toMatchObject({ message: 'of the application' });
    } finally {
      process.removeAllListeners('uncaughtException');
      for (const listener of before) process.on('uncaughtException', listener);
    }
  });

  test('rejects all who wait once it is closed, and all who come after', async () => {
    const { here } = alone();
    const error = new ForeloadError('process-exited', { what: 'it ended', remedy: 'start it' });
    const asked = rejection(here.request('anything'));
    here.close(error);
    expect(await asked).toBe(error);
    expect(await rejection(here.request('more'))).toBe(error);
  });
});
