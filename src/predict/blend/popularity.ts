import type { Reader, Writer } from '../bytes.ts';

const listed = 8;

/** How often each component was demanded by anyone, and which were most. */
export class Popularity {
  counts: Float64Array = new Float64Array(64);
  total = 0;
  readonly most: number[] = [];

  static load(from: Reader): Popularity {
    const popularity = new Popularity();
    popularity.counts = from.array(Float64Array);
    popularity.total = from.number();
    popularity.most.push(...from.array(Int32Array));
    return popularity;
  }

  save(to: Writer): void {
    to.array(this.counts);
    to.number(this.total);
    to.array(Int32Array.from(this.most));
  }

  add(component: number, by = 1): void {
    if (this.counts.length <= component) {
      const counts = new Float64Array(component * 2 + 1);
      counts.set(this.counts);
      this.counts = counts;
    }
    this.counts[component]! += by;
    this.total += by;
    if (this.most.includes(component)) return;
    if (this.most.length < listed) {
      this.most.push(component);
      return;
    }
    let least = 0;
    for (let at = 1; at < listed; at++) {
      if (this.counts[this.most[at]!]! < this.counts[this.most[least]!]!) least = at;
    }
    if (this.counts[component]! > this.counts[this.most[least]!]!) this.most[least] = component;
  }
}
