import type { EngineEvent } from '../model/event.ts';
import { type PressureLevel, pressureLevels } from '../model/reason.ts';
import { promise } from './promise.ts';
import type { RealComponent } from './real-component.ts';

/** What an engine promises to do, and not to do, at each level of memory pressure. */
export class PressureModel {
  #level: PressureLevel = 'low';
  /** Bytes that the latest reading asked for, less what was unloading already; null: it named none. */
  #asked: number | null = null;
  #shed = 0;

  told({ level, excessBytes }: Extract<EngineEvent, { kind: 'pressure' }>, unloadingBytes: number): void {
    this.#level = level;
    this.#asked = excessBytes === undefined ? null : Math.max(0, excessBytes - unloadingBytes);
    this.#shed = 0;
  }

  /** A load begins. */
  begins(real: RealComponent, origin: string): void {
    const stops = this.#rank >= pressureLevels.indexOf('critical');
    promise(!stops || origin === 'demand' || real.wanted, `${real.spec.id} is not loaded ahead at ${this.#level}`);
  }

  /** Something is unloaded because of pressure: enough is enough, once what was asked for is on its way. */
  sheds(real: RealComponent): void {
    const name = real.spec.id;
    promise(this.#rank >= pressureLevels.indexOf('high'), `${name} is not unloaded for pressure at ${this.#level}`);
    if (this.#level === 'high') promise(real.ahead, `${name} was demanded, and stays at high`);
    if (this.#level === 'critical' && !real.ahead) promise(this.#asked !== null, `${name} was demanded, and stays`);
    const bounded = this.#level === 'high' || (this.#level === 'critical' && !real.ahead);
    if (bounded && this.#asked !== null) {
      promise(this.#shed < this.#asked, `${name} stays: ${this.#shed} of ${this.#asked} bytes are given back already`);
    }
    this.#shed += real.held;
  }

  /** Whether what is idle may stay, or is to leave at once, loaded ahead or not. */
  get emptiesMemory(): boolean {
    return this.#level === 'emergency';
  }

  get #rank(): number {
    return pressureLevels.indexOf(this.#level);
  }
}
