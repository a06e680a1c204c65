import { Engine } from '../engine/engine.ts';
import type { EngineOptions } from '../engine/options.ts';
import type { Effect } from '../model/effect.ts';
import type { EngineEvent } from '../model/event.ts';
import { type ComponentId, type LoadId, type Millis, ms } from '../model/ids.ts';
import { VirtualTime } from '../time/virtual.ts';
import { promise } from './promise.ts';
import { WatchedLedger } from './watched-ledger.ts';
import { WorldModel } from './world-model.ts';

/** Ms that a load and an unload may take, as in a runtime. */
const loadTimeoutMs = 30_000;
const unloadTimeoutMs = 10_000;

/** What a world is made of: an engine's options, but for what the world sees to itself. */
export type VirtualWorldOptions = Omit<EngineOptions, 'ledger' | 'notices' | 'graph' | 'allowOutside'>;

/**
 * Gives one engine its events, and does what drivers do: wakes it, gives up what takes too long, remembers answers. After
 * each event every invariant of the engine and every promise it makes is verified; the first that is broken throws.
 */
export class VirtualDriver {
  readonly engine: Engine;
  readonly model: WorldModel;
  readonly time: VirtualTime = new VirtualTime();
  /** Every effect that the engine asked for, in order; notices are left out. */
  readonly effects: Effect[] = [];
  /** Events that the engine was given so far. */
  events = 0;
  readonly #ledger = new WatchedLedger();
  readonly #answers: EngineEvent[] = [];
  /** Loads and unloads that do nothing more, by load and by component. */
  readonly #hung = new Set<LoadId | ComponentId>();
  /** Gives up what takes too long. */
  readonly #limits = new Map<LoadId | ComponentId, () => void>();
  #cancelWake: () => void = () => undefined;

  constructor(options: VirtualWorldOptions) {
    this.engine = new Engine({ ...options, ledger: this.#ledger, notices: true });
    this.model = new WorldModel(options);
  }

  /** An answer of the driver: remembered, so that it can come once more. */
  answer(event: EngineEvent): void {
    this.#answers.push(event);
    this.tell(event);
  }

  /** An answer that was given before comes once more. */
  repeat(number: number): void {
    const event = nth(this.#answers, number);
    // An unload carries no number: while a later one runs, it can't be told from the one that was answered.
    if (!event || (event.kind === 'unloaded' && this.model.world.unloading().includes(event.component))) return;
    this.tell(event);
  }

  tell(event: EngineEvent): void {
    const { model, engine } = this;
    if (event.kind === 'loaded' || event.kind === 'load-failed') this.#answered(event.load);
    if (event.kind === 'unloaded') this.#answered(event.component);
    const stale = event.kind === 'inferred' && model.questions.isStale(event);
    const failed = event.kind === 'load-failed' ? model.world.loading().find(({ load }) => load === event.load) : null;
    this.events++;
    model.before(event, this.time.now());
    for (const effect of engine.handle(event, this.time.now())) {
      promise(
        !stale || effect.kind !== 'notice' || effect.notice.kind !== 'forecast',
        'a stale answer changes nothing',
      );
      if (effect.kind !== 'notice') this.effects.push(effect);
      if (effect.kind === 'load' || effect.kind === 'unload') this.#limit(effect);
      if (effect.kind === 'wake') this.#wakeAt(effect.at);
      else model.perform(effect, event, failed?.origin ?? null);
    }
    engine.check();
    model.after(engine, event);
  }

  /** Loads and unloads that run, and have not been made to hang. */
  loading(): Extract<Effect, { kind: 'load' }>[] {
    return this.model.world.loading().filter(({ load }) => !this.#hung.has(load));
  }

  unloading(): ComponentId[] {
    return this.model.world.unloading().filter((component) => !this.#hung.has(component));
  }

  /** It does nothing more: it is given up when its time is over. */
  hang(what: LoadId | ComponentId): void {
    this.#hung.add(what);
  }

  /** What hung goes on after all. */
  goOn(): void {
    this.#hung.clear();
  }

  /** Verifies what must be true when nothing is under way. */
  settled(): void {
    this.model.settled(this.engine);
    if (this.model.world.closing) this.#ledger.settled();
  }

  #answered(what: LoadId | ComponentId): void {
    this.#limits.get(what)?.();
    this.#limits.delete(what);
    this.#hung.delete(what);
  }

  #limit(effect: Extract<Effect, { kind: 'load' | 'unload' }>): void {
    const late = (): Error => new Error('it takes too long');
    if (effect.kind === 'unload') {
      const { component } = effect;
      this.#limitOf(component, unloadTimeoutMs, () => this.answer({ kind: 'unloaded', component, error: late() }));
    } else {
      this.#limitOf(effect.load, loadTimeoutMs, () =>
        this.answer({ ...loadOf(effect), kind: 'load-failed', error: late() }),
      );
    }
  }

  #limitOf(what: LoadId | ComponentId, after: number, late: () => void): void {
    this.#limits.set(what, this.time.start(ms(after), late));
  }

  #wakeAt(at: Millis): void {
    this.#cancelWake();
    this.#cancelWake = this.time.start(ms(at - this.time.now()), () => this.tell({ kind: 'wake' }));
  }
}

type Load = Extract<Effect, { kind: 'load' }>;

/** What names a load. */
export const loadOf = ({ component, load }: Load): Pick<Load, 'component' | 'load'> => ({ component, load });
/** One of a list, whatever the number; undefined: it is empty. */
export const nth = <T>(list: readonly T[], number: number): T | undefined => list[number % list.length];
