import { describe, expect, test } from 'vitest';
import { lossOf } from '../../../src/predict/onnx/gradients.ts';
import { type Network, probabilitiesOf } from '../../../src/predict/onnx/network.ts';
import type { Sample } from '../../../src/predict/onnx/samples.ts';
import { train } from '../../../src/predict/onnx/train.ts';
import { recording, samples, spoken, toyModel, toyNetwork, turns } from './toy.ts';

/** Indices of the likeliest component of each step. */
function best(network: Network, sample: Sample): number[] {
  const { components } = network.shape;
  const all = [...probabilitiesOf(network, sample)];
  return [0, 1, 2].map((head) => {
    const own = all.slice(head * components, (head + 1) * components);
    return own.indexOf(Math.max(...own));
  });
}

describe('training', () => {
  test('learns what comes next, at every step', async () => {
    const { set, network } = await toyNetwork();
    const whole = set.heldBack.filter(({ targets }) => targets.every((target) => target !== null));
    expect(whole.length).toBeGreaterThan(20);
    for (const sample of whole) expect(best(network, sample)).toEqual(sample.targets.map((target) => target![0]));
    expect(lossOf(network, set.heldBack)).toBeLessThan(0.2);
  });

  test('learns what words mean', async () => {
    const set = samples([spoken(240)]);
    const { network } = await train(set, { hidden: 16, epochs: 20, seed: 1 });
    const announced = set.heldBack.filter((sample) => sample.ownText);
    expect(announced).toHaveLength(48);
    for (const sample of announced) expect(best(network, sample)[0]).toBe(sample.targets[0]![0]);
  });

  test('gives each component of a command of several its probability', async () => {
    const both = recording(Array.from({ length: 120 }, (_, at) => (at % 2 ? 'left|right' : 'start')));
    const set = samples([both]);
    const { network } = await train(set, { hidden: 8, epochs: 60, seed: 1 });
    const { components } = set.encoding;
    const before = set.heldBack.find(({ targets }) => targets[0]!.length === 2)!;
    const given = probabilitiesOf(network, before);
    // 1.5 a command on average, shared by two: 0.75 each.
    for (const id of ['left', 'right']) expect(given[components.indexOf(id as never)]).toBeGreaterThan(0.7);
    expect(given[components.indexOf('start' as never)]).toBeLessThan(0.1);
  });

  test('gives the same file for the same seed, byte for byte, and another for another', async () => {
    const set = samples([turns(60)]);
    const weights = async (seed: number) => (await train(set, { hidden: 4, epochs: 3, seed })).network.outer;
    expect(await toyModel()).toEqual(await toyModel());
    expect(await weights(2)).toEqual(await weights(2));
    expect(await weights(2)).not.toEqual(await weights(3));
  });

  test('stops when what was held back gets no better, and keeps the best', async () => {
    // A coin teaches nothing.
    const coin = recording(
      '1101001110100010110111000101101001110001011010'.split('').map((side) => (side === '1' ? 'a' : 'b')),
    );
    const set = samples([coin], 0.3);
    let last = 0;
    const options = { hidden: 32, seed: 1, epochs: 500, onProgress: (done: number) => void (last = done) };
    const { network, epochs } = await train(set, options);
    expect(last).toBeLessThan(0.5);
    const shorter = await train(set, { hidden: 32, seed: 1, epochs });
    expect(network.inner).toEqual(shorter.network.inner);
  });

  test('learns the given number of times when nothing is held back', async () => {
    expect((await train(samples([turns(30)], 0), { hidden: 4, epochs: 7, seed: 1 })).epochs).toBe(7);
  });

  test('can be stopped where it reports', async () => {
    const stop = new Error('enough');
    const options = { hidden: 4, epochs: 5, seed: 1, onProgress: () => Promise.reject(stop) };
    await expect(train(samples([turns(60)]), options)).rejects.toBe(stop);
  });

  test('slopes are those of the loss', async () => {
    // Without a held-back part, dropout apart: one small step downhill lowers the loss on what it was taken for.
    const set = samples([turns(90)], 0);
    const losses: number[] = [];
    for (const epochs of [1, 2, 4, 8]) {
      losses.push(lossOf((await train(set, { hidden: 16, epochs, seed: 1 })).network, set.learned));
    }
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
  });
});
