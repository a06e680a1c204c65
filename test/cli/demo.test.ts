import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { demoCommand } from '../../src/cli/demo.ts';
import type { CliIo } from '../../src/cli/io.ts';
import { ms } from '../../src/model/ids.ts';
import { Files, foreload } from './cli.ts';

const example = fileURLToPath(new URL('../../examples/coding-agent/', import.meta.url));
const files = new Files();
afterAll(() => files.remove());

describe('options', () => {
  it.each([
    ['--commands', '0'],
    ['--commands', '2974'],
    ['--commands', 'many'],
    ['--think', '-1'],
    ['--think', '1.5'],
    ['--budget', 'half'],
    ['--budget', '8slots'],
    ['--waste', '2'],
  ])('%s %s is refused', async (option, value) => {
    const { code, stdout, stderr } = await foreload(['demo', `${option}=${value}`]);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(option);
    expect(stderr).toContain(value);
  });

  it('refuses a report that cannot be written, before any work', async () => {
    const { code, stderr } = await foreload(['demo', '--report', join(files.folder, 'missing', 'demo.html')]);
    expect(code).toBe(2);
    expect(stderr).toContain('--report');
  });
});

describe('the published package', () => {
  const exitCode = process.exitCode;
  afterEach(() => {
    process.exitCode = exitCode;
  });

  it('says that the demo runs from a clone', async () => {
    let stderr = '';
    const io: CliIo = {
      stdout: () => {},
      stderr: (text) => void (stderr += text),
      colour: false,
      columns: 0,
      signal: new AbortController().signal,
      clock: { now: () => ms(0) },
      debug: false,
    };
    await demoCommand(io, join(files.folder, 'coding-agent')).parseAsync([], { from: 'user' });
    expect(process.exitCode).toBe(1);
    expect(stderr).toBe(
      'foreload: the demo runs from a clone of the repository; this package does not carry its components\n',
    );
  });
});

describe.runIf(process.env['FORELOAD_DEMO'] === '1')('the real demo (takes minutes: FORELOAD_DEMO=1 runs it)', () => {
  it('compares both policies and leaves nothing running', { timeout: 600_000 }, () => {
    const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
    const report = join(files.folder, 'demo.html');
    const args = [main, 'demo', '--commands', '8', '--report', report, '--json'];
    const { status, stdout } = spawnSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 2] });
    expect(status).toBe(0);
    const { results, replayed } = JSON.parse(stdout);
    expect(Object.keys(results)).toEqual(['lru', 'foreload']);
    expect(Object.keys(replayed)).toEqual(['foreload', 'lru', 'clairvoyant']);
    for (const { found } of Object.values<{ found: Record<string, number> }>(results)) {
      expect(found['failed']).toBe(0);
      expect(Object.values(found).reduce((sum, count) => sum + count, 0)).toBe(8);
    }
    expect(existsSync(report)).toBe(true);
    expect(commandLines().filter((line) => line.includes(example))).toEqual([]);
  });
});

/** Of all running processes; none where there is no /proc. */
function commandLines(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        // It ended while we looked.
        return '';
      }
    });
}
