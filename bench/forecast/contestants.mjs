// Everything that is measured beside the predictors of the product, by name.
import { predictorNamed, predictorNames } from '../../dist/cli/predictors.js';
import { BackOff } from './back-off.mjs';
import { CptPlus } from './cpt-plus.mjs';
import { DependencyGraph } from './dependency-graph.mjs';
import { Mixed } from './mixed.mjs';
import { NaiveBayes } from './naive-bayes.mjs';
import { Popularity } from './popularity.mjs';
import { Recency } from './recency.mjs';
import { Sequential } from './sequential.mjs';
import { Tdag } from './tdag.mjs';

const order1 = 'u1 g1 u0 g0';
const order2 = 'u2 u1 g2 g1 u0 g0';
const sequential = (make, roll) => (name) => () => new Sequential(name, make(), roll);

/** Floors: what anyone would try first. Each user's own counts come first, then everyone's. */
const baselines = {
  'order-1': sequential(() => new BackOff(order1)),
  'order-2': sequential(() => new BackOff(order2)),
  'order-1-mixed': sequential(() => new Mixed(order1)),
  'order-2-mixed': sequential(() => new Mixed(order2)),
  'order-2-all': sequential(() => new Mixed('g2 g1 u0 g0')),
  'repeat-last': sequential(() => new Recency(true)),
  'lru-5': sequential(() => new Recency(false)),
  popular: sequential(() => new Popularity()),
};

/** Predictors of the literature; like the baselines they learn online. */
const published = {
  // Of the last one, two, three and five components one did best on the small traces; noise needs two.
  'cpt+': sequential(() => new CptPlus(1)),
  'cpt+ of two': sequential(() => new CptPlus(2)),
  tdag: sequential(() => new Tdag()),
  dg: sequential(() => new DependencyGraph()),
  akom: sequential(() => new BackOff('g5 g4 g3 g2 g1 g0')),
};

/** What is not asked for later steps, or gives scores that are no probabilities. */
export const onlyNext = new Set(['cpt+', 'cpt+ of two', 'mlp', 'compact-prediction-tree']);
export const onlyRanks = new Set(['cpt+', 'cpt+ of two', 'tdag', 'dg', 'compact-prediction-tree']);

export const baselineNames = [...Object.keys(baselines), 'order-2-spread'];
export const publishedNames = Object.keys(published);

/** How to make the contestant of that name. */
export function contestant(name) {
  const make = baselines[name] ?? published[name];
  if (make) return make(name);
  if (name === 'naive-bayes') return () => new NaiveBayes();
  // Rolled forward by its whole distribution, which costs some twenty times the one forecast.
  if (name === 'order-2-spread') return () => new Sequential(name, new Mixed(order2), 'spread');
  return predictorNamed(name);
}

/** The product's predictors that are measured unless told otherwise. */
export const defaultPredictors = ['blend', 'markov2'].filter((name) => predictorNames.includes(name));
