import { type ComponentId, type Millis, ms } from '../model/ids.ts';
import type { Reader, Writer } from './bytes.ts';

const hourMs = 3_600_000;
const hoursOfDay = 24;
const hoursOfWeek = 168;
/** What was counted counts half after so many days. */
const halfLifeDays = 14;
/** Hours that an hour of the day, or of the week, has to be seen before it says as much as what stands above it. */
const prior = 2;

/**
 * How often each component is demanded at each hour of the week, by anyone: of the hours in which anything was demanded,
 * the share in which it was. An hour of the week seldom seen leans on that hour of all days, and that on all hours
 * together. Hours of UTC; what was counted fades over days.
 *
 * Hours without any demand are left out: it is asked what will be demanded if Foreload is used now, and nights and
 * holidays say nothing about that. And an hour counts once, however often a component was demanded in it: demands come in
 * bursts, and ten in one hour make the next day's hour no more likely than one.
 *
 * Bounded: 1.4 KB a component.
 */
export class Rhythm {
  readonly #ids: readonly ComponentId[];
  /** By component and hour of the week: hours in which it was demanded. */
  readonly #present: Float64Array;
  /** By component: the hour of its latest demand; -1: none is known. */
  readonly #latest: Float64Array;
  /** By hour of the week: hours in which anything was demanded. */
  readonly #used: Float64Array = new Float64Array(hoursOfWeek);
  #latestUse = -1;
  /** The hour of the latest demand, and when it began; none yet. */
  #hour = -1;
  #hourBegins: number = Number.POSITIVE_INFINITY;
  /** The day to which everything has faded. */
  #day: number | null = null;

  /** @param ids what is counted; demands name a component by its place here */
  constructor(ids: readonly ComponentId[]) {
    this.#ids = ids;
    this.#present = new Float64Array(ids.length * hoursOfWeek);
    this.#latest = new Float64Array(ids.length).fill(-1);
  }

  /** A component was demanded. */
  demand(component: number, now: Millis): void {
    // Of an hour that both it and anything at all were last demanded in, there is nothing left to count.
    if (now >= this.#hourBegins && now < this.#hourBegins + hourMs && this.#latest[component] === this.#hour) {
      this.#latestUse = now;
      return;
    }
    const hour = Math.floor(now / hourMs);
    this.#hour = hour;
    this.#hourBegins = hour * hourMs;
    this.#fade(Math.floor(hour / hoursOfDay));
    if (Math.floor(this.#latestUse / hourMs) !== hour) this.#used[ofWeek(hour)]!++;
    this.#latestUse = now;
    if (this.#latest[component] === hour) return;
    this.#latest[component] = hour;
    this.#present[component * hoursOfWeek + ofWeek(hour)]!++;
  }

  /** Probability that a component is demanded at least once from now on, within so many ms of use. */
  within(component: number, now: Millis, span: number): number {
    const all = this.#usual(component);
    let never = 1;
    for (let from: number = now; from < now + span; ) {
      const hour = Math.floor(from / hourMs);
      const end = Math.min(now + span, (hour + 1) * hourMs);
      never *= (1 - this.#inHour(component, ofWeek(hour), all)) ** ((end - from) / hourMs);
      from = end;
    }
    return 1 - never;
  }

  /** When anything was demanded last; null: nothing was. */
  get latestUse(): Millis | null {
    return this.#latestUse < 0 ? null : ms(this.#latestUse);
  }

  save(to: Writer): void {
    to.number(this.#day ?? -1);
    to.number(this.#latestUse);
    to.array(this.#used);
    to.number(this.#ids.length);
    this.#ids.forEach((id, component) => {
      to.text(id);
      to.number(this.#latest[component]!);
      to.array(this.#rowOf(component));
    });
  }

  /** Takes over what is saved of the components that are counted here. Throws a RangeError for what can't have been saved. */
  load(from: Reader): void {
    const day = from.number();
    const latestUse = from.number();
    const used = rowFrom(from);
    const known = new Map<string, { readonly latest: number; readonly row: Float64Array }>();
    for (let left = from.number(); left > 0; left--) {
      known.set(from.text(), { latest: from.number(), row: rowFrom(from) });
    }
    this.#day = day < 0 ? null : day;
    this.#latestUse = latestUse;
    this.#hourBegins = Number.POSITIVE_INFINITY;
    this.#used.set(used);
    this.#ids.forEach((id, component) => {
      const saved = known.get(id);
      this.#latest[component] = saved?.latest ?? -1;
      if (saved) this.#rowOf(component).set(saved.row);
      else this.#rowOf(component).fill(0);
    });
  }

  /** Of all hours the share in which a component was demanded. */
  #usual(component: number): number {
    return shareOf(sum(this.#rowOf(component)), sum(this.#used), 0, 1);
  }

  #inHour(component: number, hour: number, all: number): number {
    const row = this.#rowOf(component);
    let [present, used] = [0, 0];
    for (let same = hour % hoursOfDay; same < hoursOfWeek; same += hoursOfDay) {
      present += row[same]!;
      used += this.#used[same]!;
    }
    return shareOf(row[hour]!, this.#used[hour]!, shareOf(present, used, all, prior), prior);
  }

  #rowOf(component: number): Float64Array {
    return this.#present.subarray(component * hoursOfWeek, (component + 1) * hoursOfWeek);
  }

  #fade(today: number): void {
    const days = today - (this.#day ?? today);
    if (days < 0) return;
    this.#day = today;
    if (days === 0) return;
    const by = 0.5 ** (days / halfLifeDays);
    for (const counts of [this.#present, this.#used]) for (let at = 0; at < counts.length; at++) counts[at]! *= by;
  }
}

const ofWeek = (hour: number): number => ((hour % hoursOfWeek) + hoursOfWeek) % hoursOfWeek;

/** A share that leans on a guess. */
const shareOf = (present: number, used: number, guess: number, weight: number): number =>
  (present + weight * guess) / (used + weight);

const sum = (counts: Float64Array): number => counts.reduce((all, count) => all + count, 0);

function rowFrom(from: Reader): Float64Array {
  const row = from.array(Float64Array);
  if (row.length !== hoursOfWeek || !row.every((count) => count >= 0 && count < Number.POSITIVE_INFINITY)) {
    throw new RangeError('these are no counts of the hours of a week');
  }
  return row;
}
