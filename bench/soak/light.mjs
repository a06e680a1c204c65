// One component of each kind that loads in a moment, from packages that the tests have anyway.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { childProcess } from '../../dist/loaders/child-process.js';
import { languageServer } from '../../dist/loaders/language-server.js';
import { mcpStdio } from '../../dist/loaders/mcp.js';
import { mcpHttp } from '../../dist/loaders/mcp-http.js';
import { module } from '../../dist/loaders/module.js';
import { onnxSession } from '../../dist/loaders/onnx.js';
import { postgresPool } from '../../dist/loaders/postgres.js';
import { whenHttp, whenReplies } from '../../dist/loaders/readiness.js';
import { wasm } from '../../dist/loaders/wasm.js';
import { worker } from '../../dist/loaders/worker.js';

const require = createRequire(import.meta.url);
const fixture = (name) => fileURLToPath(new URL(`../../test/fixtures/loaders/${name}`, import.meta.url));
const node = process.execPath;
/** `add`, and a memory of 16 pages. */
const adder = Buffer.from('AGFzbQEAAAABBwFgAn9/AX8DAgEABQMBABAHEAIDYWRkAAAGbWVtb3J5AgAKCQEHACAAIAFqCw==', 'base64');
/** y = x + x. */
const doubling = Buffer.from(
  'CAg6PgoOCgF4CgF4EgF5IgNBZGQSCGRvdWJsaW5nWhAKAXgSCwoJCAESBQoDEgFuYhAKAXkSCwoJCAESBQoDEgFuQgQKABAN',
  'base64',
);

const text = async (result) => (await result).content[0].text;

/** Not by `fetch`: in Node 20 it keeps 23 KB for good of each port that it ever asked. */
async function page(port) {
  const [response] = await once(get({ port, host: '127.0.0.1', agent: false }), 'response');
  return (await response.setEncoding('utf8').toArray()).join('');
}

async function addTool({ callTool }, n) {
  assert.equal(await text(callTool('add', { a: n, b: 1 })), String(n + 1));
}

/** @type {{ id: string, kind: string, loader: object, use(value: any, n: number): Promise<void> }[]} */
export const light = [
  {
    id: 'es-module',
    kind: 'module',
    loader: module({ specifier: require.resolve('commander') }),
    use: async ({ Command }, n) => assert.equal(new Command(`c${n}`).name(), `c${n}`),
  },
  {
    id: 'module-process',
    kind: 'process',
    loader: worker({ module: fixture('worker-math.mjs'), args: [1], runtime: 'child_process' }),
    use: async (value, n) => assert.equal(await value.call('add', 1, n), n + 2),
  },
  {
    id: 'worker',
    kind: 'worker',
    loader: worker({ module: fixture('worker-math.mjs'), args: [1] }),
    use: async (value, n) => assert.equal(await value.call('add', 1, n), n + 2),
  },
  {
    id: 'wasm',
    kind: 'wasm',
    loader: wasm({ module: adder }),
    use: async ({ exports }, n) => assert.equal(exports.add(n, 1), n + 1),
  },
  {
    id: 'onnx-session',
    kind: 'onnx',
    loader: onnxSession({ model: doubling }),
    async use(session, n) {
      const { Tensor } = await import('onnxruntime-node');
      const { y } = await session.run({ x: new Tensor('float32', [n], [1]) });
      assert.equal(y.data[0], 2 * n);
    },
  },
  {
    id: 'process-http',
    kind: 'process',
    loader: childProcess({
      command: node,
      args: [fixture('child.mjs'), 'http', 'soak', '{port}'],
      port: true,
      ready: whenHttp('http://127.0.0.1:{port}/'),
    }),
    async use({ port }) {
      assert.ok(Number(await page(port)) > 3);
    },
  },
  {
    id: 'process-pipes',
    kind: 'process',
    loader: childProcess({
      command: node,
      args: [fixture('child.mjs'), 'replies', 'soak'],
      stdio: 'pipe',
      ready: whenReplies('who?\n', /^me$/),
    }),
    use: async ({ child }) => assert.equal(child.exitCode, null),
  },
  {
    id: 'mcp-stdio',
    kind: 'mcp',
    loader: mcpStdio({ command: node, args: [fixture('mcp-server.mjs'), 'serves', 'soak'] }),
    use: addTool,
  },
  {
    id: 'mcp-http',
    kind: 'mcp',
    loader: mcpHttp({
      url: 'http://127.0.0.1:{port}/mcp',
      program: { command: node, args: [fixture('mcp-http-server.mjs'), '{port}', 'soak'], port: true },
    }),
    use: addTool,
  },
  {
    id: 'ls-docker',
    kind: 'lsp',
    loader: languageServer({
      command: node,
      args: [require.resolve('dockerfile-language-server-nodejs/lib/server.js'), '--stdio'],
    }),
    async use(server, n) {
      const textDocument = { uri: `file:///Dockerfile${n}`, languageId: 'dockerfile', version: 1, text: 'FROM node\n' };
      server.notify('textDocument/didOpen', { textDocument });
      const symbols = await server.request('textDocument/documentSymbol', { textDocument });
      assert.equal(symbols[0].name, 'FROM');
    },
  },
  {
    id: 'load-unload',
    kind: 'custom',
    loader: {
      load: () =>
        new Promise((resolve) => {
          const server = createServer((_request, response) => response.end('served'));
          server.listen(0, '127.0.0.1', () => resolve(server));
        }),
      unload: (server) => new Promise((resolve) => server.close(resolve)),
    },
    async use(server) {
      assert.equal(await page(server.address().port), 'served');
    },
  },
];

/** A pool of connections to a server that runs for the whole time; null: PostgreSQL is not installed. */
export async function pool() {
  const root = '/usr/lib/postgresql';
  const bin = existsSync(root) && readdirSync(root).map((version) => join(root, version, 'bin'))[0];
  if (!bin || !existsSync(join(bin, 'initdb'))) return null;
  const folder = mkdtempSync(join(tmpdir(), 'foreload-soak-'));
  // It refuses to run as root.
  const as = process.getuid() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (as.uid) chownSync(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const options = { ...as, cwd: folder, stdio: 'ignore' };
  execFileSync(join(bin, 'initdb'), ['-D', data, '-A', 'trust', '-U', 'test', '--no-sync'], options);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-h', '', '-F'], {
    ...options,
    detached: true,
  });
  const loader = postgresPool({ host: folder, user: 'test', database: 'postgres', max: 2, warm: 2 });
  for (let tries = 0; ; tries++) {
    try {
      await loader.unload(await loader.load({ id: 'pool', signal: AbortSignal.timeout(5000) }));
      break;
    } catch (error) {
      if (tries > 100) throw error;
      await delay(100);
    }
  }
  return {
    component: {
      id: 'postgres-pool',
      kind: 'pool',
      loader,
      async use(value, n) {
        const { rows } = await value.query('SELECT $1::int + 1 AS sum', [n]);
        assert.equal(rows[0].sum, n + 1);
      },
    },
    async stop() {
      server.kill('SIGINT');
      await new Promise((resolve) => server.once('exit', resolve));
      rmSync(folder, { recursive: true });
    },
  };
}
