import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { hostMark, killMarkedSync, markName } from './process-mark.ts';
import { killGroup, processTreesSync, signalGroup } from './process-tree.ts';

/**
 * Sees to it that no process group outlives the host. Groups don't get the host's Ctrl-C, so this takes two measures:
 * when the host exits, a listener kills them, and what they started in groups of their own, before it is gone;
 * when the host dies without running anything more (a signal nobody handles, `kill -9`, out of memory), its end of a
 * pipe closes, and a small shell at the other end kills the groups, and on Linux what left them. Neither exists before the first group; all share them.
 */
const guarded = new Set<number>();
let watchman: Socket | undefined;

/** Adds a group; the returned function takes it out again, once it is gone. */
export function guardGroup(leader: number): () => void {
  if (guarded.size === 0) process.on('exit', killAll);
  guarded.add(leader);
  if (watchman === undefined) startWatchman();
  else watchman.write(`+ ${leader}\n`);
  return () => {
    if (!guarded.delete(leader)) return;
    watchman?.write(`- ${leader}\n`);
    if (guarded.size === 0) process.off('exit', killAll);
  };
}

function killAll(): void {
  const leaders = [...guarded];
  try {
    for (const [nth, tree] of processTreesSync(leaders).entries()) killGroup(leaders[nth]!, tree);
    killMarkedSync(hostMark);
  } catch {
    // Without free descriptors what left its group can't be found: the watchman finds it.
    for (const leader of leaders) signalGroup(leader, 'SIGKILL');
  }
}

/** Keeps the groups it is told of in a list; when its input ends, kills those, and then whatever bears the mark of the host. */
const watchmanScript = `
groups=' '
while read -r change leader; do
  case $change in
    +) groups="$groups$leader " ;;
    -) groups="\${groups%% $leader *} \${groups#* $leader }" ;;
  esac
done
for leader in $groups; do kill -s KILL -- "-$leader"; done
for file in $(grep -lsF "${markName}=${hostMark}" /proc/[0-9]*/environ); do
  pid=\${file#/proc/}
  kill -s KILL "\${pid%/environ}"
done`;

function startWatchman(): void {
  if (process.platform === 'win32') return;
  // A group of its own, so that a Ctrl-C in the terminal does not end it first.
  const shell = spawn('/bin/sh', ['-c', watchmanScript], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
  // Without it the exit listener remains; the next group starts another.
  const forget = () => {
    watchman = undefined;
  };
  shell.on('error', forget).on('exit', forget).unref();
  const input: Socket | undefined = (shell.stdin as Socket | null) ?? undefined;
  input?.on('error', forget).unref();
  for (const leader of guarded) input?.write(`+ ${leader}\n`);
  watchman = input;
}
