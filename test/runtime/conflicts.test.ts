import { describe, expect, it } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { instant, settled, world } from './world.ts';

const model = { loader: instant(), size: '1MB', group: 'gpu' };
const oneAtATime = { groups: { gpu: { atMost: 1 } } };

describe('components of a group', () => {
  it('take turns, in the order in which they were asked for', async () => {
    const { foreload } = world({ a: model, b: model }, oneAtATime);
    const served: string[] = [];
    const use = async (id: 'a' | 'b', user: string): Promise<() => void> => {
      const lease = await foreload.acquire(id, { user });
      served.push(`${id} for ${user}`);
      return () => lease.release();
    };
    const ann = await use('a', 'ann');
    const bob = use('b', 'bob');
    const cyd = use('a', 'cyd');
    await settled();
    expect(served).toEqual(['a for ann']);
    ann();
    const releaseBob = await bob;
    expect(foreload.status().components.map(({ id, state }) => `${id} ${state}`)).toEqual(['a cold', 'b warm']);
    releaseBob();
    (await cyd)();
    expect(served).toEqual(['a for ann', 'b for bob', 'a for cyd']);
    await foreload.close();
  });

  it('wait for a minute unless told otherwise; the error says who has it, and since when', async () => {
    const { foreload, time } = world({ a: model, b: model }, oneAtATime);
    const lease = await foreload.acquire('a', { user: 'ann' });
    time.advance(ms(2000));
    const waits = foreload.acquire('b', { user: 'bob' });
    await settled();
    time.advance(ms(59_999));
    const early = await Promise.race([waits, settled().then(() => 'waits')]);
    expect(early).toBe('waits');
    time.advance(ms(1));
    await expect(waits).rejects.toMatchObject({
      code: 'conflict-timeout',
      message: expect.stringMatching(
        /^component "b" waited 60\.0 s .* found "a" leased by user "ann" \(command \d+\) for 62\.0 s, of the same group "gpu"; release/,
      ),
    });
    lease.release();
    expect((await foreload.acquire('b')).found).toBe('cold');
    await foreload.close();
  });

  it('give up their place in the queue when the signal aborts', async () => {
    const { foreload } = world({ a: model, b: model }, oneAtATime);
    const lease = await foreload.acquire('a', { user: 'ann' });
    const giveUp = new AbortController();
    const waits = foreload.acquire('b', { user: 'bob', signal: giveUp.signal });
    await settled();
    giveUp.abort();
    await expect(waits).rejects.toMatchObject({ code: 'aborted' });
    lease.release();
    expect((await foreload.acquire('a', { user: 'cyd' })).found).toBe('warm');
    await foreload.close();
  });
});

describe('the loads of one demand', () => {
  it('begin in the order of the critical path, all at once', async () => {
    const begun: string[] = [];
    const named = (id: string, loadMs: number, ...dependsOn: readonly string[]) => ({
      loader: {
        load: () => {
          begun.push(id);
          return id;
        },
      },
      size: '1MB',
      loadMs,
      dependsOn,
    });
    const { foreload } = world({
      quick: named('quick', 10),
      slow: named('slow', 900),
      base: named('base', 600),
      above: named('above', 500, 'base'),
      app: named('app', 50, 'quick', 'slow', 'above'),
    });
    await foreload.acquire('app');
    expect(begun).toEqual(['base', 'slow', 'quick', 'above', 'app']);
    await foreload.close();
  });
});
