// Size of the npm package, of a user's install, and the time that importing it takes (median of 9 fresh processes).
// Usage: npm run bench:package [-- --json]
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { print, quantile } from './machine.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [pack] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { cwd: root, encoding: 'utf8' }),
);

function importMs(source) {
  const script = `const t = performance.now(); ${source}; process.stdout.write(String(performance.now() - t));`;
  const runs = Array.from({ length: 9 }, () =>
    Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root, encoding: 'utf8' })),
  );
  return quantile(runs, 0.5);
}

const results = {
  tarballBytes: pack.size,
  unpackedBytes: pack.unpackedSize,
  files: pack.entryCount,
  importMs: importMs("await import('foreload')"),
  emptyImportMs: importMs("await import('node:path')"),
};
const kb = (bytes) => `${(bytes / 1024).toFixed(0)} KB`;
print('package', 1, results, [
  `tarball ${kb(results.tarballBytes)}, unpacked ${kb(results.unpackedBytes)}, ${results.files} files`,
  `import ${results.importMs.toFixed(0)} ms (an empty import: ${results.emptyImportMs.toFixed(1)} ms)`,
]);
