import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { memoryCgroups } from '../../src/probes/memory-cgroups.ts';

/** A control group with a real memory limit, for processes of a test. */
export interface LimitedGroup {
  /** Shell words that run a program inside of it. */
  inside(program: string): string;
  /** How many processes the kernel has killed in it. */
  kills(): number;
  /** Ends whatever runs in it, and takes it away. */
  remove(): Promise<void>;
}

/** Makes one below this process's own. A text says why it can't be done here. */
export function limitedGroup(limitBytes: number): LimitedGroup | string {
  if (process.platform !== 'linux') return 'control groups are Linux only';
  const text = (path: string): string => readFileSync(path, 'utf8');
  const groups = memoryCgroups(text('/proc/self/cgroup'), text('/proc/self/mountinfo'));
  const why: string[] = [];
  for (const { version, path } of groups) {
    const folder = join(path, `foreload-test-${process.pid}`);
    const file = version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
    try {
      mkdirSync(folder);
      // A group of the second kind has no limits unless the one above hands them down.
      if (!existsSync(join(folder, file))) throw new Error(`no ${file} in ${folder}`);
      writeFileSync(join(folder, file), String(limitBytes));
      if (version === 2) writeFileSync(join(folder, 'memory.swap.max'), '0');
    } catch (error) {
      why.push(String(error));
      if (existsSync(folder)) rmdirSync(folder);
      continue;
    }
    const events = join(folder, version === 1 ? 'memory.oom_control' : 'memory.events');
    return {
      inside: (program) => `echo $$ > '${join(folder, 'cgroup.procs')}' && exec ${program}`,
      kills: () => Number(/^oom_kill (\d+)$/m.exec(text(events))?.[1]),
      remove: () => remove(folder),
    };
  }
  return why[0] ?? 'no memory control group is mounted';
}

async function remove(folder: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    for (const pid of readFileSync(join(folder, 'cgroup.procs'), 'utf8').split('\n').filter(Boolean)) {
      try {
        process.kill(Number(pid), 'SIGKILL');
      } catch {
        // It has ended in the meantime.
      }
    }
    try {
      return rmdirSync(folder);
    } catch (error) {
      if (attempt === 50) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
