// Parts `published`, `npm` and `trained`: the product's predictors beside those of others, on the same needs.
import process from 'node:process';
import { seededRng } from '../../dist/time/clock.js';
import { withoutRanks } from './accuracy.mjs';
import { publishedNames } from './contestants.mjs';
import { measure } from './measure.mjs';
import { npmPeers } from './npm-peers.mjs';
import { Perceptron } from './perceptron.mjs';
import { Sequential } from './sequential.mjs';
import { readCase } from './traces.mjs';

const floor = 'order-2-mixed';
/** The peers of npm take milliseconds a need where components or sequences are many. */
const npmRows = 20_000;

export const published = (options) => contest(options, () => publishedNames.map((name) => [name]));

export async function* fromNpm(options) {
  const peers = npmPeers();
  if (!peers) return;
  const first = Math.min(options.first, npmRows);
  const entries = Object.entries(peers).map(([name, make]) => [name, () => new Sequential(name, make())]);
  yield* contest({ ...options, first }, () => entries);
}

/** Trained on the first half, judged on the second, beside predictors that learn online all the way. */
export function trained(options) {
  return contest(
    options,
    ({ trace, scoreFrom }) => {
      const samples = trace.firstNeed[Math.ceil(scoreFrom * trace.rows)];
      return [
        ['mlp', () => new Sequential('mlp', new Perceptron(samples, trace.components.length, seededRng(options.seed)))],
      ];
    },
    0.5,
  );
}

async function* contest({ predictors, traces, first, say }, others, scoreFrom) {
  for (const name of traces) {
    const read = await readCase(name, first);
    if (!read) continue;
    if (read.own || read.train.length > 0) {
      process.stderr.write(`skipped: ${name} judges texts or what was learned elsewhere\n`);
      continue;
    }
    const of = { ...read, scoreFrom: scoreFrom ?? read.scoreFrom };
    const contestants = [];
    for (const [other, make] of [...predictors.map((one) => [one]), [floor], ...others(of)]) {
      say(`${name}: ${other}`);
      contestants.push(withoutRanks(await measure(other, of, make ? { make } : {})));
    }
    yield {
      trace: name,
      needs: contestants[0].scored,
      users: of.trace.users.length,
      components: of.trace.components.length,
      rows: of.trace.rows,
      scoreFrom: of.scoreFrom,
      contestants,
      against: {},
    };
  }
}
