import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const built = existsSync(`${root}dist/index.js`);

/** Runs a script that imports the package by its name, as a user's would, and returns what it prints. */
function run(script: string, type: 'commonjs' | 'module'): string {
  expect(built, 'dist/ is missing: run `npm run build`, or the whole of `npm test`').toBe(true);
  const args = ['--disable-warning=ExperimentalWarning', `--input-type=${type}`, '-e', script];
  return execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }).trim();
}

describe('the built package', () => {
  it('can be required from CommonJS, and serves a demand there', () => {
    const script = `
      const { createForeload } = require('foreload');
      const foreload = createForeload({ components: { a: { loader: { load: () => 42 }, size: '1MB' } } });
      foreload.acquire('a').then(async (lease) => {
        console.log(lease.value);
        lease.release();
        await foreload.close();
      });`;
    expect(run(script, 'commonjs')).toBe('42');
  });

  it('has every subpath that its exports name', () => {
    const { exports } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { exports: Record<string, unknown> };
    const names = Object.keys(exports).filter((name) => name !== './package.json');
    const imports = names.map((name) => `await import(${JSON.stringify(name.replace('.', 'foreload'))});`);
    expect(run(`${imports.join('\n')}\nconsole.log(${names.length});`, 'module')).toBe(String(names.length));
  });

  it('does nothing on import: the process ends by itself', () => {
    expect(run("await import('foreload'); console.log(process.getActiveResourcesInfo().length >= 0)", 'module')).toBe(
      'true',
    );
  });

  it('runs the ten lines of the README', () => {
    const readme = readFileSync(`${root}README.md`, 'utf8');
    const code = /```js\n(import \{ createForeload[\s\S]*?)```/.exec(readme)?.[1];
    expect(code).toBeDefined();
    expect(run(code!, 'module')).toContain('hello');
  });
});
