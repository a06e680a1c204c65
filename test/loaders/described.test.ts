import { describe, expect, test } from 'vitest';
import { loaderOf, loaderSchema } from '../../src/loaders/described.ts';
import { configError } from '../../src/runtime/config-error.ts';
import { fixturePath, owner, running } from './fixtures.ts';
import { loaded } from './contract.ts';

const of = (description: unknown) =>
  loaderOf(description, '/work', (issue) => configError(issue, loaderSchema, 'components.subject.loader.')).loader;
const serving = { command: process.execPath, args: [fixturePath('mcp-http-server.mjs'), '{port}', owner], port: true };

describe('a loader written as data', () => {
  test.each([
    ['module', { kind: 'module', module: './a.js' }],
    ['worker', { kind: 'worker', module: './a.js' }],
    ['process', { kind: 'worker', module: './a.js', runtime: 'child_process' }],
    ['wasm', { kind: 'wasm', module: 'a.wasm', memory: { initial: 1, maximum: 2, shared: true } }],
    ['process', { kind: 'process', command: 'a', port: true, ready: { tcp: '{port}' } }],
    ['process', { kind: 'process', command: 'a', port: true, ready: { http: 'http://[::1]:{port}/health' } }],
    ['process', { kind: 'process', command: 'a', ready: { line: '^up( now)?$' } }],
    ['process', { kind: 'process', command: 'a', ready: { send: 'who?', reply: '^me' } }],
    ['mcp', { kind: 'mcp', command: 'a' }],
    ['mcp', { kind: 'mcp', url: 'https://example.com/mcp', headers: { authorization: 'x' } }],
    ['lsp', { kind: 'lsp', command: 'a', args: ['--stdio'], settings: { a: 1 }, initializationOptions: {} }],
    ['onnx', { kind: 'onnx', model: 'a.onnx' }],
    ['pool', { kind: 'pool', connectionString: 'postgres://localhost/a', max: 4, warm: 2 }],
  ])('is of kind %s', (kind, description) => {
    expect(of(description).kind).toBe(kind);
  });

  test.each([
    [
      'an unknown kind',
      { kind: 'modul' },
      'an option has the wrong form (components.subject.loader.kind): found "modul"; give "module", "worker", "process", ' +
        '"mcp", "lsp", "wasm", "pool" or "onnx"; did you mean "module"?',
    ],
    [
      'no kind',
      { module: './a.js' },
      /^an option is missing \(.*loader\.kind\): found nothing; give "module", .* or "onnx"$/,
    ],
    [
      'no description',
      undefined,
      /^an option is missing \(components\.subject\.loader\): found nothing; give an object$/,
    ],
    ['a missing option', { kind: 'module' }, /^an option is missing \(.*loader\.module\): found nothing; give module$/],
    [
      'a mistyped option',
      { kind: 'worker', modul: './a.js' },
      /^an option is missing \(.*loader\.module\): found modul; write module$/,
    ],
    [
      'a mistyped option beside it',
      { kind: 'process', command: 'a', arg: [] },
      /^an option that does not exist \(.*loader\.arg\): found arg; did you mean args\?$/,
    ],
    [
      'a mistyped option further down',
      { kind: 'wasm', module: 'a', memory: { initial: 1, maximun: 2 } },
      /\(.*loader\.memory\.maximun\): found maximun; did you mean maximum\?$/,
    ],
    ['an option of another kind', { kind: 'module', module: 'a', command: 'b' }, /subject\.loader\.command/],
    ['an MCP server that is nowhere', { kind: 'mcp' }, /a command, a url, or both/],
    ['a pool without connections', { kind: 'pool', connectionString: 'x', max: 0 }, /loader\.max/],
    [
      'a module without a name',
      { kind: 'module', module: '' },
      /loader\.module\): found ""; give a text that is not empty$/,
    ],
    [
      'arguments that are no list',
      { kind: 'process', command: 'a', args: 'x' },
      /loader\.args\): found "x"; give a list$/,
    ],
    [
      'a mistyped way to be ready',
      { kind: 'process', command: 'a', ready: { lin: 'x' } },
      /^an option is missing \(.*loader\.ready\.line\): found lin; write line$/,
    ],
    [
      'half a way to be ready',
      { kind: 'process', command: 'a', ready: { send: 'x' } },
      /^an option is missing \(.*loader\.ready\.reply\): found nothing; give reply$/,
    ],
    [
      'no way to be ready that there is',
      { kind: 'process', command: 'a', ready: { heartbeat: 1 } },
      /loader\.ready\): found heartbeat; give an object with line, http, tcp or send and reply$/,
    ],
    [
      'a port in words',
      { kind: 'process', command: 'a', ready: { tcp: 'x' } },
      /loader\.ready\.tcp\): found "x"; give "\{port\}" or a number$/,
    ],
    [
      'a line that is no pattern',
      { kind: 'process', command: 'a', ready: { line: '(' } },
      /^an option has the wrong form \(.*loader\.ready\.line\): found "\("; give a regular expression$/,
    ],
    [
      'an answer that is no pattern',
      { kind: 'process', command: 'a', ready: { send: 'x', reply: '[' } },
      /loader\.ready\.reply\): found "\["; give a regular expression$/,
    ],
    [
      'an address that is none',
      { kind: 'process', command: 'a', ready: { http: 'nope' } },
      /loader\.ready\.http\): found "nope"; give an address that begins with http:\/\/ or https:\/\/$/,
    ],
    [
      'a server whose address is none, whatever the port',
      { kind: 'mcp', url: 'http://a b:{port}' },
      /loader\.url\): found "http:\/\/a b:\{port\}"; give an address/,
    ],
    ['a server that does not speak HTTP', { kind: 'mcp', url: 'file:///a' }, /loader\.url\): found "file:\/\/\/a"/],
    ['a port out of range', { kind: 'process', command: 'a', ready: { tcp: 70_000 } }, /loader\.ready/],
  ])('refuses %s', (_name, description, message) => {
    expect(() => of(description)).toThrow(message);
  });

  test('starts an MCP server on a port of its own', async () => {
    const url = 'http://127.0.0.1:{port}/mcp';
    const { tools } = (await loaded(of({ kind: 'mcp', url, ...serving }))) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain('add');
    expect(running()).toHaveLength(1);
  });

  test('asks a program over its pipes', async () => {
    const args = [fixturePath('child.mjs'), 'replies', owner];
    await loaded(of({ kind: 'process', command: process.execPath, args, ready: { send: 'who?\n', reply: '^me$' } }));
  });
});
