// Installs the packages of a folder from its lock file, if they are missing or the lock file has changed since.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';

export function installMissing(folder) {
  const lock = createHash('sha256')
    .update(readFileSync(join(folder, 'package-lock.json')))
    .digest('hex');
  const stamp = join(folder, 'node_modules', '.installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === lock) return;
  process.stderr.write(`installing the packages of ${folder}\n`);
  // npm itself is used as found; on Windows it is a command script, which needs a shell.
  const windows = process.platform === 'win32';
  const { status } = spawnSync(windows ? 'npm.cmd' : 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: windows,
  });
  if (status !== 0) {
    process.stderr.write(`npm ci failed in ${folder}; see its messages above\n`);
    process.exit(status ?? 1);
  }
  writeFileSync(stamp, lock);
}
