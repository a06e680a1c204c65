import { describe, expect, it } from 'vitest';
import { availableMemory } from '../../src/probes/available-memory.ts';
import { freeMemory } from '../../src/probes/free-memory.ts';
import { heapLimit } from '../../src/probes/heap-limit.ts';
import { linuxMemory } from '../../src/probes/linux-memory.ts';
import { macosMemory, type RunCommand } from '../../src/probes/macos-memory.ts';
import type { MemoryReading, Probe } from '../../src/probes/probe.ts';
import { systemMemory } from '../../src/probes/system-memory.ts';
import { withFallback } from '../../src/probes/with-fallback.ts';
import { worstOf } from '../../src/probes/worst-of.ts';
import { probeContract } from '../../src/testing/probe-contract.ts';
import { VirtualTime } from '../../src/time/virtual.ts';

const of = (availableBytes: number, limitBytes = 100): MemoryReading => ({ availableBytes, limitBytes });
const probe = (name: string, read: () => unknown): Probe => ({ name, read: read as Probe['read'] });
const broken = (name: string): Probe =>
  probe(name, () => {
    throw new Error(`${name} is gone`);
  });
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
};

describe('macosMemory', () => {
  // What the programs print on a Mac with Apple silicon.
  const printed = {
    memory_pressure:
      'The system has 17179869184 (1048576 pages with a page size of 16384).\nSystem-wide memory free percentage: 40%\n',
    vm_stat: `Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               11849.
Pages active:                            883301.
Pages inactive:                          101541.
Pages speculative:                        23115.
Pages throttled:                              0.
Pages wired down:                        349418.
Pages purgeable:                          24040.
"Translation faults":                 123456789.
Pages stored in compressor:             2197979.
`,
    sysctl: '2\n',
  };
  const limitBytes = 17_179_869_184;

  function mac(programs: Partial<typeof printed>) {
    const time = new VirtualTime();
    const ran: string[] = [];
    const run: RunCommand = async (program, args) => {
      ran.push([program, ...args].join(' '));
      const text = programs[program as keyof typeof printed];
      if (text === undefined) throw new Error(`spawn ${program} ENOENT`);
      return text;
    };
    return { probe: macosMemory({ run, clock: time, limitBytes }), time, ran, programs };
  }

  it('can not tell before its programs have answered, and then tells the latest at once', async () => {
    const { probe, time, ran } = mac(printed);
    expect(probe.read()).toBeUndefined();
    await settled();
    expect(probe.read()).toEqual({ availableBytes: 0.4 * limitBytes, limitBytes, atLeast: 'high' });
    expect(ran).toEqual(['memory_pressure -Q', 'sysctl -n kern.memorystatus_vm_pressure_level']);
    for (let look = 0; look < 20; look++) {
      time.advance(250);
      probe.read();
      await settled();
    }
    expect(ran).toHaveLength(6);
  });

  it('counts the pages that can be had where there is no memory_pressure, in pages of any size', async () => {
    const { probe } = mac({ vm_stat: printed.vm_stat, sysctl: '1' });
    probe.read();
    await settled();
    const pages = 11_849 + 101_541 + 23_115 + 24_040;
    expect(probe.read()).toEqual({ availableBytes: pages * 16_384, limitBytes, atLeast: 'low' });
    const intel = mac({ memory_pressure: 'nothing known', vm_stat: printed.vm_stat.replace('16384', '4096') });
    intel.probe.read();
    await settled();
    expect(intel.probe.read()).toEqual({ availableBytes: pages * 4096, limitBytes });
  });

  it('fails if none of them can be run or says anything, and recovers', async () => {
    const { probe, time, programs } = mac({ vm_stat: 'Mach', sysctl: '4' });
    probe.read();
    await settled();
    expect(() => probe.read()).toThrow(/vm_stat do not say.*no page counts/);
    programs.memory_pressure = printed.memory_pressure;
    time.advance(2000);
    expect(() => probe.read()).toThrow();
    await settled();
    expect(probe.read()).toMatchObject({ atLeast: 'critical' });
  });

  it('does not go on telling what it read long ago', async () => {
    const time = new VirtualTime();
    let hang = false;
    const run: RunCommand = (program) =>
      hang ? new Promise(() => undefined) : Promise.resolve(printed[program as keyof typeof printed]);
    const probe = macosMemory({ run, clock: time, limitBytes });
    probe.read();
    await settled();
    hang = true;
    time.advance(9999);
    expect(probe.read()).toBeDefined();
    time.advance(1);
    expect(() => probe.read()).toThrow('nothing newer than 10 s');
  });
});

describe('other probes', () => {
  it('read free memory on Windows, and the room in the heap', () => {
    expect(freeMemory({ free: () => 3, total: () => 8 }).read()).toEqual(of(3, 8));
    const heap = (used: number) => heapLimit(() => ({ heap_size_limit: 100, used_heap_size: used }) as never).read();
    expect([85, 120].map(heap)).toEqual([of(15), of(0)]);
  });

  it('tell nothing of a heap that is not short: it is not where most of the memory is', () => {
    expect(heapLimit().read()).toBeUndefined();
  });

  for (const make of [availableMemory, freeMemory, heapLimit, linuxMemory, systemMemory]) {
    const { name } = make();
    const readable = make !== linuxMemory || process.platform === 'linux';
    describe.runIf(readable)(`${name} on this machine`, () => {
      for (const each of probeContract(() => make())) it(each.name, each.run);
      it.skipIf(make === heapLimit)('tells something', () => expect(make().read()?.availableBytes).toBeGreaterThan(0));
    });
  }

  it('are picked by platform, and always with the heap', () => {
    expect((['linux', 'darwin', 'win32', 'freebsd'] as const).map((platform) => systemMemory(platform).name)).toEqual([
      'linux-memory+heap-limit',
      'macos-memory+heap-limit',
      'free-memory+heap-limit',
      'available-memory+heap-limit',
    ]);
  });
});

describe('worstOf', () => {
  it('is the tightest of several, with the longest waits and the highest level of any', () => {
    const all = worstOf(
      probe('a', () => ({ ...of(50), stall: { some: 0.5, full: 0 }, atLeast: 'medium' })),
      probe('b', () => ({ ...of(30, 1000), stall: { some: 0.1, full: 0.1 } })),
      probe('c', () => ({ ...of(80), atLeast: 'high' })),
      probe('d', () => undefined),
    );
    expect(all.read()).toEqual({ ...of(30, 1000), stall: { some: 0.5, full: 0.1 }, atLeast: 'high' });
    expect(worstOf(probe('d', () => undefined)).read()).toBeUndefined();
  });
});

describe('withFallback', () => {
  function told(...probes: Probe[]) {
    const news: string[] = [];
    const one = withFallback(probes, {
      failed: (name, error, instead) => news.push(`${name} failed (${error.message}), ${instead} instead`),
      restored: (name) => news.push(`${name} restored`),
    });
    return { read: () => one.read(), news };
  }

  it('reads the next probe when one fails, and says so once', () => {
    const { read, news } = told(
      broken('a'),
      probe('b', () => of(7)),
    );
    for (let look = 0; look < 100; look++) expect(read()).toEqual(of(7));
    expect(news).toEqual(['a failed (a is gone), b instead']);
  });

  it('says that a probe is restored only once it has worked for a while, and reads it at once', () => {
    let works = (look: number): boolean => look % 2 === 0;
    let look = 0;
    const { read, news } = told(
      probe('a', () => {
        if (works(look++)) return of(1);
        throw new Error('again');
      }),
      probe('b', () => of(2)),
    );
    expect(Array.from({ length: 100 }, () => read()?.availableBytes).slice(0, 4)).toEqual([1, 2, 1, 2]);
    expect(news).toEqual(['a failed (again), b instead']);
    works = () => true;
    for (let good = 0; good < 9; good++) read();
    expect(news).toHaveLength(1);
    read();
    expect(news.slice(1)).toEqual(['a restored']);
    works = () => false;
    read();
    expect(news.slice(2)).toEqual(['a failed (again), b instead']);
  });

  it('a probe that can not tell right now has not failed', () => {
    const { read, news } = told(
      probe('a', () => undefined),
      probe('b', () => of(2)),
    );
    expect(read()).toEqual(of(2));
    expect(news).toEqual([]);
  });

  it('tells nothing when none can be read, and does not throw', () => {
    const { read, news } = told(broken('a'), broken('b'));
    expect([read(), read()]).toEqual([undefined, undefined]);
    expect(news).toEqual(['a failed (a is gone), null instead', 'b failed (b is gone), null instead']);
  });

  it.each([
    ['a promise', Promise.resolve(of(1)), /found a promise/],
    ['nothing', null, /found null/],
    ['a number', 0.5, /found 0.5/],
    ['a limit of 0', of(0, 0), /no usable reading/],
    ['no limit', { availableBytes: 5 }, /found \{"availableBytes":5\}/],
    ['not a number', of(Number.NaN), /no usable reading/],
    ['less than nothing', of(-1), /no usable reading/],
    ['an unknown level', { ...of(1), atLeast: 'bad' }, /no usable reading/],
    ['strange waits', { ...of(1), stall: { some: 'x' } }, /no usable reading/],
  ])('takes a reading that makes no sense for a failure: %s', (_, reading, message) => {
    const { read, news } = told(
      probe('own', () => reading),
      probe('b', () => of(2)),
    );
    expect(read()).toEqual(of(2));
    expect(news).toHaveLength(1);
    expect(news[0]).toMatch(message);
  });
});
