import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const rounds = 20;
/** What the JavaScript heap may grow by from the fifth round on: all that is loaded on first use has been by then. */
const heapGrowthMB = 6;

interface Soak {
  readonly rounds: number;
  readonly left: Readonly<Record<string, number>>;
  readonly failed: readonly unknown[];
  readonly history: readonly { readonly round: number; readonly heap: number }[];
}

test.skipIf(process.platform !== 'linux')(
  `${rounds} loads and unloads of one component of each light kind leave nothing behind`,
  { timeout: 600_000 },
  async () => {
    expect(
      existsSync(`${root}dist/index.js`),
      'dist/ is missing: run `npm run build`, or the whole of `npm test`',
    ).toBe(true);
    const args = ['--expose-gc', 'bench/soak-kinds.mjs', '--light', '--json', '--rounds', String(rounds)];
    // It also tells of memory, which differs between machines, by its exit code.
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root }).catch(
      (error: { stdout: string; stderr: string }) => error,
    );
    expect(stdout, stderr).toContain('"soak-kinds"');
    const { results } = JSON.parse(stdout.trim().split('\n').at(-1)!) as { results: Soak };
    expect(results.rounds).toBe(rounds);
    expect(results.left).toEqual({ programs: 0, ports: 0, timers: 0, handles: 0, descriptors: 0, leases: 0 });
    expect(results.failed).toEqual([]);
    const [, settled] = results.history;
    expect(results.history.at(-1)!.heap - settled.heap).toBeLessThan(heapGrowthMB * 1e6);
  },
);
