import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ForeloadError } from '../../src/model/errors.ts';
import { seal, unseal } from '../../src/predict/seal.ts';

const refused = (version: number, bytes: Uint8Array): string => {
  try {
    unseal(version, bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(ForeloadError);
    expect((error as ForeloadError).code).toBe('invalid-snapshot');
    return (error as ForeloadError).message;
  }
  throw new Error('it was taken');
};

const payloads = fc.uint8Array({ maxLength: 60 });

describe('a seal', () => {
  test('gives back what it got, wherever in memory it lies', () => {
    fc.assert(
      fc.property(payloads, fc.nat(0xffffffff), fc.nat(9), (payload, version, offset) => {
        const sealed = seal(version, payload);
        expect(unseal(version, sealed)).toEqual(payload);
        const moved = new Uint8Array(offset + sealed.length + 3);
        moved.set(sealed, offset);
        expect(unseal(version, moved.subarray(offset, offset + sealed.length))).toEqual(payload);
      }),
      { seed: 1 },
    );
  });

  test('gives back plain bytes of a Buffer, which shares its memory with others', () => {
    const payload = Uint8Array.from({ length: 40 }, (_, at) => at);
    const shared = Buffer.from(seal(1, payload));
    const back = unseal(1, shared);
    expect(back).toEqual(payload);
    expect(back).not.toBeInstanceOf(Buffer);
    expect(back.buffer.byteLength).toBe(40);
  });

  test('breaks when any bit changes', () => {
    fc.assert(
      fc.property(payloads, fc.nat(), fc.nat(7), (payload, place, bit) => {
        const sealed = seal(1, payload);
        sealed[place % sealed.length] ^= 1 << bit;
        refused(1, sealed);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test('breaks when anything is cut off or added', () => {
    const sealed = seal(1, Uint8Array.of(1, 2, 3, 4));
    for (let length = 0; length < sealed.length; length++) refused(1, sealed.subarray(0, length));
    refused(1, Uint8Array.of(...sealed, 0));
  });

  test('says what is wrong', () => {
    expect(refused(2, seal(3, Uint8Array.of(1)))).toMatch(/version 2.*version 3/);
    expect(refused(1, new TextEncoder().encode('ts,user,command,components\n'))).toMatch(/no snapshot/);
    expect(refused(1, seal(1, new Uint8Array(9)).subarray(0, 30))).toMatch(/9 bytes.*found 6/);
    const damaged = seal(1, Uint8Array.of(1, 2, 3));
    damaged[25] ^= 1;
    expect(refused(1, damaged)).toMatch(/damaged/);
  });

  test('is told from text whose line ends were changed', () => {
    const sealed = seal(1, Uint8Array.of(1));
    const changed = [...sealed].flatMap((byte) => (byte === 0x0d ? [] : [byte]));
    refused(1, Uint8Array.from(changed));
  });
});
