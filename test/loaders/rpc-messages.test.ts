import { describe, expect, test, vi } from 'vitest';
import { RpcMessages } from '../../src/loaders/rpc-messages.ts';
import { collected } from '../collected.ts';

const framed = (body: string): Buffer => Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);

describe('RpcMessages', () => {
  test('gives what is whole, and keeps the rest', () => {
    const messages = new RpcMessages('subject');
    const two = Buffer.concat([framed('{"id":1}'), framed('{"id":2}')]);
    messages.push(two.subarray(0, -1));
    expect([messages.next(), messages.next()]).toEqual([{ id: 1 }, null]);
    messages.push(two.subarray(-1));
    expect([messages.next(), messages.next()]).toEqual([{ id: 2 }, null]);
  });

  test('gives a program up that never ends a header, once 64 KB came', () => {
    const messages = new RpcMessages('subject');
    const line = Buffer.from(`${'log '.repeat(255)}log\n`);
    for (let kb = 1; kb < 64; kb++) {
      messages.push(line);
      expect(messages.next()).toBeNull();
    }
    messages.push(line);
    expect(() => messages.next()).toThrow(/^the program of subject does not speak JSON-RPC: found "log log/);
  });

  test('refuses a message over 64 MB before it came', () => {
    const messages = new RpcMessages('subject');
    messages.push(Buffer.from(`Content-Length: ${64 * 2 ** 20 + 1}\r\n\r\n`));
    expect(() => messages.next()).toThrow(
      'the program of subject announced a message that is too long: found 67108865 bytes',
    );
  });

  test('puts a long message together once, however many pieces it comes in', () => {
    const messages = new RpcMessages('subject');
    const body = JSON.stringify({ result: 'x'.repeat(1_000_000) });
    const whole = framed(body);
    const concat = vi.spyOn(Buffer, 'concat');
    let copied = 0;
    try {
      for (let at = 0; at < whole.length; at += 1000) {
        expect(messages.next()).toBeNull();
        messages.push(whole.subarray(at, at + 1000));
      }
      expect(messages.next()).toEqual(JSON.parse(body));
      copied = concat.mock.results.reduce((sum, { value }) => sum + (value as Buffer).length, 0);
    } finally {
      concat.mockRestore();
    }
    expect(copied).toBeLessThanOrEqual(whole.length);
  });

  test('does not hold a long message for the beginning of the next one', async () => {
    const messages = new RpcMessages('subject');
    const take = (): WeakRef<ArrayBufferLike> => {
      const chunk = Buffer.concat([framed(JSON.stringify({ result: 'x'.repeat(1_000_000) })), framed('{"id":2}')]);
      messages.push(chunk.subarray(0, -1));
      messages.next();
      messages.next();
      return new WeakRef(chunk.buffer);
    };
    expect(await collected(take())).toBe(true);
    messages.push(Buffer.from('}'));
    expect(messages.next()).toEqual({ id: 2 });
  });
});
