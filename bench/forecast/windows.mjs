// Part `windows`: what the probabilities of a demand within 10 s, 1 min, 10 min and 1 h are worth, beside a guess from
// the component's mean rate so far (demands that come at random). After each need one known component, drawn at
// random, is asked about; whether anyone demanded it in time is looked up in the rest of the trace.
import { predictorNamed } from '../../dist/cli/predictors.js';
import { needsOf } from '../../dist/replay/needs.js';
import { seededRng } from '../../dist/time/clock.js';
import { table } from './tables.mjs';
import { readCase } from './traces.mjs';

const windows = { '10 s': 10_000, '1 min': 60_000, '10 min': 600_000, '1 h': 3_600_000 };
const bins = 20;

export async function* windowed({ traces, first, seed, say }) {
  for (const name of traces) {
    const of = await readCase(name, first);
    if (!of || of.own) continue;
    say(`windows: ${name}`);
    const needs = [...needsOf(of.trace)].filter(({ component }) => component !== null);
    const at = new Map();
    for (const { component, now } of needs) {
      const times = at.get(component);
      if (times) times.push(now);
      else at.set(component, [now]);
    }
    const rng = seededRng(seed);
    const blend = predictorNamed('blend')();
    const seen = new Map();
    const names = [];
    const scores = Object.keys(windows).map(() => ({ blend: score(), rate: score() }));
    for (const { user, component, now } of needs) {
      blend.command(user, now);
      blend.demand(user, component, now);
      if (!seen.has(component)) names.push(component);
      const known = seen.get(component) ?? { since: now, count: 0 };
      known.count++;
      seen.set(component, known);
      const asked = names[Math.floor(rng.next() * names.length)];
      const next = after(at.get(asked), now);
      const { since, count } = seen.get(asked);
      const says = blend.within(asked, now);
      Object.values(windows).forEach((window, i) => {
        const came = next - now <= window ? 1 : 0;
        add(scores[i].blend, says[i], came);
        add(scores[i].rate, 1 - Math.exp((-window * count) / Math.max(60_000, now - since)), came);
      });
    }
    const result = Object.fromEntries(
      Object.keys(windows).map((window, i) => [
        window,
        { blend: summary(scores[i].blend), rate: summary(scores[i].rate) },
      ]),
    );
    yield { trace: name, asked: needs.length, windows: result };
  }
}

/** The first time after `now`, by bisection. */
function after(times, now) {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] > now) high = middle;
    else low = middle + 1;
  }
  return times[low] ?? Number.POSITIVE_INFINITY;
}

const score = () => ({ cases: 0, came: 0, squares: 0, bins: Array.from({ length: bins }, () => [0, 0]) });

function add(to, probability, came) {
  to.cases++;
  to.came += came;
  to.squares += (probability - came) ** 2;
  const bin = to.bins[Math.min(bins - 1, Math.floor(probability * bins))];
  bin[0] += probability;
  bin[1] += came;
}

const summary = ({ cases, came, squares, bins: all }) => ({
  came: came / cases,
  brier: squares / cases,
  ece: all.reduce((sum, [said, was]) => sum + Math.abs(said - was), 0) / cases,
});

export function windowLines(results) {
  const rows = results.flatMap(({ trace, windows: of }) =>
    Object.entries(of).map(([window, { blend, rate }]) => [
      trace,
      window,
      `${(100 * blend.came).toFixed(1)} %`,
      ...[blend, rate].flatMap(({ brier, ece }) => [brier.toFixed(4), ece.toFixed(3)]),
    ]),
  );
  const heading = ['', 'window', 'came', 'Brier', 'ECE', 'Brier, by rate', 'ECE, by rate'];
  return ['', 'demanded by anyone within', '', ...table(heading, rows)];
}
