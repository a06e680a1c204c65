// The traces that forecasts are judged on, and how each is read.
import { readTrace } from '../../dist/replay/index.js';
import { seededRng } from '../../dist/time/clock.js';
import { tracePath } from '../data.mjs';

/**
 * `train` is learned first; `scoreFrom` leaves the first share unscored; `methods` keeps only components that are a
 * method of a service; `shuffled` puts whole users into random order, one command every half a minute; `own` judges a need from its own row's text alone, where the order of rows means nothing.
 */
const traces = {
  'unix-purdue': {},
  'abb-vs': {},
  'tau-airline': {},
  'bfcl-multiturn': {},
  livemcpbench: {},
  'alibaba-genai-2026': { scoreFrom: 0.5 },
  msnbc: {},
  'sgd-test': { methods: true },
  'sgd-test in random order': { file: 'sgd-test', methods: true, shuffled: true },
  'sgd-test after sgd-train': { file: 'sgd-test', methods: true, train: 'sgd-train' },
  'clinc150-test': { train: 'clinc150-train', own: true },
  'slurp-test': { train: 'slurp-devel', own: true },
};

export const traceNames = Object.keys(traces);

/** @returns null if its files are not to be had */
export async function readCase(name, first) {
  const { file = name, train: trainFile, methods = false, shuffled = false, own = false, scoreFrom = 0 } = traces[name];
  const read = async (file) => {
    const path = tracePath(file);
    if (!path) return null;
    const trace = await readTrace(path, first);
    const chosen = methods ? onlyMethods(trace) : trace;
    return shuffled ? inRandomOrder(chosen) : chosen;
  };
  const trace = await read(file);
  const train = trainFile ? await read(trainFile) : undefined;
  return trace === null || train === null ? null : { name, trace, train: train ? [train] : [], own, scoreFrom };
}

/** The same trace without the needs whose component has no dot in its name. */
function onlyMethods(trace) {
  const needs = [];
  const firstNeed = new Int32Array(trace.rows + 1);
  const components = [];
  const numbers = new Map();
  for (let row = 0; row < trace.rows; row++) {
    firstNeed[row] = needs.length;
    for (let need = trace.firstNeed[row]; need < trace.firstNeed[row + 1]; need++) {
      const id = trace.components[trace.needs[need]];
      if (!id.includes('.')) continue;
      if (!numbers.has(id)) numbers.set(id, components.push(id) - 1);
      needs.push(numbers.get(id));
    }
  }
  firstNeed[trace.rows] = needs.length;
  return { ...trace, needs: Int32Array.from(needs), firstNeed, components };
}

/** The same users one after the other, in random order: what their order in the source tells is gone. */
function inRandomOrder(trace) {
  const rng = seededRng(1);
  const rowsOf = trace.users.map(() => []);
  for (let row = 0; row < trace.rows; row++) rowsOf[trace.user[row]].push(row);
  for (let i = rowsOf.length - 1; i > 0; i--) {
    const j = Math.floor(rng.next() * (i + 1));
    [rowsOf[i], rowsOf[j]] = [rowsOf[j], rowsOf[i]];
  }
  const order = rowsOf.flat();
  const needs = [];
  const firstNeed = new Int32Array(trace.rows + 1);
  order.forEach((row, i) => {
    needs.push(...trace.needs.slice(trace.firstNeed[row], trace.firstNeed[row + 1]));
    firstNeed[i + 1] = needs.length;
  });
  return {
    ...trace,
    ts: Float64Array.from(order, (_, i) => trace.ts[0] + i * 30_000),
    user: Int32Array.from(order, (row) => trace.user[row]),
    texts: trace.texts && order.map((row) => trace.texts[row]),
    needs: Int32Array.from(needs),
    firstNeed,
  };
}
