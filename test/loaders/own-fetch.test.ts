import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { ownFetch } from '../../src/loaders/own-fetch.ts';

test('keeps its connections to itself, and ends them when it is closed', async () => {
  const server = createServer((_request, response) => response.end('here')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const [one, other] = [await ownFetch(), await ownFetch()];
  for (const own of [one, one, other]) expect(await (await own.fetch(url)).text()).toBe('here');
  await one.close();
  await expect(one.fetch(url)).rejects.toThrow();
  expect(await (await other.fetch(url)).text()).toBe('here');
  await other.close();
  await expect(other.fetch(url)).rejects.toThrow();
  expect((await fetch(url)).ok).toBe(true);
  server.closeAllConnections();
});
