import { PassThrough } from 'node:stream';
import type { Socket } from 'node:net';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { framed } from '../../src/loaders/frames.ts';

/** What the other end hears of messages whose bytes come in pieces of that size. */
function heard(messages: readonly (readonly [string, Uint8Array])[], piece: number): [string, number[]][] {
  const sent: Buffer[] = [];
  const out = Object.assign(new PassThrough(), { write: (chunk: Buffer) => (sent.push(Buffer.from(chunk)), true) });
  const send = framed(out as unknown as Socket, () => expect.fail());
  for (const [id, body] of messages) send(id, body);
  const found: [string, number[]][] = [];
  const incoming = new PassThrough();
  framed(incoming as unknown as Socket, (id, body) => found.push([id, [...body]]));
  const all = Buffer.concat(sent);
  for (let at = 0; at < all.length; at += piece) incoming.emit('data', all.subarray(at, at + piece));
  return found;
}

test('messages come whole and in order, in whatever pieces', () => {
  const id = fc.string({ unit: 'binary-ascii', maxLength: 60 });
  const messages = fc.array(fc.tuple(id, fc.uint8Array({ maxLength: 300 })), { maxLength: 12 });
  fc.assert(
    fc.property(messages, fc.integer({ min: 1, max: 400 }), (sent, piece) => {
      expect(heard(sent, piece)).toEqual(sent.map(([name, body]) => [name, [...body]]));
    }),
  );
});

test('and long ones', () => {
  const body = new Uint8Array(3_000_000).fill(7);
  expect(
    heard(
      [
        ['long', body],
        ['next', Uint8Array.of(1)],
      ],
      65_536,
    ).map(([name, bytes]) => [name, bytes.length]),
  ).toEqual([
    ['long', 3_000_000],
    ['next', 1],
  ]);
});
