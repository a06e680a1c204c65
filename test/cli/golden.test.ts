import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { foreload } from './cli.ts';

// A change of these files is a change of behaviour, reviewed like code. `npx vitest run test/cli/golden -u` rewrites them.

const golden = (name: string): string => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));

/** One object to a file, a field to a line. */
const lines = (json: string): string => `${JSON.stringify(JSON.parse(json), null, 2)}\n`;

it('a replay of the committed trace is what it was', async () => {
  const policies = 'foreload,lru,lfu,keepalive:10m,belady,clairvoyant';
  const args = ['--budget', '40%', '--policies', policies, '--lead', '300', '--score-from', '0.25', '--json'];
  const { stdout, stderr } = await foreload(['replay', golden('desk.csv'), ...args]);
  expect(stderr).toBe('');
  await expect(lines(stdout)).toMatchFileSnapshot(golden('desk.replay.json'));
});

it.each(['explain', 'run'])('the help of %s is what it was', async (command) => {
  const { stdout } = await foreload([command, '--help']);
  await expect(stdout).toMatchFileSnapshot(golden(`${command}.help.txt`));
});
