import { between, type LoadFrom, longestList, type Names, type SaveTo } from '../model/saving.ts';
import { ages, begins, ReturnHazard } from './return-hazard.ts';

/** How long something idle is worth being kept from now on. */
export interface Stay {
  /** Ms; 0: it is not worth its memory. */
  readonly ms: number;
  /** Probability that it is demanded within that time. */
  readonly probability: number;
}

interface Known {
  /** When it was last demanded. */
  last: number;
  /** Demands of the last hour and of the last day, fading. */
  hour: number;
  day: number;
  /** What it is like, on each of the levels of detail. */
  readonly kinds: Int32Array;
  /** How likely each user's next command demands it, by the latest forecast, and when that was made. */
  readonly pledges: Map<string, Pledge>;
}

interface Pledge {
  readonly at: number;
  readonly probability: number;
}

interface Active {
  readonly at: number;
  components: readonly number[];
  /** What the forecast before its latest command had foretold of each component, in demands per ms, until that command demands it. */
  readonly due: Map<number, number>;
}

/**
 * Learns when components are demanded again, and says how long an idle one is worth its memory.
 *
 * Two things make a demand likely. The component's own past: how often it was demanded in the last hour and day, and
 * how long it has been idle; counted over all components, by the day, and by hour and day, the finer pulled towards the
 * coarser (a hazard model, where Shahrad et al., USENIX ATC 2020, keep a histogram of idle times for each). And
 * forecasts: how likely a user's next command demands it, times how likely that user, silent for so long, gives one.
 * The two rates add up, and a return counts for its component's own past as far as that foretold it, and not a forecast
 * (expectation-maximization for a sum of intensities, as in Veen & Schoenberg, JASA 2008). From both follows when it is best
 * let go: when all that is saved until then exceeds by most what is paid until then (optimal stopping over a row of ages).
 *
 * Bounded: of the last two hours 4,096 users, and for each component the forecasts of 64.
 */
export class Keeping {
  readonly #levels = [new ReturnHazard(1), new ReturnHazard(days), new ReturnHazard(hours * days)] as const;
  readonly #users = new ReturnHazard(1);
  readonly #known = new Map<number, Known>();
  /** Users by their latest command, the longest silent first. */
  readonly #active = new Map<string, Active>();

  /** A command of a user demanded a component. */
  demand(component: number, user: string, now: number): void {
    const known = this.#known.get(component) ?? this.#undemanded(component);
    if (known.last === never) {
      known.hour = 1;
      known.day = 1;
    } else {
      const idle = Math.max(0, now - known.last);
      const own = this.#ownShare(component, known, user, now);
      for (const [index, level] of this.#levels.entries()) level.learn(known.kinds[index]!, idle, own);
      known.hour = known.hour * Math.exp(-idle / hour) + 1;
      known.day = known.day * Math.exp(-idle / day) + 1;
    }
    known.last = now;
    const frequent = octave(known.day, days);
    known.kinds.set([0, frequent, octave(known.hour, hours) * days + frequent]);
  }

  /** A user gave a command. */
  command(user: string, now: number): void {
    const before = this.#active.get(user);
    const due = new Map<number, number>();
    if (before) {
      const silent = Math.max(0, now - before.at);
      for (const component of before.components) {
        const pledge = this.#known.get(component)?.pledges.get(user);
        // Made since the command before; an earlier one that command has ended.
        if (pledge && pledge.at >= before.at)
          due.set(component, this.#pledgedRate({ ms: silent, age: 0, probability: pledge.probability }, 0));
      }
      this.#users.learn(0, silent, 1);
    }
    this.#hear(user, { at: now, components: before?.components ?? [], due });
  }

  /**
   * A user's next command is expected to demand these, with these probabilities. Returns every component whose stay may
   * have changed by that: these, and those that were expected before.
   */
  expect(user: string, expected: ReadonlyMap<number, number>, now: number): Set<number> {
    const active = this.#active.get(user) ?? this.#hear(user, { at: now, components: [], due: new Map() });
    const touched = new Set(active.components);
    for (const component of touched) this.#known.get(component)?.pledges.delete(user);
    for (const [component, probability] of expected) {
      const { pledges } = this.#known.get(component) ?? this.#undemanded(component);
      pledges.set(user, { at: now, probability });
      if (pledges.size > mostPledges) pledges.delete(pledges.keys().next().value!);
      touched.add(component);
    }
    active.components = [...expected.keys()];
    return touched;
  }

  /** How long to keep it, if a return saves 1 and each ms of keeping costs `cost`. 0 ms for what was never demanded or expected. */
  stay(component: number, now: number, cost: number): Stay {
    const known = this.#known.get(component);
    let stay: Stay = { ms: 0, probability: 0 };
    if (!known) return stay;
    const idle = { ms: now - known.last, age: 0 };
    const pledges = this.#standing(known, now);
    let worth = 0;
    let best = 0;
    let absent = 1;
    for (let step = 0; step < ages - 1; step++) {
      const length = begins(step + 1) - begins(step);
      const rate = this.#rateOf(known, idle, pledges, begins(step) + length / 2);
      const returns = 1 - Math.exp(-rate * length);
      worth += absent * returns * (1 - cost / rate);
      absent *= 1 - returns;
      if (worth <= best) continue;
      best = worth;
      stay = { ms: begins(step + 1), probability: 1 - absent };
    }
    return stay;
  }

  save(to: SaveTo, names: Names): void {
    for (const level of [...this.#levels, this.#users]) level.save(to);
    to.number(this.#known.size);
    for (const [component, { last, hour, day, kinds, pledges }] of this.#known) {
      to.text(names.idOf(component));
      for (const value of [last, hour, day, ...kinds]) to.number(value);
      to.number(pledges.size);
      for (const [user, { at, probability }] of pledges) {
        to.text(user);
        to.number(at);
        to.number(probability);
      }
    }
    to.number(this.#active.size);
    for (const [user, { at, components }] of this.#active) {
      to.text(user);
      to.number(at);
      to.number(components.length);
      for (const component of components) to.text(names.idOf(component));
    }
  }

  /** Takes over what was saved, where nothing is known yet. Throws a RangeError for what can't have been saved. */
  load(from: LoadFrom, names: Names): void {
    for (const level of [...this.#levels, this.#users]) level.load(from);
    for (let left = from.small(longestList); left > 0; left--) {
      const component = names.indexOf(from.text());
      const known = knownFrom(from);
      if (component !== undefined) this.#known.set(component, known);
    }
    for (let left = from.small(mostUsers + 1); left > 0; left--) {
      const user = from.text();
      const at = from.number();
      const components: number[] = [];
      for (let named = from.small(longestList); named > 0; named--) {
        const component = names.indexOf(from.text());
        if (component !== undefined) components.push(component);
      }
      this.#active.set(user, { at, components, due: new Map() });
    }
  }

  /** A user is the latest to be heard of; those who have been silent for long are forgotten. */
  #hear(user: string, active: Active): Active {
    this.#active.delete(user);
    this.#active.set(user, active);
    for (const [other, { at }] of this.#active) {
      if (active.at - at < silence && this.#active.size <= mostUsers) break;
      this.#users.learn(0, active.at - at, 0);
      this.#active.delete(other);
    }
    return active;
  }

  #undemanded(component: number): Known {
    const known = { last: never, hour: 0, day: 0, kinds: new Int32Array(3), pledges: new Map() };
    this.#known.set(component, known);
    return known;
  }

  /** The forecasts that nothing has followed yet. */
  #standing({ pledges }: Known, now: number): Standing[] {
    const standing: Standing[] = [];
    for (const [user, { at, probability }] of pledges) {
      const active = this.#active.get(user);
      if (!active || active.at > at) pledges.delete(user);
      else standing.push({ ms: now - active.at, age: 0, probability });
    }
    return standing;
  }

  /** As far as a user's demand that comes now was to be expected of the component's own past, of all that it was to be expected of. */
  #ownShare(component: number, known: Known, user: string, now: number): number {
    const own = this.#ownRate(known, { ms: now - known.last, age: 0 }, 0);
    const due = this.#active.get(user)?.due;
    let rate = own + (due?.get(component) ?? 0);
    due?.delete(component);
    for (const [other, { at, probability }] of known.pledges) {
      const latest = this.#active.get(other)?.at;
      if (other === user || latest === undefined || latest > at) continue;
      rate += this.#pledgedRate({ ms: now - latest, age: 0, probability }, 0);
    }
    return own / rate;
  }

  /** Demands per ms that are to be expected so many ms from now. Asked for ever later times. */
  #rateOf(known: Known, idle: Silence, pledges: readonly Standing[], later: number): number {
    let rate = this.#ownRate(known, idle, later);
    for (const pledge of pledges) rate += this.#pledgedRate(pledge, later);
    return rate;
  }

  #ownRate(known: Known, idle: Silence, later: number): number {
    const age = grown(idle, later);
    let rate = 0.5 / (begins(age) + firstGuess);
    for (let index = 0; index < this.#levels.length; index++) {
      rate = this.#levels[index]!.at(known.kinds[index]!, age, rate, index === 0 ? 1 : weight);
    }
    return rate;
  }

  #pledgedRate(pledge: Standing, later: number): number {
    const silent = grown(pledge, later);
    return pledge.probability * this.#users.at(0, silent, 0.25 / (begins(silent) + firstGuess), 1);
  }
}

/** So long nothing has been heard of a component or a user; and the age that was reached when it was last looked at. */
interface Silence {
  readonly ms: number;
  age: number;
}

interface Standing extends Silence {
  readonly probability: number;
}

/** The age that a silence will have reached; it only grows. */
function grown(silence: Silence, later: number): number {
  while (silence.age < ages - 1 && silence.ms + later >= begins(silence.age + 1)) silence.age++;
  return silence.age;
}

function knownFrom(from: LoadFrom): Known {
  const [last, hour, day] = [from.number(), between(from, 0), between(from, 0)];
  const kinds = Int32Array.of(from.small(0), from.small(days - 1), from.small(hours * days - 1));
  const pledges = new Map<string, Pledge>();
  for (let left = from.small(mostPledges); left > 0; left--) {
    pledges.set(from.text(), { at: from.number(), probability: between(from, 0, 1) });
  }
  return { last, hour, day, kinds, pledges };
}

/** On a scale that doubles: below 2 it is 0. */
const octave = (count: number, most: number): number => Math.min(most - 1, Math.floor(Math.log2(count)));

const hour = 3_600_000;
const day = 24 * hour;
const hours = 8;
const days = 12;
const silence = 2 * hour;
// Finite, so that it can be saved.
const never = -Number.MAX_VALUE;
// Before anything is known, half of what is idle returns within the time it has been idle for and 30 s.
const firstGuess = 30_000;
// So many returns of the finer kind weigh as much as what the coarser says.
const weight = 4;
const mostUsers = 4096;
const mostPledges = 64;
