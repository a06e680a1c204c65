import type { EngineStatus } from '../engine/status.ts';
import type { EngineEvent } from '../model/event.ts';
import { promise } from './promise.ts';
import { dependenciesOf, type RealComponent } from './real-component.ts';
import type { RealWorld } from './real-world.ts';

/** What is in memory against what may be. */
export class BudgetModel {
  readonly #world: RealWorld;
  #budget: number;
  /** More is in memory than the budget allows, for a reason that nobody could foresee. */
  #excused = false;
  /** Bytes that failed unloads may have left behind. */
  #lost = 0;
  /** Some of them come free just now: how many is told after the event. */
  #reclaims = false;

  constructor(world: RealWorld, budget: number) {
    this.#world = world;
    this.#budget = budget;
  }

  changed(bytes: number): void {
    if (bytes < this.#budget) this.#excused = true;
    this.#budget = bytes;
  }

  /** A load was measured. */
  measured(real: RealComponent, bytes: number): void {
    if (bytes > real.held) this.#excused = true;
    real.held = real.expected = bytes;
  }

  lost(real: RealComponent): void {
    this.#lost += real.held;
    if (real.spec.keepsMemory) real.left += real.held;
  }

  reclaims(): void {
    this.#reclaims = true;
  }

  /** A load has begun. */
  begun({ spec }: RealComponent): void {
    const { held } = this.#world;
    promise(this.#excused || held <= this.#budget, `${held} of ${this.#budget} are held as ${spec.id} starts`);
  }

  /** A load ahead of demands is about to begin. */
  beginsAhead({ spec, wanted, expected }: RealComponent): void {
    // What is kept may have been taken over a moment ago, by a load that waits for what it rests on.
    const kept = this.#world.all.reduce((sum, { left }) => sum + left, 0);
    const held = this.#world.held + Math.max(0, this.#lost - kept) + expected;
    const excused = this.#excused || this.#reclaims || wanted;
    promise(excused || held <= this.#budget, `${spec.id} is not loaded ahead into lost memory`);
  }

  /** Whether these, and all that is pinned, could be in memory at once. */
  holds(closure: readonly RealComponent[]): boolean {
    const kept = new Set([...closure, ...this.#world.core()]);
    return [...kept].reduce((sum, one) => sum + (one.state === 'cold' ? one.expected : one.held), 0) <= this.#budget;
  }

  /**
   * @param reserved some load has been decided and waits for what it rests on
   * @param asks a demand waits, or was just made
   */
  after(status: EngineStatus, event: EngineEvent, reserved: boolean, asks: boolean): void {
    const { budgetBytes, lostBytes } = status;
    promise(budgetBytes === this.#budget, `the budget is told to be ${budgetBytes}, is ${this.#budget}`);
    status.components.forEach(({ heldBytes }, index) => {
      const real = this.#world.all[index]!;
      // Its load takes that over, or what is left of it: some may have been forgotten for a demand.
      if (heldBytes > 0 && real.left > 0)
        this.#lost = Math.max(Math.min(this.#lost, lostBytes), this.#lost - real.left);
      if (heldBytes > 0) real.left = 0;
    });
    const less = lostBytes < this.#lost * (1 - 1e-9);
    promise(lostBytes <= this.#lost * (1 + 1e-9), `${lostBytes} are told to be lost, of ${this.#lost}`);
    promise(!less || event.kind === 'reclaimed' || asks, 'lost memory is forgotten only for a demand');
    this.#lost = lostBytes;
    if (this.#reclaims) {
      const held = this.#world.held + this.#lost;
      promise(this.#excused || held <= this.#budget, `${held} of ${this.#budget} are held or lost`);
    }
    this.#reclaims = false;
    const quiet = !reserved && this.#world.in('loading').length === 0;
    if (quiet && this.#world.held + this.#lost <= this.#budget) this.#excused = false;
  }

  settled(): void {
    const keeping = this.#world.all.filter(({ spec, held }) => spec.keepsMemory && held > 0);
    const kept = new Set([...this.#world.core(), ...keeping.flatMap((real) => dependenciesOf(real))]);
    const loose = this.#world.all.some((real) => real.held > 0 && !kept.has(real));
    promise(this.#world.held <= this.#budget || !loose, 'what is idle leaves until the budget holds');
  }
}
