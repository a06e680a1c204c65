// Compiles the AssemblyScript sources of src/*/assembly/ to WASM, and writes each as a string into the TypeScript file
// beside that folder, which is committed: `ring.ts` becomes `ring-code.ts`. Only where a source has changed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Memory is made by JavaScript; shared where threads meet. */
const options = {
  ring: ['--enable', 'threads', '--sharedMemory', '--initialMemory', '1', '--maximumMemory', '65536'],
};

const sources = readdirSync(join(root, 'src'), { recursive: true })
  .filter((path) => basename(dirname(path)) === 'assembly' && path.endsWith('.ts'))
  .map((path) => join(root, 'src', path));

export function compileWasm() {
  for (const source of sources) {
    const name = basename(source, '.ts');
    const target = join(dirname(source), '..', `${name}-code.ts`);
    const hash = createHash('sha256').update(readFileSync(source)).digest('hex');
    if (existsSync(target) && readFileSync(target, 'utf8').includes(hash)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'foreload-wasm-'));
    const out = join(folder, `${name}.wasm`);
    const asc = join(root, 'node_modules', 'assemblyscript', 'bin', 'asc.js');
    const flags = [
      '-O3',
      '--noAssert',
      '--runtime',
      'stub',
      '--importMemory',
      '--enable',
      'simd',
      ...(options[name] ?? []),
    ];
    const { status } = spawnSync(process.execPath, [asc, source, '-o', out, ...flags], { stdio: ['ignore', 2, 2] });
    if (status !== 0) process.exit(status ?? 1);
    const code = readFileSync(out).toString('base64');
    rmSync(folder, { recursive: true });
    writeFileSync(
      target,
      `// Made by scripts/wasm.mjs from assembly/${name}.ts (SHA-256 ${hash}).
export const ${name}Code: string =
${code.replace(/.{1,100}/g, (part) => `  '${part}' +\n`).replace(/ \+\n$/, ';\n')}`,
    );
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) compileWasm();
