import { describe, expect, test } from 'vitest';
import { fakeLoader, type FakeValue } from '../../src/testing/fake-loader.ts';
import { VirtualTime } from '../../src/time/virtual.ts';
import { contextFor, loaderContract } from '../loaders/contract.ts';

const soon = {
  start(_after: unknown, run: () => void) {
    queueMicrotask(run);
    return () => undefined;
  },
};

loaderContract<FakeValue>('a fake', () => {
  const loader = fakeLoader({ after: { ms: 0, timers: soon }, bytes: 7 });
  const hanging = fakeLoader();
  const failing = fakeLoader();
  const load = failing.load.bind(failing);
  return {
    loader,
    works: (value) => expect(value.alive).toBe(true),
    leftovers: () => loader.live.length + loader.running + hanging.live.length + hanging.running,
    stopsWorking: (value) => expect(value.alive).toBe(false),
    hanging,
    failing: {
      loader: {
        load: (context) => {
          const loading = load(context);
          failing.fail();
          return loading;
        },
      },
      message: /^the test says so$/,
    },
    end: { by: (value) => loader.crash(undefined, value), message: /^the test says so$/ },
  };
});

describe('a fake loader', () => {
  test('waits until a load is finished or failed by hand, oldest first', async () => {
    const loader = fakeLoader();
    const first = loader.load(contextFor('a'));
    const second = loader.load(contextFor('b'));
    expect([loader.begun, loader.running]).toEqual([2, 2]);
    loader.finish();
    loader.fail(new Error('no'));
    expect(await first).toMatchObject({ id: 'a', nth: 1, alive: true });
    await expect(second).rejects.toThrow('no');
    expect(loader.running).toBe(0);
    expect(() => loader.finish()).toThrow('no load is running');
    expect(loader.live).toHaveLength(1);
  });

  test('takes virtual time', async () => {
    const time = new VirtualTime();
    const loader = fakeLoader({ after: { ms: 100, timers: time } });
    const load = loader.load(contextFor('a'));
    time.advance(99);
    expect(loader.running).toBe(1);
    time.advance(1);
    expect(loader.running).toBe(0);
    await load;
  });

  test('refuses to crash what is not there', () => {
    expect(() => fakeLoader().crash()).toThrow('nothing is loaded');
  });
});
