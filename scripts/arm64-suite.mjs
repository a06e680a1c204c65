// As much of vitest's runner as the ring's tests use, for a machine that vitest has no code for: tests import it instead of
// vitest, and run one after the other. Usage: node arm64-suite.mjs TEST.js ...
import { inspect } from 'node:util';
import { expect } from 'vitest';
import { fileURLToPath, pathToFileURL } from 'node:url';

const state = { path: [], tests: [], before: [], after: [] };

export function describe(name, body) {
  state.path.push(name);
  body();
  state.path.pop();
}
export function test(name, body) {
  state.tests.push({ name: [...state.path, name].join(': '), body });
}
const eachOf =
  (define) =>
  (cases) =>
  (name, body, ...rest) => {
    for (const one of cases) {
      const values = Array.isArray(one) ? one : [one];
      define(`${name} ${JSON.stringify(one)}`, () => body(...values), ...rest);
    }
  };
describe.each = eachOf(describe);
test.each = eachOf(test);
export const beforeAll = (body) => void state.before.push(body);
export const afterEach = (body) => void state.after.push(body);
export { expect };

async function run(files) {
  // A wait on shared memory keeps nothing alive.
  setInterval(() => undefined, 1000);
  let passed = 0;
  let failed = 0;
  for (const file of files) {
    Object.assign(state, { path: [], tests: [], before: [], after: [] });
    await import(pathToFileURL(file).href);
    for (const body of state.before) await body();
    for (const { name, body } of state.tests) {
      try {
        await body();
        passed++;
      } catch (error) {
        failed++;
        process.stdout.write(`FAIL ${String(name)}\n${inspect(error)}\n`);
      }
      for (const after of state.after) await after();
    }
  }
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  process.exit(failed === 0 ? 0 : 1);
}

// Not awaited here: the tests import this module, and would wait for it.
if (process.argv[1] === fileURLToPath(import.meta.url)) void run(process.argv.slice(2));
