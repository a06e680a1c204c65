/** CPython in WebAssembly: runs Python text. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';

let python;

export async function load() {
  const indexURL = dirname(fileURLToPath(import.meta.resolve('pyodide')));
  python = await loadPyodide({ indexURL });
  run('import ast, json, re, statistics; 1 + 1');
}

/** The value of the last expression. */
export function run(source) {
  const result = python.runPython(source);
  return result?.toJs ? result.toJs() : result;
}
