import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { childProcess } from '../../src/loaders/child-process.ts';
import { type Readiness, whenHttp, whenLine, whenReplies, whenTcp } from '../../src/loaders/readiness.ts';
import { contextFor, loaded, rejection } from './contract.ts';
import { fixturePath, owner, running } from './fixtures.ts';

const program = fixturePath('child.mjs');
const run = (ready: Readiness, mode: string, ...args: string[]) =>
  childProcess({ command: process.execPath, args: [program, mode, owner, ...args], ready });

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Aborts a load that waits for something that never comes. */
async function abortWaiting(ready: Readiness): Promise<Error> {
  const abort = new AbortController();
  const began: Readiness = (child, context) => {
    setImmediate(() => abort.abort());
    return ready(child, context);
  };
  return rejection(run(began, 'hangs').load(contextFor('subject', abort.signal)));
}

describe('whenReplies', () => {
  const ask = (ready: Readiness, stdio?: 'pipe') =>
    childProcess({ command: process.execPath, args: [program, 'replies', owner], ready, ...(stdio ? { stdio } : {}) });

  test('waits for the answer to what it writes', async () => {
    await loaded(ask(whenReplies('who?\n', /^me$/), 'pipe'));
  });

  test('does not take another answer', async () => {
    const abort = new AbortController();
    const ready: Readiness = (child, context) => {
      child.stdout?.once('data', () => setImmediate(() => abort.abort()));
      return whenReplies('where?\n', /^me$/)(child, context);
    };
    const load = rejection(ask(ready, 'pipe').load(contextFor('subject', abort.signal)));
    expect((await load).message).toMatch(/^loading subject was aborted/);
    expect(running()).toEqual([]);
  });

  test('says so when it can not ask', async () => {
    expect((await rejection(ask(whenReplies('who?\n', /^me$/)).load(contextFor('subject')))).message).toMatch(
      /^subject is to be asked over its standard input, but that is not piped; set stdio/,
    );
  });
});

describe('whenLine', () => {
  test('finds a line in either output', async () => {
    await loaded(run(whenLine(/to serve$/g), 'ready'));
    await loaded(run(whenLine(/^listening$/y), 'warns'));
  });

  test('says so when no output can be read', async () => {
    const loader = childProcess({
      command: process.execPath,
      args: [program, 'ready', owner],
      stdio: 'ignore',
      ready: whenLine(/x/),
    });
    expect((await rejection(loader.load(contextFor('subject')))).message).toMatch(
      /no output is piped; set stdio to 'pipe'/,
    );
  });

  test('rejects when the program ends without it', async () => {
    const error = await rejection(run(whenLine(/never said/), 'exits').load(contextFor('subject')));
    expect(error.message).toMatch(/exit code 3/);
  });
});

describe('whenHttp', () => {
  test('waits through refusals and errors until it answers with success', async () => {
    const port = await freePort();
    const url = `http://127.0.0.1:${port}/`;
    await loaded(run(whenHttp(url), 'http', String(port)));
    expect(await (await fetch(url)).text()).toBe('4');
  });

  test('follows redirects, but not for ever, and leaves nothing in the pools of fetch', async () => {
    const server = createHttpServer((request, response) => {
      const to = request.url === '/away' ? '/here' : request.url === '/round' ? '/round' : null;
      response.writeHead(to ? 302 : 200, to ? { location: to } : {}).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const fetched = vi.spyOn(globalThis, 'fetch');
    onTestFinished(() => {
      fetched.mockRestore();
      server.close();
    });
    const asked = (path: string, signal: AbortSignal): Promise<void> =>
      Promise.resolve(
        whenHttp(`http://127.0.0.1:{port}${path}`)({} as never, { id: 'subject', signal, port } as never),
      );
    await asked('/away', contextFor('subject').signal);
    const abort = new AbortController();
    const round = asked('/round', abort.signal);
    setTimeout(() => abort.abort(), 300);
    await expect(round).rejects.toThrow();
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe('whenTcp', () => {
  test('waits until the port accepts', async () => {
    const port = await freePort();
    await loaded(run(whenTcp(port), 'http', String(port)));
    expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(503);
  });
});

test.each([
  ['whenLine', whenLine(/never said/)],
  ['whenHttp', whenHttp('http://127.0.0.1:1/')],
  ['whenTcp', whenTcp(1)],
])('%s stops waiting when the load is aborted', async (_name, ready) => {
  expect((await abortWaiting(ready)).message).toMatch(/^loading subject was aborted/);
  expect(running()).toEqual([]);
});
