import { describe, expect, it } from 'vitest';
import { Foreground } from '../../src/runtime/foreground.ts';
import type { LeaseId } from '../../src/model/ids.ts';
import { VirtualTime } from '../../src/time/virtual.ts';

const [one, two] = [1 as LeaseId, 2 as LeaseId];

function begin() {
  const time = new VirtualTime();
  const foreground = new Foreground(time, time);
  const said: string[] = [];
  const load = (name = 'load', afterMs?: number) =>
    foreground.standAside(
      () => said.push(`${name} pauses at ${time.now()}`),
      () => said.push(`${name} resumes at ${time.now()}`),
      afterMs,
    );
  return { time, foreground, said, load };
}

describe('a load that nobody waits for', () => {
  it('stands still from the asking of a demand until its release', () => {
    const { time, foreground, said, load } = begin();
    load();
    time.advance(10);
    foreground.asked(one);
    time.advance(500);
    foreground.granted(one);
    time.advance(5);
    foreground.ended(one);
    expect(said).toEqual(['load pauses at 10', 'load resumes at 515']);
  });

  it('goes on soon after the grant of what is held for longer', () => {
    const { time, foreground, said, load } = begin();
    load();
    foreground.asked(one);
    foreground.granted(one);
    time.advance(99);
    expect(said).toEqual(['load pauses at 0']);
    time.advance(1);
    expect(said).toEqual(['load pauses at 0', 'load resumes at 100']);
    foreground.ended(one);
    expect(said).toHaveLength(2);
  });

  it('stands still until the last of several demands is served', () => {
    const { time, foreground, said, load } = begin();
    load();
    foreground.asked(one);
    foreground.asked(two);
    foreground.ended(one);
    time.advance(30);
    foreground.ended(two);
    expect(said).toEqual(['load pauses at 0', 'load resumes at 30']);
  });

  it('stands still two seconds at most, and half of the time when demands never cease', () => {
    const { time, foreground, said, load } = begin();
    load();
    foreground.asked(one);
    time.advance(3000);
    expect(said).toEqual(['load pauses at 0', 'load resumes at 2000']);
    let still = 2000;
    let since: number | null = null;
    for (let lease = 10; time.now() < 23_000; lease++) {
      const before = said.length;
      foreground.asked(lease as LeaseId);
      if (said.length > before) since = time.now();
      time.advance(10);
      foreground.ended(lease as LeaseId);
      foreground.ended(one);
      if (since !== null && said.at(-1)!.includes('resumes')) {
        still += Number(said.at(-1)!.split(' ').at(-1)) - since;
        since = null;
      }
    }
    expect(still).toBeGreaterThan(0.4 * 23_000);
    expect(still).toBeLessThanOrEqual(0.5 * 23_000 + 1000);
  });

  it('that begins while others stand still does so too, and goes on when it is wanted', () => {
    const { foreground, said, load } = begin();
    load('first');
    foreground.asked(one);
    const wanted = load('second');
    wanted();
    wanted();
    foreground.ended(one);
    expect(said).toEqual(['first pauses at 0', 'second pauses at 0', 'second resumes at 0', 'first resumes at 0']);
  });

  it('that is left alone by short demands stands still for long ones only, and this alone is counted', () => {
    const { time, foreground, said, load } = begin();
    load('patient', 5);
    for (let lease = 10; time.now() < 8000; lease++) {
      foreground.asked(lease as LeaseId);
      time.advance(4);
      foreground.ended(lease as LeaseId);
    }
    expect(said).toEqual([]);
    foreground.asked(one);
    load('other');
    time.advance(3000);
    expect(said).toEqual([
      'other pauses at 8000',
      'patient pauses at 8005',
      'patient resumes at 10005',
      'other resumes at 10005',
    ]);
  });

  it('that is wanted before it stands still never does', () => {
    const { time, foreground, said, load } = begin();
    const wanted = load('first', 5);
    load('second', 5);
    foreground.asked(one);
    wanted();
    time.advance(20);
    expect(said).toEqual(['second pauses at 5']);
  });

  it('does not stand still for demands that were made before any load could', () => {
    const { time, foreground, said, load } = begin();
    foreground.asked(one);
    const leave = load();
    expect(said).toEqual([]);
    foreground.asked(two);
    leave();
    load('next');
    time.advance(50);
    foreground.ended(one);
    foreground.ended(two);
    expect(said).toEqual(['load pauses at 0', 'load resumes at 0']);
  });
});
