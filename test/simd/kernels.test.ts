import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { channelCount, inFours, type Kernels, type Mixture, weightCount } from '../../src/simd/kernels.ts';
import { PlainKernels } from '../../src/simd/plain-kernels.ts';
import { kernelsFor } from '../../src/simd/simd.ts';
import { wasmKernels } from '../../src/simd/wasm-kernels.ts';

const bytes = 1_000_000;
const groupCount = 6;
const kinds: readonly [string, () => Kernels][] = [
  ['plain', () => new PlainKernels()],
  ['wasm', () => wasmKernels(bytes)!],
];

/** Any number that a channel may hold, the smallest and both zeros too. */
const number = fc.oneof(
  fc.double({ min: -40, max: 40, noNaN: true }),
  fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, 2.2e-308, 1e-300, -16, 16, 1e6, -1e6),
);
const float = fc.oneof(
  fc.float({ min: -100, max: 100, noNaN: true }),
  fc.constantFrom(0, -0, Math.fround(1e-45), Math.fround(-1e-40), Math.fround(1e30)),
);

const filledWith = (value: number, length: number): number[] => Array.from({ length }, () => value);

interface Told {
  readonly size: number;
  readonly channels: readonly number[];
  readonly groups: readonly number[];
  readonly weights: readonly number[];
}
const told: fc.Arbitrary<Told> = fc.integer({ min: 1, max: 41 }).chain((size) =>
  fc.record({
    size: fc.constant(size),
    channels: fc.array(number, { minLength: size * channelCount, maxLength: size * channelCount }),
    groups: fc.array(fc.integer({ min: 0, max: groupCount - 1 }), { minLength: size, maxLength: size }),
    weights: fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
      minLength: groupCount * weightCount,
      maxLength: groupCount * weightCount,
    }),
  }),
);

function mixed(kernels: Kernels, { size, channels, groups, weights }: Told, room = size): Mixture {
  const mixture: Mixture = {
    logs: kernels.doubles(room),
    probabilities: kernels.doubles(room),
    channels: kernels.doubles(channelCount * inFours(room)),
    groups: kernels.bytes(room),
    weights: kernels.doubles(weights.length),
  };
  // What is beyond must not be taken for a component.
  mixture.channels.fill(1e9);
  for (let channel = 0; channel < channelCount; channel++) {
    mixture.channels.set(channels.slice(channel * size, (channel + 1) * size), channel * mixture.logs.length);
  }
  mixture.groups.set(groups);
  mixture.weights.set(weights);
  kernels.mix(size, mixture);
  return mixture;
}

/** The same by definition. */
function softmax({ size, channels, groups, weights }: Told): number[] {
  const values = Array.from({ length: size }, (_, id) => {
    const own = weights.slice(groups[id] * weightCount, (groups[id] + 1) * weightCount);
    let value = own[channelCount];
    for (let channel = 0; channel < channelCount; channel++) value += own[channel] * channels[channel * size + id];
    return value;
  });
  const top = Math.max(...values);
  const parts = values.map((value) => (value - top > -16 ? Math.exp(value - top) : 0));
  const sum = parts.reduce((all, part) => all + part, 0);
  return parts.map((part) => part / sum);
}

const bits = (values: Float64Array | Float32Array, size: number): string[] =>
  // The sign of a zero counts.
  Array.from(values.subarray(0, size), (value) => (Object.is(value, -0) ? '-0' : String(value)));

describe.each(kinds)('mixing by the %s kernels', (_, make) => {
  test('gives the softmax of the weighed channels', () => {
    fc.assert(
      fc.property(told, (given) => {
        const { probabilities, logs } = mixed(make(), given);
        softmax(given).forEach((probability, id) => {
          // Next to what is cut off, rounding decides.
          if (probability > 0 && probability < 1e-6) return;
          expect(probabilities[id]).toBeCloseTo(probability, 9);
          if (probability > 0) expect(Math.abs(probabilities[id] / probability - 1)).toBeLessThan(1e-6);
          if (probability > 0) expect(logs[id]).toBeCloseTo(Math.log(probability), 5);
        });
      }),
      { seed: 1, numRuns: 150 },
    );
  });

  test('takes nobody beyond for a component, and leaves room for more', () => {
    const given: Told = { size: 3, channels: filledWith(1, 15), groups: [0, 0, 0], weights: filledWith(1, 36) };
    const { probabilities } = mixed(make(), given, 100);
    expect([...probabilities.subarray(0, 4)].map((part) => part.toFixed(6))).toEqual([
      '0.333333',
      '0.333333',
      '0.333333',
      '0.000000',
    ]);
  });

  test('is as exact as exp is to 13 digits', () => {
    const size = 1600;
    const channels = filledWith(0, size * channelCount);
    for (let id = 0; id < size; id++) channels[id] = -id / 100;
    const given: Told = { size, channels, groups: filledWith(0, size), weights: [1, 0, 0, 0, 0, 0] };
    const { probabilities } = mixed(make(), given);
    const first = probabilities[0];
    for (let id = 0; id < size; id++) {
      expect(Math.abs(probabilities[id] / first / Math.exp(-id / 100) - 1)).toBeLessThan(1e-13);
    }
  });
});

describe('the kernels', () => {
  test('mix to the same bits', () => {
    fc.assert(
      fc.property(told, fc.integer({ min: 0, max: 9 }), (given, more) => {
        const plain = mixed(new PlainKernels(), given, given.size + more);
        const wasm = mixed(wasmKernels(bytes)!, given, given.size + more);
        expect(bits(wasm.probabilities, given.size)).toEqual(bits(plain.probabilities, given.size));
        expect(bits(wasm.logs, given.size)).toEqual(bits(plain.logs, given.size));
      }),
      { seed: 2, numRuns: 300 },
    );
  });

  test('multiply to the same bits', () => {
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 37 }), count: fc.integer({ min: 0, max: 150 }) });
    const given = sizes.chain(({ size, count }) =>
      fc.record({
        into: fc.array(float, { minLength: size, maxLength: size }),
        factors: fc.array(float, { minLength: count, maxLength: count }),
        rows: fc.array(float, { minLength: size * count, maxLength: size * count }),
      }),
    );
    fc.assert(
      fc.property(given, ({ into, factors, rows }) => {
        const outs = kinds.map(([, make]) => {
          const kernels = make();
          const out = kernels.floats(into.length).subarray(0, into.length);
          const matrix = kernels.floats(rows.length).subarray(0, rows.length);
          out.set(into);
          matrix.set(rows);
          kernels.addProduct(out, Float32Array.from(factors), matrix);
          return bits(out, out.length);
        });
        expect(outs[1]).toEqual(outs[0]);
      }),
      { seed: 3, numRuns: 100 },
    );
  });

  test('carry slopes back to the same bits', () => {
    const sizes = fc.record({ size: fc.integer({ min: 1, max: 37 }), count: fc.integer({ min: 0, max: 90 }) });
    const given = sizes.chain(({ size, count }) => {
      const many = (length: number): fc.Arbitrary<number[]> =>
        fc.array(float, { minLength: length, maxLength: length });
      return fc.record({ slopes: many(size), factors: many(count), rows: many(size * count) });
    });
    fc.assert(
      fc.property(given, ({ slopes, factors, rows }) => {
        const outs = kinds.map(([, make]) => {
          const kernels = make();
          const [own, matrix, gradient] = [slopes, rows, rows].map((values) => filled(kernels, values)) as Three;
          const into = new Float32Array(factors.length).fill(9);
          kernels.addSlopes(gradient, Float32Array.from(factors), matrix, own, into);
          return [bits(gradient, gradient.length), bits(into, into.length)];
        });
        expect(outs[1]).toEqual(outs[0]);
      }),
      { seed: 4, numRuns: 100 },
    );
  });

  test('take a step of Adam to the same bits', () => {
    const given = fc.array(fc.tuple(float, float, float, float.map(Math.abs)), { minLength: 1, maxLength: 21 });
    const step = { momentum: 0.9, memory: 0.999, meanPart: 0.02, scalePart: 10, kept: 0.998 };
    fc.assert(
      fc.property(given, (cells) => {
        const outs = kinds.map(([, make]) => {
          const kernels = make();
          const [weights, gradient, mean, scale] = [0, 1, 2, 3].map((at) =>
            filled(
              kernels,
              cells.map((cell) => cell[at]),
            ),
          ) as [...Three, Float32Array];
          kernels.adam({ weights, gradient, mean, scale }, step);
          return [weights, gradient, mean, scale].map((array) => bits(array, array.length));
        });
        expect(outs[1]).toEqual(outs[0]);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
});

type Three = [Float32Array, Float32Array, Float32Array];

function filled(kernels: Kernels, values: readonly number[]): Float32Array {
  const array = kernels.floats(values.length).subarray(0, values.length);
  array.set(values);
  return array;
}

describe.each(kinds)('a product by the %s kernels', (_, make) => {
  test('is that of a vector and a matrix, added', () => {
    const kernels = make();
    const into = kernels.floats(4);
    const rows = kernels.floats(12);
    into.set([1, 2, 3, 4]);
    rows.set([1, 1, 1, 1, 10, 20, 30, 40, 5, 6, 7, 8]);
    kernels.addProduct(into, Float32Array.of(0.5, 2, -1), rows);
    expect([...into]).toEqual([1 + 0.5 + 20 - 5, 2 + 0.5 + 40 - 6, 3 + 0.5 + 60 - 7, 4 + 0.5 + 80 - 8]);
  });

  test('leaves out rows whose factor is 0, whatever they hold', () => {
    const kernels = make();
    const into = kernels.floats(4);
    const rows = kernels.floats(8);
    rows.set([Number.NaN, Number.POSITIVE_INFINITY, 1, 1, 1, 2, 3, 4]);
    kernels.addProduct(into, Float32Array.of(0, 1), rows);
    expect([...into]).toEqual([1, 2, 3, 4]);
  });

  test('has the slopes that follow from it', () => {
    const kernels = make();
    const rows = filled(kernels, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20]);
    const gradient = filled(kernels, filledWith(0.5, 20));
    const slopes = filled(kernels, [1, 0, -1, 2, 0, 0, 0, 1, 0, 3]);
    const into = Float32Array.of(9, 9);
    kernels.addSlopes(gradient, Float32Array.of(2, 0), rows, slopes, into);
    expect([...into]).toEqual([1 - 3 + 8 + 8 + 30, 0]);
    expect([...gradient.subarray(0, 10)]).toEqual([2.5, 0.5, -1.5, 4.5, 0.5, 0.5, 0.5, 2.5, 0.5, 6.5]);
    expect([...gradient.subarray(10)]).toEqual(filledWith(0.5, 10));
  });

  test('takes arrays that are not in its memory', () => {
    const kernels = make();
    const into = new Float32Array(4);
    kernels.addProduct(into, Float32Array.of(2), Float32Array.of(1, 2, 3, 4));
    expect([...into]).toEqual([2, 4, 6, 8]);
  });

  test('gives out arrays that begin as zeros and do not overlap', () => {
    const kernels = make();
    const arrays = [kernels.doubles(5), kernels.floats(3), kernels.bytes(1), kernels.doubles(2)];
    arrays.forEach((array, at) => {
      expect(array.every((value) => value === 0)).toBe(true);
      array.fill(at + 1);
    });
    arrays.forEach((array, at) => expect(array.every((value) => value === at + 1)).toBe(true));
  });
});

describe('which kernels', () => {
  test('a size gets: WASM is for what is large', () => {
    expect(kernelsFor(1000).kind).toBe('plain');
    expect(kernelsFor(100_000).kind).toBe('wasm');
  });

  test('are plain where a memory of that size can not be had', () => {
    expect(kernelsFor(2 ** 40).kind).toBe('plain');
  });

  test('throw where there is no more room in WASM', () => {
    const kernels = kernelsFor(70_000);
    expect(() => kernels.doubles(1_000_000)).toThrow(RangeError);
  });
});
