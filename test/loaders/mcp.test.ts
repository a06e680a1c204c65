import { describe, expect, test } from 'vitest';
import { type McpConnection, type McpOptions, mcpStdio } from '../../src/loaders/mcp.ts';
import { collected } from '../collected.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';
import { fixturePath, owner, running } from './fixtures.ts';

const program = fixturePath('mcp-server.mjs');
const serve = (mode: string, options: Partial<McpOptions> = {}) =>
  mcpStdio({ command: process.execPath, args: [program, mode, owner], ...options });

async function textOf(result: ReturnType<McpConnection['callTool']>): Promise<unknown> {
  const { content } = await result;
  return (content as { text: string }[])[0]?.text;
}

loaderContract<McpConnection>('mcpStdio', () => ({
  loader: serve('serves'),
  works: async ({ callTool }) => expect(await textOf(callTool('add', { a: 2, b: 3 }))).toBe('5'),
  leftovers: () => running().length,
  stopsWorking: async ({ callTool }) => {
    expect((await rejection(callTool('add', { a: 2, b: 3 }))).message).toMatch(/Not connected/);
  },
  hanging: serve('hangs'),
  failing: {
    loader: serve('exits'),
    message: /^the program of subject ended by itself: found exit code 2, stderr: GITHUB_TOKEN is not set; /,
  },
  end: {
    by: ({ callTool }) => rejection(callTool('die')),
    message: /^the program of subject ended by itself: found exit code 9; /,
  },
}));

describe('mcpStdio', () => {
  test('keeps nothing of a connection once it is unloaded', async () => {
    const loader = serve('serves');
    const used = async () => {
      const connection = await loader.load(contextFor('subject'));
      await loader.unload!(connection);
      return new WeakRef(connection.client);
    };
    expect(await collected(await used())).toBe(true);
  });

  test('lists all tools, over several pages', async () => {
    const { tools, client } = await loaded(serve('serves'));
    expect(tools.map((tool) => tool.name)).toEqual(['add', 'variable', 'die', 'forever']);
    expect(client.getServerVersion()).toEqual({ name: 'fixture', version: '1.0.0' });
  });

  test('passes on the environment it is given, and none of the secrets of the host', async () => {
    process.env['FORELOAD_TEST_SECRET'] = 'hidden';
    const { callTool } = await loaded(serve('serves', { env: { GIVEN: 'yes' } }));
    expect(await textOf(callTool('variable', { name: 'GIVEN' }))).toBe('yes');
    expect(await textOf(callTool('variable', { name: 'FORELOAD_TEST_SECRET' }))).toBe('undefined');
    delete process.env['FORELOAD_TEST_SECRET'];
  });

  test('rejects the calls in flight when the server ends', async () => {
    const { callTool } = await loaded(serve('serves'));
    const calls = [rejection(callTool('forever')), rejection(callTool('die'))];
    for (const error of await Promise.all(calls)) expect(error.message).toMatch(/Connection closed/);
  });

  test('ends one call when its signal fires', async () => {
    const { callTool } = await loaded(serve('serves'));
    const abort = new AbortController();
    const call = rejection(callTool('forever', {}, { signal: abort.signal }));
    abort.abort(new Error('no longer wanted'));
    expect((await call).message).toMatch(/no longer wanted/);
    expect(await textOf(callTool('add', { a: 1, b: 1 }))).toBe('2');
  });

  test('kills a server that stays on after its input is closed', async () => {
    const loader = serve('stubborn', { graceMs: 100 });
    await loader.unload!(await loader.load(contextFor('subject')));
    expect(running()).toEqual([]);
  });

  test('takes with it what the server started, in another group too', async () => {
    const loader = serve('family', { graceMs: 500 });
    const connection = await loader.load(contextFor('subject'));
    expect(running()).toHaveLength(2);
    await loader.unload!(connection);
    expect(running()).toEqual([]);
  });

  test('says which program can not be started', async () => {
    const error = await rejection(mcpStdio({ command: 'no-such-server' }).load(contextFor('subject')));
    expect(error.message).toMatch(
      /^the program of subject can't be started \(command no-such-server\): found .*ENOENT; /,
    );
  });
});
