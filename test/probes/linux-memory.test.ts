import { describe, expect, it } from 'vitest';
import { linuxMemory } from '../../src/probes/linux-memory.ts';
import { memoryCgroups } from '../../src/probes/memory-cgroups.ts';
import { VirtualTime } from '../../src/time/virtual.ts';

const MB = 2 ** 20;
const kb = (megabytes: number): string => `${megabytes * 1024} kB`;
const meminfo = (total: number, available: number): string =>
  `MemTotal:       ${kb(total)}\nMemFree:          ${kb(available / 2)}\nMemAvailable:   ${kb(available)}\nBuffers:  96 kB\n`;
const psi = (someUs: number, fullUs: number): string =>
  `some avg10=0.00 avg60=0.00 avg300=0.00 total=${someUs}\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=${fullUs}\n`;

// As read from the kernel: a machine with both kinds mounted, a container with a namespace of its own, and one without.
const hybrid = {
  cgroup: '9:name=systemd:/\n8:pids:/\n4:memory:/process_api/6a21\n1:cpu:/\n0::/\n',
  mountinfo: `31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw
`,
};
const unified = {
  cgroup: '0::/user.slice/user-1000.slice/app.scope\n',
  mountinfo: '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot\n',
};
const namespaced = { cgroup: '0::/\n', mountinfo: '30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup rw,nsdelegate\n' };
const docker = {
  cgroup: '11:cpu,cpuacct:/docker/abc\n4:memory:/docker/abc/worker\n',
  mountinfo:
    '1020 1015 0:33 /docker/abc /sys/fs/cgroup/mem\\040ory ro master:17 - cgroup cgroup rw,memory\n1021 1015 0:34 /docker/abc /sys/fs/cgroup/cpu ro master:18 - cgroup cgroup rw,cpu,cpuacct\n',
};

describe('the control groups of a process', () => {
  it('are its own and those above it, as far as they are mounted', () => {
    const paths = ({ cgroup, mountinfo }: typeof unified): string[] =>
      memoryCgroups(cgroup, mountinfo).map(({ version, path }) => `${version} ${path}`);
    expect(paths(hybrid)).toEqual([
      '1 /sys/fs/cgroup/memory/process_api/6a21',
      '1 /sys/fs/cgroup/memory/process_api',
      '1 /sys/fs/cgroup/memory',
      '2 /sys/fs/cgroup/unified',
    ]);
    expect(paths(unified)).toEqual([
      '2 /sys/fs/cgroup/user.slice/user-1000.slice/app.scope',
      '2 /sys/fs/cgroup/user.slice/user-1000.slice',
      '2 /sys/fs/cgroup/user.slice',
      '2 /sys/fs/cgroup',
    ]);
    expect(paths(namespaced)).toEqual(['2 /sys/fs/cgroup']);
    expect(paths(docker)).toEqual(['1 /sys/fs/cgroup/mem ory/worker', '1 /sys/fs/cgroup/mem ory']);
  });

  it('are none where nothing is mounted, and the mount itself where the process is elsewhere', () => {
    expect(memoryCgroups('', '')).toEqual([]);
    expect(memoryCgroups(unified.cgroup, docker.mountinfo)).toEqual([]);
    expect(memoryCgroups('0::/../../other\n', namespaced.mountinfo)).toEqual([{ version: 2, path: '/sys/fs/cgroup' }]);
    expect(memoryCgroups('4:memory:/elsewhere\n', docker.mountinfo)).toEqual([
      { version: 1, path: '/sys/fs/cgroup/mem ory' },
    ]);
  });
});

/** A machine made of files. */
function machine(given: Readonly<Record<string, string | number>>) {
  const files = new Map(Object.entries(given).map(([path, text]) => [path, String(text)]));
  const time = new VirtualTime();
  const read = (path: string): string => {
    const text = files.get(path);
    if (text === undefined) throw new Error(`ENOENT: no such file, open '${path}'`);
    return text;
  };
  return { probe: linuxMemory({ read, clock: time }), files, time };
}

const base = { '/proc/meminfo': meminfo(8000, 6000) };
const own = '/sys/fs/cgroup/user.slice/user-1000.slice/app.scope';
const inGroup = {
  ...base,
  '/proc/self/cgroup': unified.cgroup,
  '/proc/self/mountinfo': unified.mountinfo,
  [`${own}/memory.max`]: `${1000 * MB}\n`,
  [`${own}/memory.high`]: 'max\n',
  [`${own}/memory.current`]: 700 * MB,
  [`${own}/memory.stat`]: `anon 1\nfile 2\ninactive_file ${300 * MB}\nactive_file 7\n`,
};
const reading = (available: number, limit: number) => ({ availableBytes: available * MB, limitBytes: limit * MB });

describe('linuxMemory', () => {
  it('reads the machine where there is no group, or no limit', () => {
    expect(machine(base).probe.read()).toEqual(reading(6000, 8000));
    const unlimited = { ...inGroup, [`${own}/memory.max`]: 'max\n' };
    expect(machine(unlimited).probe.read()).toEqual(reading(6000, 8000));
  });

  it('reads its group, less the files in the cache that nobody used lately', () => {
    expect(machine(inGroup).probe.read()).toEqual(reading(600, 1000));
    const cached = { ...inGroup, [`${own}/memory.current`]: 200 * MB };
    expect(machine(cached).probe.read()?.availableBytes).toBe(6000 * MB);
  });

  it('reads the group above it if that is tighter, and `memory.high` before `memory.max`', () => {
    const above = '/sys/fs/cgroup/user.slice';
    const tight = {
      [`${above}/memory.max`]: 2000 * MB,
      [`${above}/memory.high`]: 1500 * MB,
      [`${above}/memory.current`]: 1450 * MB,
      [`${above}/memory.stat`]: 'inactive_file 0\n',
    };
    expect(machine({ ...inGroup, ...tight }).probe.read()).toEqual(reading(50, 1500));
  });

  it('reads groups of the first kind: 2^63 is no limit', () => {
    const path = '/sys/fs/cgroup/memory/process_api/6a21';
    const group = (limit: number | string) => ({
      ...base,
      '/proc/self/cgroup': hybrid.cgroup,
      '/proc/self/mountinfo': hybrid.mountinfo,
      [`${path}/memory.limit_in_bytes`]: limit,
      [`${path}/memory.usage_in_bytes`]: 240 * MB,
      [`${path}/memory.stat`]: `inactive_file 5\nhierarchical_memory_limit 1\ntotal_inactive_file ${96 * MB}\n`,
    });
    expect(machine(group(256 * MB)).probe.read()).toEqual(reading(112, 256));
    expect(machine(group('9223372036854771712')).probe.read()).toEqual(reading(6000, 8000));
  });

  it('follows a process that is moved, and a limit that is changed', () => {
    const { probe, files } = machine(inGroup);
    files.set(`${own}/memory.max`, String(800 * MB));
    expect(probe.read()?.limitBytes).toBe(800 * MB);
    files.set('/proc/self/cgroup', '0::/other\n');
    for (const name of ['max', 'high', 'current', 'stat']) {
      files.set(`/sys/fs/cgroup/other/memory.${name}`, name === 'stat' ? 'inactive_file 0' : String(500 * MB));
    }
    expect(probe.read()).toEqual(reading(0, 500));
  });

  it('fails rather than forget a limit that it can read no longer, and recovers', () => {
    const { probe, files } = machine(inGroup);
    probe.read();
    const limit = files.get(`${own}/memory.max`)!;
    files.delete(`${own}/memory.max`);
    expect(() => probe.read()).toThrow(/app\.scope can't be read any more.*ENOENT/);
    files.set(`${own}/memory.max`, limit);
    expect(probe.read()?.limitBytes).toBe(1000 * MB);
  });

  it('fails without /proc/meminfo', () => {
    expect(() => machine({}).probe.read()).toThrow('ENOENT');
  });

  it('tells how long somebody waited for memory in its group during the last second or more', () => {
    const { probe, files, time } = machine({ ...inGroup, [`${own}/memory.pressure`]: psi(5_000_000, 4_000_000) });
    expect(probe.read()).not.toHaveProperty('stall');
    time.advance(250);
    files.set(`${own}/memory.pressure`, psi(5_250_000, 4_250_000));
    expect(probe.read()).not.toHaveProperty('stall');
    time.advance(750);
    expect(probe.read()?.stall).toEqual({ some: 0.25, full: 0.25 });
    time.advance(250);
    expect(probe.read()?.stall).toEqual({ some: 0, full: 0 });
    time.advance(1000);
    files.set(`${own}/memory.pressure`, psi(5_350_000, 4_250_000));
    expect(probe.read()?.stall).toEqual({ some: 0.1, full: 0 });
  });

  it('leaves the waits of the whole machine to others while half of the memory is available', () => {
    for (const [available, waits] of [
      [5000, undefined],
      [3000, { some: 0.3, full: 0.2 }],
    ] as const) {
      const files = { '/proc/meminfo': meminfo(8000, available), '/proc/pressure/memory': psi(0, 0) };
      const { probe, files: now, time } = machine(files);
      probe.read();
      time.advance(1000);
      now.set('/proc/pressure/memory', psi(300_000, 200_000));
      expect(probe.read()?.stall).toEqual(waits);
    }
  });
});
