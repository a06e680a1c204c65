// The traces that forecasts are judged on, and how each is read.
import { readTrace } from '../../dist/replay/index.js';
import { tracePath } from '../data.mjs';

/**
 * `train` is learned first; `scoreFrom` leaves the first share unscored; `methods` keeps only components that are a
 * method of a service; `own` judges a need from its own row's text alone, where the order of rows means nothing.
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
  'sgd-test after sgd-train': { file: 'sgd-test', methods: true, train: 'sgd-train' },
  'clinc150-test': { train: 'clinc150-train', own: true },
  'slurp-test': { train: 'slurp-devel', own: true },
};

export const traceNames = Object.keys(traces);

/** @returns null if its files are not to be had */
export async function readCase(name, first) {
  const { file = name, train: trainFile, methods = false, own = false, scoreFrom = 0 } = traces[name];
  const read = async (file) => {
    const path = tracePath(file);
    if (!path) return null;
    const trace = await readTrace(path, first);
    return methods ? onlyMethods(trace) : trace;
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
