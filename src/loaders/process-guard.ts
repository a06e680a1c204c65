import { hostMark, killMarkedSync, markName } from './process-mark.ts';
import { killGroup, processTreesSync, signalGroup, startOf } from './process-tree.ts';
import { Shell } from './shell.ts';

/**
 * Sees to it that no process group outlives the host. Groups don't get the host's Ctrl-C, so this takes two measures:
 * when the host exits, a listener kills them, and what they started in groups of their own, before it is gone;
 * when the host dies without running anything more (a signal nobody handles, `kill -9`, out of memory), its end of a
 * pipe closes, and a small shell at the other end kills the groups, and on Linux what left them or was never told of.
 * Neither exists before the first group; all share them.
 */
const guarded = new Set<number>();

/** To be called before a group is started: the host may die before it can add it. */
export function guardStart(): void {
  watchman.start();
}

/** Adds a group; the returned function takes it out again, once it is gone. */
export function guardGroup(leader: number): () => void {
  if (guarded.size === 0) process.on('exit', killAll);
  watchman.tell(`+ ${leader}`);
  guarded.add(leader);
  return () => {
    if (!guarded.delete(leader)) return;
    watchman.tell(`- ${leader}`);
    if (guarded.size === 0) process.off('exit', killAll);
  };
}

function killAll(): void {
  const leaders = [...guarded];
  try {
    for (const [nth, tree] of processTreesSync(leaders).entries()) killGroup(leaders[nth]!, tree);
    killMarkedSync(hostMark, startOf(process.pid));
  } catch {
    // Without free descriptors what left its group can't be found: the watchman finds it.
    for (const leader of leaders) signalGroup(leader, 'SIGKILL');
  }
}

/** Kills whatever bears the mark of the host: for `sh`. Twice, for what was starting did not bear it yet. */
export const sweep: string = `
for pass in 1 2; do
  for file in $(grep -lsF "${markName}=${hostMark}" /proc/[0-9]*/environ); do
    pid=\${file#/proc/}
    kill -s KILL "\${pid%/environ}"
  done
  [ $pass = 2 ] || sleep 0.3 || sleep 1
done`;

/** Keeps the groups it is told of in a list; when its input ends, kills those, and then whatever bears the mark of the host. */
const watchman = new Shell(
  `
groups=' '
while read -r change leader; do
  case $change in
    +) groups="$groups$leader " ;;
    -) groups="\${groups%% $leader *} \${groups#* $leader }" ;;
  esac
done
for leader in $groups; do kill -s KILL -- "-$leader"; done
${sweep}`,
  () => Array.from(guarded, (leader) => `+ ${leader}`),
);
