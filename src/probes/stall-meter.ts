import type { Millis } from '../model/ids.ts';
import type { MemoryStall } from './probe.ts';

/** Stalls are averaged over at least this long, in ms: a single pause of some ms is none. */
const span = 1000;

interface Sample {
  readonly at: Millis;
  readonly someUs: number;
  readonly fullUs: number;
}

/**
 * Makes shares of time out of the running totals of Linux's pressure stall information (PSI, Weiner 2018). Its own
 * averages are not used: the shortest covers ten seconds and lags.
 */
export class StallMeter {
  #samples: Sample[] = [];

  /** Takes in the text of a `memory.pressure` file read at `now`. Undefined until enough time has passed. */
  read(text: string, now: Millis): MemoryStall | undefined {
    const someUs = totalOf(text, 'some');
    const fullUs = totalOf(text, 'full');
    const last = this.#samples.at(-1);
    // Another group's file, or a counter that began anew.
    if (last && (someUs < last.someUs || now <= last.at)) this.#samples = [];
    this.#samples.push({ at: now, someUs, fullUs });
    while (now - (this.#samples[1]?.at ?? now) >= span) this.#samples.shift();
    const first = this.#samples[0]!;
    const passedUs = (now - first.at) * 1000;
    if (passedUs < span * 1000) return undefined;
    return { some: (someUs - first.someUs) / passedUs, full: (fullUs - first.fullUs) / passedUs };
  }
}

function totalOf(text: string, kind: 'some' | 'full'): number {
  return Number(new RegExp(`^${kind} .*\\btotal=(\\d+)`, 'm').exec(text)?.[1] ?? 0);
}
