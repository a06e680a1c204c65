import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import type { ForeloadError } from '../model/errors.ts';
import { childProcess } from './child-process.ts';
import { type Described, isPath } from './described-files.ts';
import type { Loader } from './loader.ts';
import { languageServer } from './language-server.ts';
import { mcpStdio } from './mcp.ts';
import { mcpHttp } from './mcp-http.ts';
import { module } from './module.ts';
import { onnxSession } from './onnx.ts';
import { withPort } from './ports.ts';
import { postgresPool } from './postgres.ts';
import { type Readiness, whenHttp, whenLine, whenReplies, whenTcp } from './readiness.ts';
import { wasm, type WasmMemory } from './wasm.ts';
import { worker } from './worker.ts';

/** Loaders written as data, for configurations in JSON. Paths are relative to the configuration's folder. */

const text = v.pipe(v.string(), v.nonEmpty());
const program = {
  command: text,
  args: v.optional(v.array(v.string())),
  cwd: v.optional(text),
  env: v.optional(v.record(v.string(), v.string())),
  confine: v.optional(v.boolean()),
};
const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const port = v.optional(v.boolean());
const pattern = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.check((source) => isPattern(source), 'a regular expression'),
);
/** One that a program serves on the port it was given may hold `{port}`. */
const address = v.pipe(
  v.string(),
  v.nonEmpty(),
  v.check((url) => isAddress(withPort(url, 1)), 'an address that begins with http:// or https://'),
);
const readiness = v.union([
  v.strictObject({ line: pattern }),
  v.strictObject({ http: address }),
  v.strictObject({
    tcp: v.union([v.literal('{port}'), v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535))]),
  }),
  v.strictObject({ send: text, reply: pattern }),
]);

const schema = v.variant('kind', [
  v.strictObject({ kind: v.literal('module'), module: text }),
  v.strictObject({
    kind: v.literal('worker'),
    module: text,
    runtime: v.optional(v.picklist(['worker_threads', 'child_process'])),
    confine: v.optional(v.boolean()),
  }),
  v.strictObject({ kind: v.literal('process'), ...program, port, ready: v.optional(readiness) }),
  v.pipe(
    v.strictObject({
      kind: v.literal('mcp'),
      ...program,
      command: v.optional(text),
      port,
      url: v.optional(address),
      headers: v.optional(v.record(v.string(), v.string())),
    }),
    v.check(({ command, url }) => command !== undefined || url !== undefined, 'a command, a url, or both'),
  ),
  v.strictObject({
    kind: v.literal('lsp'),
    ...program,
    folder: v.optional(text),
    initializationOptions: v.optional(v.unknown()),
    settings: v.optional(v.record(v.string(), v.unknown())),
  }),
  v.strictObject({
    kind: v.literal('wasm'),
    module: text,
    memory: v.optional(v.strictObject({ initial: count, maximum: v.optional(count), shared: v.optional(v.boolean()) })),
  }),
  v.strictObject({
    kind: v.literal('pool'),
    connectionString: text,
    max: v.optional(count),
    warm: v.optional(count),
  }),
  v.strictObject({ kind: v.literal('onnx'), model: text }),
]);

/** What {@link loaderOf} checks a description by. */
export const loaderSchema: v.GenericSchema = schema;

type Description = v.InferOutput<typeof schema>;

/**
 * The loader that a description names, and the description, checked.
 * @param refuse what to throw for the first thing that is wrong
 */
export function loaderOf(
  description: unknown,
  folder: string,
  refuse: (issue: v.BaseIssue<unknown>) => ForeloadError,
): { readonly loader: Loader; readonly described: Described } {
  const { success, output: described, issues } = v.safeParse(schema, description);
  if (!success) throw refuse(issues[0]);
  return { loader: build(described, folder), described };
}

function build(described: Description, folder: string): Loader {
  switch (described.kind) {
    case 'module':
      return module({ specifier: located(described.module, folder) });
    case 'worker': {
      const { runtime, confine } = described;
      return worker({
        module: located(described.module, folder),
        ...(runtime === undefined ? {} : { runtime }),
        ...(confine === undefined ? {} : { confine }),
      });
    }
    case 'process':
      return childProcess({
        ...programOf(described, folder),
        ...portOf(described),
        ...(described.ready && 'send' in described.ready ? { stdio: 'pipe' } : {}),
        ...(described.ready ? { ready: readinessOf(described.ready) } : {}),
      });
    case 'mcp':
      return mcpOf(described, folder);
    case 'lsp': {
      const { initializationOptions, settings } = described;
      const server = programOf(described, folder);
      return languageServer({
        ...server,
        folder: resolve(folder, described.folder ?? server.cwd),
        initializationOptions,
        ...(settings ? { settings } : {}),
      });
    }
    case 'wasm': {
      const { memory } = described;
      return wasm({ module: resolve(folder, described.module), ...(memory ? { memory: limitsOf(memory) } : {}) });
    }
    case 'pool': {
      const { connectionString, max, warm } = described;
      return postgresPool({ connectionString, ...(max ? { max } : {}), ...(warm ? { warm } : {}) });
    }
    case 'onnx':
      return onnxSession({ model: resolve(folder, described.model) });
  }
}

function mcpOf({ url, command, headers, ...rest }: Extract<Description, { kind: 'mcp' }>, folder: string): Loader {
  if (url === undefined) return mcpStdio(programOf({ ...rest, command: command! }, folder));
  return mcpHttp({
    url,
    ...(headers ? { headers } : {}),
    ...(command === undefined ? {} : { program: { ...programOf({ ...rest, command }, folder), ...portOf(rest) } }),
  });
}

const portOf = ({ port }: { readonly port?: boolean | undefined }): { port?: boolean } => (port ? { port } : {});

function limitsOf({ initial, maximum, shared }: WasmLimits): WasmMemory {
  return { initial, ...(maximum ? { maximum } : {}), ...(shared ? { shared } : {}) };
}

type WasmLimits = NonNullable<Extract<Description, { kind: 'wasm' }>['memory']>;
type Program = Pick<Extract<Description, { kind: 'process' }>, 'command' | 'args' | 'cwd' | 'env' | 'confine'>;

function programOf(
  { command, args, cwd, env, confine = true }: Program,
  folder: string,
): {
  command: string;
  args?: string[];
  cwd: string;
  env?: Record<string, string>;
  confine: boolean;
} {
  return { command, confine, ...(args ? { args } : {}), cwd: resolve(folder, cwd ?? '.'), ...(env ? { env } : {}) };
}

function readinessOf(ready: v.InferOutput<typeof readiness>): Readiness {
  if ('line' in ready) return whenLine(new RegExp(ready.line));
  if ('send' in ready) return whenReplies(ready.send, new RegExp(ready.reply));
  if ('http' in ready) return whenHttp(ready.http);
  return ready.tcp === '{port}' ? whenTcp() : whenTcp(ready.tcp);
}

function located(module: string, folder: string): string | URL {
  return isPath(module) ? pathToFileURL(resolve(folder, module)) : module;
}

function isPattern(source: string): boolean {
  try {
    void new RegExp(source);
    return true;
  } catch {
    return false;
  }
}

const isAddress = (url: string): boolean => URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
