// What one command costs inside the engine, in microseconds of CPU time: command, demand, release and the look ahead after
// it, with the answers of instant loads, as the runtime hands them over; and the same with a text for each command.
// The stream is made up (seeded): 1,000 users by Zipf's law each walk through the components, mostly along habits, a
// command a second; a quarter of all components fits. Ratios are what counts: against 100 components, and against early in the same run.
// Usage: npm run bench:engine [-- --json] [--sizes 100,1000] [--texts 100] [--waste 0.1] [--events 1000000]
import { parseArgs } from 'node:util';
import { Engine } from '../dist/engine/engine.js';
import { Ledger } from '../dist/metrics/ledger.js';
import { ForecastTracker } from '../dist/metrics/forecast-tracker.js';
import { Blend } from '../dist/predict/blend/blend.js';
import { Rhythm } from '../dist/predict/rhythm.js';
import { worth } from '../dist/residency/worth.js';
import { WasteTarget } from '../dist/residency/waste-target.js';
import { seededRng } from '../dist/time/clock.js';
import { print, quantile } from './machine.mjs';

const seed = 1;
const users = 1000;
const hour = 3_600_000;

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean' },
    sizes: { type: 'string', default: '100,1000,10000,100000' },
    /** Sizes measured with texts too, which the text model weighs against every component. */
    texts: { type: 'string', default: '100,1000,10000' },
    events: { type: 'string', default: '1000000' },
    waste: { type: 'string', default: '0.1' },
    /** Events before and in each measured stretch. */
    warm: { type: 'string', default: '60000' },
    measured: { type: 'string', default: '60000' },
  },
});

/** An engine as `createForeload` makes it, idle times and notices included, with loads that take no time. */
class Stream {
  events = 0;
  commands = 0;
  #now = 0;
  #lease = 0;
  #rng = seededRng(seed);
  #at = new Map();
  #wakeAt = null;
  #count;
  #engine;
  #zipf;

  #texts;

  constructor(count, texts) {
    this.#count = count;
    this.#texts = texts;
    this.#zipf = zipf(users);
    const components = Array.from({ length: count }, (_, i) => ({
      id: `c${i}`,
      bytes: 1e6 * (1 + (i % 7)),
      loadMs: 50 * (1 + (i % 11)),
      dependsOn: [],
      conflictsWith: [],
      priority: 'normal',
      ...(i % 2 === 0 ? { idleMs: hour } : {}),
    }));
    const predictor = new Blend();
    predictor.register(components);
    this.#engine = new Engine({
      components,
      budget: components.reduce((sum, { bytes }) => sum + bytes, 0) / 4,
      policy: worth(),
      predictor,
      waste: new WasteTarget(Number(options.waste), 0.3),
      foresight: true,
      ledger: new Ledger(),
      tracker: new ForecastTracker(),
      rhythm: new Rhythm(components.map(({ id }) => id)),
      notices: true,
    });
  }

  /** One command from beginning to end. Returns what it cost, in microseconds. */
  command() {
    this.#now += 1000;
    while (this.#wakeAt !== null && this.#wakeAt <= this.#now) {
      this.#wakeAt = null;
      this.#take({ kind: 'wake' });
    }
    const user = `u${this.#zipf(this.#rng.next())}`;
    const last = this.#at.get(user) ?? 0;
    const next =
      this.#rng.next() < 0.7 ? (last * 7 + 3) % this.#count : Math.floor(this.#rng.next() ** 2 * this.#count);
    this.#at.set(user, next);
    const command = ++this.commands;
    const text = `please open item ${next % 37} of group ${next % 11}`;
    const begin = cpuMicros();
    this.#take({ kind: 'command', command, user });
    if (this.#texts) this.#take({ kind: 'text', command, user, text });
    this.#take({ kind: 'demand', lease: ++this.#lease, component: `c${next}`, command, user });
    this.#take({ kind: 'release', lease: this.#lease });
    this.#take({ kind: 'served', command, user });
    return cpuMicros() - begin;
  }

  /** Share of the budget that is in use. */
  get full() {
    const { heldBytes, budgetBytes } = this.#engine.status();
    return heldBytes / budgetBytes;
  }

  /** Runs until so many events have been handled; returns what each command cost. */
  until(events) {
    const costs = [];
    while (this.events < events) costs.push(this.command());
    return costs;
  }

  #take(first) {
    const inbox = [first];
    for (let event = inbox.shift(); event; event = inbox.shift()) {
      this.events++;
      for (const effect of this.#engine.handle(event, this.#now)) {
        if (effect.kind === 'load') inbox.push({ kind: 'loaded', component: effect.component, load: effect.load });
        else if (effect.kind === 'unload') inbox.push({ kind: 'unloaded', component: effect.component });
        else if (effect.kind === 'wake') this.#wakeAt = effect.at;
      }
    }
  }
}

/** Time that all threads of this process have run, in microseconds: on a busy machine the clock on the wall says little. */
function cpuMicros() {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** Draws a rank by Zipf's law: the n-th as often as 1 / n. */
function zipf(count) {
  const sums = new Float64Array(count);
  let sum = 0;
  for (let i = 0; i < count; i++) sums[i] = sum += 1 / (i + 1);
  return (random) => {
    let [low, high] = [0, count - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (sums[middle] < random * sum) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

const of = (costs) => ({ p50: quantile(costs, 0.5), p99: quantile(costs, 0.99) });
const ratio = (one, base) => ({ p50: one.p50 / base.p50, p99: one.p99 / base.p99 });
const row = (name, { micros: m, ratio: r }) =>
  `${name.padStart(27)}  ${m.p50.toFixed(0).padStart(6)}  ${m.p99.toFixed(0).padStart(6)}  ` +
  `${r.p50.toFixed(2).padStart(6)}  ${r.p99.toFixed(2).padStart(6)}`;

const warm = Number(options.warm);
const measured = Number(options.measured);

/** Cost by the number of components, once memory is full: until then nothing has to leave. */
function bySize(sizes, texts) {
  const rows = [];
  for (const components of sizes.split(',').filter(Boolean).map(Number)) {
    const stream = new Stream(components, texts);
    const fill = Math.max(warm, 4 * components);
    stream.until(fill);
    const micros = of(stream.until(fill + measured));
    rows.push({ components, full: stream.full, micros, ratio: ratio(micros, rows[0]?.micros ?? micros) });
  }
  return rows;
}

/** Cost by the length of history, with 1,000 components. */
function byAge() {
  const rows = [];
  const stream = new Stream(1000, false);
  for (const events of [10_000, 100_000, 1_000_000].filter((at) => at <= Number(options.events))) {
    stream.until(events);
    const micros = of(stream.until(events + measured));
    rows.push({ events, micros, ratio: ratio(micros, rows[0]?.micros ?? micros) });
  }
  return rows;
}

const results = { plain: bySize(options.sizes, false), texts: bySize(options.texts, true), ages: byAge() };
const named = (size) => `${size.components.toLocaleString('en')} components`;
print('engine', seed, results, [
  '                                us a command          ratio',
  '                                p50     p99     p50     p99',
  ...results.plain.map((size) => row(named(size), size)),
  ...results.texts.map((size) => row(`${named(size)}, texts`, size)),
  ...results.ages.map((age) => row(`after ${age.events.toLocaleString('en')} events`, age)),
]);
