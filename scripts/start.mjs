// The one start script: installs what is missing, builds, then runs `demo` or `test`. Needs only Node and npm.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installMissing } from './install.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [job, ...rest] = process.argv.slice(2);
const jobs = { demo: [join(root, 'dist', 'cli', 'main.js'), 'demo'], test: [join(root, 'scripts', 'test.mjs')] };
if (!Object.hasOwn(jobs, job)) {
  process.stderr.write(`usage: node scripts/start.mjs ${Object.keys(jobs).join('|')}\n`);
  process.exit(2);
}

installMissing(root);
const { build } = await import('./build.mjs');
build();

const child = spawn(process.execPath, [...jobs[job], ...rest], { cwd: root, stdio: 'inherit' });
// Ctrl-C reaches the child by itself; this process only waits for it to clean up.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
