import { readdirSync, readFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** Who may import whom: a folder, or one file of it. Every folder may import itself. */
interface Row {
  readonly imports: readonly string[];
  /** `true`: any `node:*`; a list: only these files. */
  readonly node: boolean | readonly string[];
  /** Whether it may import npm packages, and use the clock, timers and randomness of the platform. */
  readonly shell: boolean;
}

const core = (imports: string, node: readonly string[] = []): Row => ({ imports: words(imports), node, shell: false });
const shell = (imports: string): Row => ({ imports: words(imports), node: true, shell: true });
const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

const layers: Readonly<Record<string, Row>> = {
  model: core(''),
  time: core('model', ['time/system.ts']),
  simd: core('model'),
  graph: core('model time/clock.ts'),
  predict: core('model time/clock.ts simd'),
  residency: core('model time/clock.ts simd'),
  lanes: core('model time/clock.ts'),
  metrics: core('model time/clock.ts'),
  engine: core('model time simd graph predict residency lanes metrics'),
  trace: shell('model time'),
  loaders: shell('model time ring'),
  probes: shell('model time'),
  ring: shell('model time'),
  store: shell('model time'),
  fleet: shell('model time'),
  replay: core('model time engine graph predict residency metrics trace'),
  report: core('model metrics'),
  runtime: shell('model time engine metrics graph predict residency lanes trace loaders probes ring store'),
  daemon: shell('model runtime metrics report fleet'),
  cli: shell('model time graph predict runtime daemon replay report trace store'),
  // The engine, the contracts, and what an engine can't be made without.
  testing: core(
    `model time engine predict/predictor.ts residency/eviction-policy.ts lanes/lanes.ts loaders/loader.ts
     loaders/abort.ts probes/probe.ts metrics/ledger.ts metrics/preload.ts`,
    ['testing/runner.ts'],
  ),
  index: core('model runtime predict residency'),
};

/** Folders that are planned and need not be there yet. */
const planned = ['store', 'fleet', 'daemon'];

const source = fileURLToPath(new URL('../src', import.meta.url));
const files = new Map(
  readdirSync(source, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(source, path).replaceAll(sep, '/'), readFileSync(path, 'utf8')]),
);

describe('the layers', () => {
  test('are all there, and nothing else is', () => {
    const seen = new Set([...files.keys()].map(folderOf));
    expect(files.size).toBeGreaterThan(80);
    expect([...seen].filter((folder) => !(folder in layers))).toEqual([]);
    expect(Object.keys(layers).filter((folder) => !seen.has(folder) && !planned.includes(folder))).toEqual([]);
  });

  test('import only what they may', () => {
    const found = [...files].flatMap(([file, text]) => forbiddenImports(file, text));
    expect(found).toEqual([]);
  });

  test('leave clocks, timers, randomness and the process to the shell', () => {
    const found = [...files].flatMap(([file, text]) => forbiddenNames(file, text));
    expect(found).toEqual([]);
  });

  test('hold no circle of files', () => {
    expect(circles(files)).toEqual([]);
  });
});

describe('this check', () => {
  test('sees every way to import', () => {
    const text = `
      import type { A } from '../engine/engine.ts'; import fs from "node:fs"; import '../cli/main.ts';
      export { b } from '../runtime/foreload.ts'; export * from 'fast-check';
      const later = await import('../replay/run.ts');
      type Later = import('../daemon/api.ts').Api;
      // import { x } from '../loaders/loader.ts';
      const text = "import { x } from '../loaders/loader.ts'";
      import {
        several,
      } from '../trace/trace.ts';`;
    const seen =
      '../engine/engine.ts node:fs ../cli/main.ts ../runtime/foreload.ts fast-check ../replay/run.ts ../daemon/api.ts ../trace/trace.ts';
    expect(importsOf(text)).toEqual(words(seen));
    expect(forbiddenImports('model/ids.ts', text)).toHaveLength(8);
  });

  test.each([
    ['engine/engine.ts', `import { run } from '../replay/run.ts';`],
    ['engine/engine.ts', `import type { Loader } from '../loaders/loader.ts';`],
    ['graph/graph.ts', `import { systemClock } from '../time/system.ts';`],
    ['predict/onnx/train.ts', `import { engine } from '../../engine/engine.ts';`],
    ['time/virtual.ts', `import { performance } from 'node:perf_hooks';`],
    ['metrics/ledger.ts', `import fs from 'fs';`],
    ['report/page.ts', `import uplot from 'uplot';`],
    ['testing/explore.ts', `import fc from 'fast-check';`],
    ['testing/explore.ts', `import { lru } from '../residency/lru.ts';`],
    ['index.ts', `export { Engine } from './engine/engine.ts';`],
    ['nowhere/new.ts', `import { ms } from '../model/ids.ts';`],
  ])('refuses in %s: %s', (file, text) => {
    expect(forbiddenImports(file, text)).toHaveLength(1);
  });

  test.each([
    ['engine/engine.ts', `import { Lanes } from '../lanes/lanes.ts'; import { a } from './slot.ts';`],
    ['time/system.ts', `import { performance } from 'node:perf_hooks';`],
    ['predict/onnx/train.ts', `import { a } from '../markov2.ts'; import { ms } from '../../model/ids.ts';`],
    ['index.ts', `export { Foreload } from './runtime/foreload.ts';`],
  ])('allows in %s: %s', (file, text) => {
    expect(forbiddenImports(file, text)).toEqual([]);
  });

  test.each(['Date.now()', 'Math . random()', 'setTimeout(f)', 'performance.now()', 'process.env', 'Buffer.from([])'])(
    'refuses %s in the core',
    (code) => {
      expect(forbiddenNames('engine/engine.ts', `const x = ${code};`)).toHaveLength(1);
      expect(forbiddenNames('engine/engine.ts', `const x = \`\${${code}}\`;`)).toHaveLength(1);
      expect(forbiddenNames('engine/engine.ts', `/* ${code} */ const x = '${code}' + /${code}/; // ${code}`)).toEqual(
        [],
      );
      expect(forbiddenNames('runtime/foreload.ts', `const x = ${code};`)).toEqual([]);
    },
  );

  test('takes a property of the same name for what it is', () => {
    expect(forbiddenNames('engine/engine.ts', 'spec.process; const p = { process: 1 };')).toEqual([]);
  });

  test('finds circles, also through types', () => {
    const circle = new Map([
      ['a/one.ts', `import '../b/two.ts';`],
      ['b/two.ts', `import type { T } from './three.ts';`],
      ['b/three.ts', `export { x } from '../a/one.ts';`],
      ['b/four.ts', `import './three.ts';`],
    ]);
    expect(circles(circle)).toEqual(['a/one.ts -> b/two.ts -> b/three.ts -> a/one.ts']);
  });
});

function folderOf(file: string): string {
  const [first, ...rest] = file.split('/') as [string, ...string[]];
  return rest.length === 0 ? first.replace(/\.ts$/, '') : first;
}

function forbiddenImports(file: string, text: string): string[] {
  const folder = folderOf(file);
  const row = layers[folder];
  if (!row) return [`${file}: no such layer`];
  return importsOf(text)
    .filter((specifier) => !isAllowed(file, folder, row, specifier))
    .map((specifier) => `${file} imports ${specifier}`);
}

function isAllowed(file: string, folder: string, row: Row, specifier: string): boolean {
  if (specifier.startsWith('node:') || builtinModules.includes(specifier)) {
    return Array.isArray(row.node) ? row.node.includes(file) : row.node === true;
  }
  if (!specifier.startsWith('.')) return row.shell;
  const target = resolved(file, specifier);
  return folderOf(target) === folder || row.imports.includes(folderOf(target)) || row.imports.includes(target);
}

const resolved = (file: string, specifier: string): string => posix.join(dirname(file), specifier);

function importsOf(text: string): string[] {
  const code = withoutNoise(text, true);
  const ways = /\b(?:import|export)\b(?:[\w\s{},*$]*?\bfrom\b)?\s*\(?\s*(['"])(?<specifier>[^'"\n]+)\1/g;
  return [...code.matchAll(ways)].map(({ groups }) => groups!['specifier']);
}

function forbiddenNames(file: string, text: string): string[] {
  const row = layers[folderOf(file)];
  if (!row || row.shell || (Array.isArray(row.node) && row.node.includes(file))) return [];
  const names =
    /\bDate\s*\.\s*now\b|\bMath\s*\.\s*random\b|(?<![.\w$])(?:setTimeout|setInterval|setImmediate|performance|process|Buffer)\b(?!\s*\??:)/g;
  return [...withoutNoise(text, false).matchAll(names)].map((match) => `${file} uses ${match[0]}`);
}

/** Blanks comments and regular expressions, and what strings say; import specifiers only if they are not wanted. */
function withoutNoise(text: string, keepSpecifiers: boolean): string {
  const tokens =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|(?<string>(['"])(?:\\.|(?!\2)[^\\\n])*\2)|(?<=(?:^|[=(,:[!&|?{};+]|=>|return)\s*)\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/\w*|`/g;
  let code = '';
  let at = 0;
  for (;;) {
    tokens.lastIndex = at;
    const match = tokens.exec(text);
    code += text.slice(at, match?.index);
    if (!match) return code;
    at = tokens.lastIndex;
    if (match[0] === '`') {
      const end = endOfTemplate(text, at);
      code += expressionsIn(text.slice(at, end))
        .map((expression) => ` ${withoutNoise(expression, keepSpecifiers)} `)
        .join('');
      at = end + 1;
    } else if (match.groups?.string && keepSpecifiers && /(?:\bfrom|\bimport\s*\(?)\s*$/.test(code)) code += match[0];
    else code += ' ';
  }
}

function endOfTemplate(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '`') return at;
    else if (text.startsWith('${', at)) at = endOfExpression(text, at + 2);
  }
  return text.length;
}

function endOfExpression(text: string, from: number): number {
  for (let at = from, depth = 1; at < text.length; at++) {
    if (text[at] === '`') at = endOfTemplate(text, at + 1);
    else if (text[at] === '{') depth++;
    else if (text[at] === '}' && --depth === 0) return at;
  }
  return text.length;
}

function expressionsIn(template: string): string[] {
  const found: string[] = [];
  for (let at = template.indexOf('${'); at >= 0; at = template.indexOf('${', at)) {
    const end = endOfExpression(template, at + 2);
    found.push(template.slice(at + 2, end));
    at = end;
  }
  return found;
}

/** Depth-first, each file entered once; a file met again on the present path closes a circle. */
function circles(all: ReadonlyMap<string, string>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file);
    if (at >= 0) found.push([...path.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    for (const specifier of importsOf(all.get(file) ?? '')) {
      if (specifier.startsWith('.')) visit(resolved(file, specifier), [...path, file]);
    }
    done.add(file);
  };
  for (const file of all.keys()) visit(file, []);
  return found;
}
