import { seededRng, type Rng } from '../../time/clock.ts';
import { Learner, lossOf } from './gradients.ts';
import { heads, type Network, newNetwork } from './network.ts';
import type { Sample, SampleSet } from './samples.ts';

export interface TrainOptions {
  /** Units between the inputs and the outputs. */
  readonly hidden: number;
  /** Times that all samples are learned from, at most. */
  readonly epochs: number;
  readonly seed: number;
  /** Called now and then with the share of work done; awaited, so that a caller may pause or throw. */
  readonly onProgress?: (done: number) => void | Promise<void>;
}

/** A network, and how it came about. */
export interface Trained {
  readonly network: Network;
  /** Times that all samples were learned from, up to the best. */
  readonly epochs: number;
}

const batchSize = 32;
const batchesBetweenReports = 8;
/** Times that the held-back part may do no better before training ends. */
const patience = 3;

/**
 * Fits a network to samples. It ends early when the held-back part has stopped getting better, and gives the weights that
 * did best there; without a held-back part it learns the given number of times. The same samples and seed give the same
 * weights, bit for bit.
 */
export async function train(set: SampleSet, options: TrainOptions): Promise<Trained> {
  const rng = seededRng(options.seed);
  const network = newNetwork(set.encoding, options.hidden, rng);
  network.demands.set(meanDemands(set.learned));
  setPriors(network, set.learned);
  const learner = new Learner(network, rng);
  const order = [...set.learned];
  const total = options.epochs * Math.ceil(order.length / batchSize);
  let batches = 0;
  let best = { loss: Number.POSITIVE_INFINITY, epoch: 0, weights: weightsOf(network).map((part) => part.slice()) };
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    shuffle(order, rng);
    for (let from = 0; from < order.length; from += batchSize) {
      if (batches++ % batchesBetweenReports === 0) await options.onProgress?.(batches / total);
      learner.batch(order.slice(from, from + batchSize));
    }
    const loss = set.heldBack.length > 0 ? lossOf(network, set.heldBack) : -epoch;
    if (loss < best.loss) best = { loss, epoch, weights: weightsOf(network).map((part) => part.slice()) };
    else if (epoch - best.epoch >= patience) break;
  }
  weightsOf(network).forEach((part, index) => part.set(best.weights[index]!));
  return { network, epochs: best.epoch };
}

const weightsOf = ({ inner, innerBias, outer, outerBias, copy }: Network): Float32Array[] => [
  inner,
  innerBias,
  outer,
  outerBias,
  copy,
];

/** How many components that the model knows a command demands, by step. */
function meanDemands(samples: readonly Sample[]): number[] {
  return Array.from({ length: heads }, (_, head) => {
    const known = samples.flatMap(({ targets }) => targets[head] ?? []).length;
    const commands = samples.filter(({ targets }) => targets[head]).length;
    return commands > 0 ? known / commands : 1;
  });
}

/** Before anything is learned each component is as likely as it was frequent. */
function setPriors({ outerBias, shape }: Network, samples: readonly Sample[]): void {
  const counts = new Float64Array(shape.components).fill(0.5);
  for (const { targets } of samples) for (const component of targets[0] ?? []) counts[component]!++;
  const sum = counts.reduce((all, count) => all + count, 0);
  for (let head = 0; head < heads; head++) {
    counts.forEach((count, component) => {
      outerBias[head * shape.components + component] = Math.log(count / sum);
    });
  }
}

function shuffle(list: Sample[], rng: Rng): void {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(rng.next() * (at + 1));
    [list[at], list[other]] = [list[other]!, list[at]!];
  }
}
