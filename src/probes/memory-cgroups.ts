import { posix } from 'node:path';
import type { MemoryReading } from './probe.ts';

/** Reads a small text file at once. @throws if it can't. */
export type ReadText = (path: string) => string;

/** A folder of the kernel's that limits the memory of the processes in it: a control group, of the first or second kind. */
export interface MemoryCgroup {
  readonly version: 1 | 2;
  readonly path: string;
}

/**
 * The control groups whose memory limits hold for a process: its own first, then their parents, as far as they are
 * mounted here (cgroups(7), proc(5)).
 * @param cgroup text of /proc/self/cgroup
 * @param mountinfo text of /proc/self/mountinfo
 */
export function memoryCgroups(cgroup: string, mountinfo: string): MemoryCgroup[] {
  const mounts = lines(mountinfo).map(mountOf);
  return lines(cgroup).flatMap((line) => {
    // `4:memory:/a/b`, or for the second kind `0::/a/b`; a path may hold colons.
    const [, controllers, own] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (own === undefined || (controllers !== '' && !controllers!.split(',').includes('memory'))) return [];
    const version = controllers === '' ? 2 : 1;
    const mount = mounts.find(
      ({ type, options }) =>
        type === (version === 2 ? 'cgroup2' : 'cgroup') && (version === 2 || options.split(',').includes('memory')),
    );
    return mount ? upwards(mount.point, below(mount.root, own)).map((path) => ({ version, path })) : [];
  });
}

/**
 * Memory that a control group may still take. Pages of files that nobody has used lately count as available: the kernel
 * drops them before it kills. Null: it sets no limit, or none below `machineBytes`.
 * @throws if its files can't be read
 */
export function readCgroup(
  { version, path }: MemoryCgroup,
  read: ReadText,
  machineBytes: number,
): MemoryReading | null {
  const [limits, usage, inactive] = files[version];
  const limitBytes = Math.min(...limits.map((name) => limitOf(read(posix.join(path, name)))));
  if (!(limitBytes < machineBytes)) return null;
  const used = Number(read(posix.join(path, usage)));
  const stat = read(posix.join(path, 'memory.stat'));
  const droppable = Number(new RegExp(`^${inactive} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
  return { availableBytes: Math.max(0, limitBytes - Math.max(0, used - droppable)), limitBytes };
}

/** Above `memory.high` the kernel slows whoever asks for more: that is a limit too. */
const files = {
  1: [['memory.limit_in_bytes'], 'memory.usage_in_bytes', 'total_inactive_file'],
  2: [['memory.max', 'memory.high'], 'memory.current', 'inactive_file'],
} as const;

const limitOf = (text: string): number => (text.trim() === 'max' ? Number.POSITIVE_INFINITY : Number(text));

interface Mount {
  readonly root: string;
  readonly point: string;
  readonly type: string;
  readonly options: string;
}

/** `36 35 98:0 /root /point rw,noatime [optional...] - type source options`. */
function mountOf(line: string): Mount {
  const [before = '', after = ''] = line.split(' - ', 2);
  const [, , , root = '', point = ''] = before.split(' ').map(unescaped);
  const [type = '', , options = ''] = after.split(' ');
  return { root, point, type, options };
}

const unescaped = (text: string): string =>
  text.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));

/** Where a group lies under its mount; a group that lies outside of what is mounted is seen as the mount itself. */
function below(root: string, own: string): string {
  if (own.split('/').includes('..')) return '';
  if (root === '/') return own;
  return own === root || own.startsWith(`${root}/`) ? own.slice(root.length) : '';
}

function upwards(point: string, path: string): string[] {
  const found = [point];
  for (const name of path.split('/').filter(Boolean)) found.unshift(posix.join(found[0]!, name));
  return found;
}

const lines = (text: string): string[] => text.split('\n').filter((line) => line !== '');
