import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import * as v from 'valibot';
import { ForeloadError } from '../model/errors.ts';
import { childProcess } from './child-process.ts';
import type { Loader } from './loader.ts';
import { mcpStdio } from './mcp.ts';
import { module } from './module.ts';
import { onnxSession } from './onnx.ts';
import { type Readiness, whenHttp, whenLine, whenTcp } from './readiness.ts';
import { worker } from './worker.ts';

/** Loaders written as data, for configurations in JSON. Paths are relative to the configuration's folder. */

const text = v.pipe(v.string(), v.nonEmpty());
const program = {
  command: text,
  args: v.optional(v.array(v.string())),
  cwd: v.optional(text),
  env: v.optional(v.record(v.string(), v.string())),
};
const readiness = v.union([
  v.strictObject({ line: text }),
  v.strictObject({ http: text }),
  v.strictObject({ tcp: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535)) }),
]);

const schema = v.variant('kind', [
  v.strictObject({ kind: v.literal('module'), module: text }),
  v.strictObject({ kind: v.literal('worker'), module: text }),
  v.strictObject({ kind: v.literal('process'), ...program, ready: v.optional(readiness) }),
  v.strictObject({ kind: v.literal('mcp'), ...program }),
  v.strictObject({ kind: v.literal('onnx'), model: text }),
]);

/** What {@link loaderOf} checks a description by. */
export const loaderSchema: v.GenericSchema = schema;

type Described = v.InferOutput<typeof schema>;

/**
 * The loader that a description names.
 * @throws ForeloadError `invalid-config` for an unknown kind or option.
 */
export function loaderOf(description: unknown, component: string, folder: string): Loader {
  const checked = v.safeParse(schema, description);
  if (checked.success) return build(checked.output, folder);
  const [issue] = checked.issues;
  const where = ['components', component, 'loader', ...(issue.path ?? []).map((item) => String(item.key))].join('.');
  throw new ForeloadError('invalid-config', {
    what: 'a loader has the wrong form',
    where,
    found: issue.received,
    remedy: `give ${issue.expected ?? issue.message}; kinds are module, worker, process, mcp and onnx`,
  });
}

function build(described: Described, folder: string): Loader {
  switch (described.kind) {
    case 'module':
      return module({ specifier: located(described.module, folder) });
    case 'worker':
      return worker({ module: located(described.module, folder) });
    case 'process':
      return childProcess({
        ...programOf(described, folder),
        ...(described.ready ? { ready: readinessOf(described.ready) } : {}),
      });
    case 'mcp':
      return mcpStdio(programOf(described, folder));
    case 'onnx':
      return onnxSession({ model: resolve(folder, described.model) });
  }
}

type Program = Pick<Extract<Described, { kind: 'process' }>, 'command' | 'args' | 'cwd' | 'env'>;

function programOf(
  { command, args, cwd, env }: Program,
  folder: string,
): {
  command: string;
  args?: string[];
  cwd: string;
  env?: Record<string, string>;
} {
  return { command, ...(args ? { args } : {}), cwd: resolve(folder, cwd ?? '.'), ...(env ? { env } : {}) };
}

function readinessOf(ready: v.InferOutput<typeof readiness>): Readiness {
  if ('line' in ready) return whenLine(new RegExp(ready.line));
  return 'http' in ready ? whenHttp(ready.http) : whenTcp(ready.tcp);
}

/** A path that begins with a dot or a slash is a file; anything else is a package. */
function located(module: string, folder: string): string | URL {
  return /^[./]/.test(module) ? pathToFileURL(resolve(folder, module)) : module;
}
