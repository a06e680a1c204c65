import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { ForeloadError } from '../model/errors.ts';
import type { CliIo } from './io.ts';
import { runProgram } from './run-program.ts';

/**
 * Installs the packages of a folder from its lock file, if they are missing or the lock file has changed since.
 * An installation that was interrupted is not taken for a complete one.
 * @throws ForeloadError `optional-missing` if npm fails
 */
export async function installPackages(folder: string, io: CliIo): Promise<void> {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  io.stderr(`installing the packages of ${folder}, about a minute\n`);
  // npm itself is used as found; on Windows it is a command script, which needs a shell.
  const windows = process.platform === 'win32';
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await runProgram(
    windows ? 'npm.cmd' : 'npm',
    args,
    // Its messages are no data.
    { cwd: folder, stdio: ['ignore', 2, 2], shell: windows },
    io.signal,
  );
  if (code !== 0) {
    throw new ForeloadError('optional-missing', {
      what: 'npm ci failed',
      where: folder,
      found: `exit code ${code}`,
      remedy: 'see its messages above, then start again',
    });
  }
  writeFileSync(stamp, lock);
}
