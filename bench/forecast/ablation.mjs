// Part `ablation`: the blend without each of its experts, and without the weights it begins with, in points of top-1, 3 and 5 against the whole.
import process from 'node:process';
import { predictorNames, predictorNamed } from '../../dist/cli/predictors.js';
import { Weights } from '../../dist/predict/blend/weights.js';
import { measure } from './measure.mjs';
import { table } from './tables.mjs';
import { readCase } from './traces.mjs';

const starting = 'starting weights';

export async function* ablation({ traces, first, say }) {
  const Blend = predictorNames.includes('blend') ? predictorNamed('blend')().constructor : undefined;
  if (!Array.isArray(Blend?.experts)) {
    process.stderr.write('skipped: there is no blend that can leave out its experts\n');
    return;
  }
  for (const name of traces) {
    const of = await readCase(name, first);
    if (!of) continue;
    const judged = of.own || !of.trace.texts ? [of] : [of, { ...of, own: true }];
    for (const way of judged) {
      const without = async (...names) => {
        const experts = names.filter((name) => name !== starting);
        const weights = names.includes(starting) ? { weights: [1, 2, 3].map(() => new Weights()) } : {};
        say(`${name}: blend without ${names.join() || 'nothing'}${way.own ? ', own text' : ''}`);
        const { steps, own } = await measure('blend', way, { make: () => new Blend({ without: experts, ...weights }) });
        return steps?.['1'] ?? own;
      };
      const whole = await without();
      for (const expert of [...Blend.experts, starting]) {
        const rest = await without(expert);
        const change = Object.fromEntries(Object.entries(rest).map(([top, share]) => [top, share - whole[top]]));
        yield { trace: name, ownText: way.own, expert, whole, change };
      }
    }
  }
}

export function ablationLines(results) {
  if (results.length === 0) return [];
  const points = (share) => (share * 100).toFixed(2);
  const rows = results.map(({ trace, ownText, expert, change }) => [
    trace,
    ownText ? 'own text' : 'no text',
    expert,
    Object.values(change).map(points).join(' / '),
  ]);
  const heading = ['trace', '', 'without', 'top-1 / 3 / 5'];
  return ['', 'the blend without one expert, change in points', '', ...table(heading, rows)];
}
