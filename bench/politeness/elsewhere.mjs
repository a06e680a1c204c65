// The same programs, loaded one after the other by a process that the measured one knows nothing of, until it is killed.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const heavy = new URL('heavy.mjs', import.meta.url);
let program;
process.on('SIGTERM', () => {
  program?.kill('SIGKILL');
  process.exit();
});
for (let loads = 1; ; loads++) {
  program = spawn(process.execPath, [heavy.pathname, '--stay'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(program.stdout, 'data');
  program.kill('SIGKILL');
  await once(program, 'exit');
  process.stdout.write(`${loads}\n`);
}
