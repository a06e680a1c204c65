import { getEventListeners } from 'node:events';
import { describe, expect, test, vi } from 'vitest';
import { following, untilSettled } from '../../src/loaders/abort.ts';
import { collected } from '../collected.ts';
import { rejection } from './contract.ts';

const listeners = (signal: AbortSignal) => getEventListeners(signal, 'abort').length;
const forever = () => new Promise<never>(() => undefined);

describe.each([{ following }, { untilSettled }])('%o', (one) => {
  const [run] = Object.values(one) as [typeof following];

  test('fires with the signal that it follows, for the same reason', async () => {
    const abort = new AbortController();
    const heard = vi.fn();
    void run(abort.signal, ({ signal }) => {
      signal.addEventListener('abort', () => heard(signal.reason));
      return forever();
    });
    abort.abort('enough');
    expect(heard).toHaveBeenCalledExactlyOnceWith('enough');
  });

  test('has fired from the start where the other has', async () => {
    await run(AbortSignal.abort('before'), async ({ signal }) => expect(signal.reason).toBe('before'));
  });

  test('gives what the work gives, and leaves nothing on the signal', async () => {
    const { signal } = new AbortController();
    expect(await run(signal, async () => listeners(signal))).toBe(1);
    expect(listeners(signal)).toBe(0);
    expect((await rejection(run(signal, () => Promise.reject(new Error('in vain'))))).message).toBe('in vain');
    expect(listeners(signal)).toBe(0);
  });

  test('is not kept with what listens to it, while the other lives on', async () => {
    const { signal } = new AbortController();
    async function work() {
      const client = {};
      await run(signal, async (own) => own.signal.addEventListener('abort', () => client));
      return new WeakRef(client);
    }
    expect(await collected(await work())).toBe(true);
    expect(signal.aborted).toBe(false);
  });
});

test('only the one that ends with the work fires then', async () => {
  const { signal } = new AbortController();
  const still = await following(signal, async (own) => own.signal);
  const over = await untilSettled(signal, async (own) => own.signal);
  expect([still.aborted, over.aborted]).toEqual([false, true]);
});
