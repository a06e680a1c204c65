// Runs every check in turn and closes with one line: N passed, N failed, N skipped.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const report = join(tmpdir(), `foreload-tests-${process.pid}.json`);
const bin = (name) => join(root, 'node_modules', '.bin', name);
const counts = { passed: 0, failed: 0, skipped: 0 };

function step(name, command, ...args) {
  process.stdout.write(`\n== ${name}\n`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
  if (error) process.stdout.write(`${error.message}\n`);
  return status === 0;
}

function check(name, command, ...args) {
  counts[step(name, command, ...args) ? 'passed' : 'failed']++;
}

check('types', bin('tsc'), '--noEmit', '-p', '.');
check('types of the tests', bin('tsc'), '--noEmit', '-p', 'test');
check('lint', bin('oxlint'), '--type-aware', '--deny-warnings');
check('format', bin('biome'), 'check', '.');
const ran = step('tests', bin('vitest'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`);
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = JSON.parse(readFileSync(report, 'utf8'));
  counts.passed += numPassedTests;
  counts.failed += numFailedTests;
  counts.skipped += numPendingTests + numTodoTests;
  // A suite that breaks before its tests counts as one failure.
  if (!ran && numFailedTests === 0) counts.failed++;
} catch (error) {
  process.stdout.write(`no test report: ${error.message}\n`);
  counts.failed++;
}
rmSync(report, { force: true });
check('a million events', process.execPath, join(root, 'bench', 'soak.mjs'), '--events', '1000000');
check('unused files and exports', bin('knip'));
check('package', bin('publint'), '--strict');
check('package types', bin('attw'), '--pack', '.', '--profile', 'esm-only', '--quiet');

const skipped = counts.skipped > 0 ? `, ${counts.skipped} skipped` : '';
process.stdout.write(`\n${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
process.exit(counts.failed === 0 ? 0 : 1);
