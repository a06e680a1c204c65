/** Type-checks one file that changes, with the lib files read and bound once. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const file = `${dirname(fileURLToPath(import.meta.url))}/snippet.ts`;
const options = { target: ts.ScriptTarget.ES2022, lib: ['lib.es2022.d.ts'], strict: true, noEmit: true, types: [] };

let text = '';
let version = 0;

const service = ts.createLanguageService({
  getCompilationSettings: () => options,
  getScriptFileNames: () => [file],
  getScriptVersion: (name) => (name === file ? String(version) : '0'),
  getScriptSnapshot: (name) => {
    const source = name === file ? text : ts.sys.readFile(name);
    return source === undefined ? undefined : ts.ScriptSnapshot.fromString(source);
  },
  getCurrentDirectory: () => dirname(file),
  getDefaultLibFileName: (settings) => ts.getDefaultLibFilePath(settings),
  fileExists: (name) => name === file || ts.sys.fileExists(name),
  readFile: (name, encoding) => ts.sys.readFile(name, encoding),
});

/** The first check reads, parses and binds the lib files: most of the load. */
export function load() {
  check('const ready: boolean = true;');
}

/** The codes of the type errors in a source text. */
export function check(source) {
  text = source;
  version += 1;
  return [...service.getSyntacticDiagnostics(file), ...service.getSemanticDiagnostics(file)].map((found) => found.code);
}
