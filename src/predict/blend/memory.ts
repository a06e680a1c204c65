import { ForeloadError, reasonOf } from '../../model/errors.ts';
import type { ComponentId, UserId } from '../../model/ids.ts';
import { steps } from '../../model/prediction.ts';
import { Reader, Writer } from '../bytes.ts';
import { Interner } from '../interner.ts';
import { seal, unseal } from '../seal.ts';
import { TextModel } from '../text/text-model.ts';
import { ContextTable } from './context-table.ts';
import { heard } from './hearing.ts';
import { Kin } from './kin.ts';
import { Meaning } from './meaning.ts';
import { Popularity } from './popularity.ts';
import { startingWeights } from './starting-weights.ts';
import { Trail } from './trail.ts';
import { Weights } from './weights.ts';
import { Windows } from './windows.ts';

/** Of the form of a snapshot: whatever changes a size or the meaning of a number changes it. */
const version = 1;
const populationRows = 262_144;
const populationFollowers = 12;
/** Users that are remembered one by one, and the bytes of all their rows. The longest unseen are forgotten first. */
const userLimit = 20_000;
const userBytes = 128 * 1_048_576;

/** All that the blend has learned. */
export class Memory {
  readonly components: Interner<ComponentId> = new Interner();
  /** The longest unseen first. */
  readonly trails: Map<UserId, Trail> = new Map();
  readonly kin: Kin = new Kin();
  readonly windows: Windows;
  readonly table: ContextTable;
  readonly popularity: Popularity;
  readonly text: TextModel;
  readonly earlier: TextModel;
  readonly weights: readonly Weights[];
  /** By step: what probabilities turned out to mean. */
  readonly meanings: readonly Meaning[];
  demands = 0;
  /** Whether any command demanded more than one component. */
  several = false;
  #bytes = 0;

  constructor(from: Reader | null = null, weights: readonly Weights[] = startingWeights()) {
    this.table = from
      ? ContextTable.load(from, populationRows, populationFollowers)
      : new ContextTable(populationRows, populationFollowers);
    this.popularity = from ? Popularity.load(from) : new Popularity();
    this.text = from ? TextModel.restore(from.array(Uint8Array)) : new TextModel();
    this.earlier = from ? TextModel.restore(from.array(Uint8Array)) : new TextModel();
    this.weights = from ? steps.map(() => Weights.load(from)) : weights;
    this.meanings = steps.map(() => new Meaning(from));
    this.windows = new Windows(from);
    if (!from) return;
    this.demands = from.number();
    this.several = from.small(1) === 1;
    for (let left = from.number(); left > 0; left--) this.#name(from.text() as ComponentId);
    for (let left = from.number(); left > 0; left--) this.#keep(from.text() as UserId, Trail.load(from));
    if (!from.done) throw new RangeError('there are bytes left over');
  }

  snapshot(): Uint8Array {
    const to = new Writer();
    this.table.save(to);
    this.popularity.save(to);
    to.array(this.text.snapshot());
    to.array(this.earlier.snapshot());
    for (const weights of this.weights) weights.save(to);
    for (const meaning of this.meanings) meaning.save(to);
    this.windows.save(to);
    to.number(this.demands);
    to.number(this.several ? 1 : 0);
    to.number(this.components.size);
    for (const name of this.components.names) to.text(name);
    to.number(this.trails.size);
    for (const [user, trail] of this.trails) {
      to.text(user);
      trail.save(to);
    }
    return seal(version, to.bytes());
  }

  /** @throws ForeloadError `invalid-snapshot` */
  static restore(sealed: Uint8Array): Memory {
    const payload = unseal(version, sealed);
    try {
      return new Memory(new Reader(payload));
    } catch (cause) {
      throw new ForeloadError('invalid-snapshot', {
        what: 'the snapshot holds what no forecast can have learned',
        found: reasonOf(cause),
        remedy: 'begin without it: all of it can be learned again',
        cause,
      });
    }
  }

  /** The number of a component; words of what it is for, where there are any, are taken note of. */
  indexOf(component: ComponentId, words = ''): number {
    const known = this.components.find(component);
    if (known !== undefined && words === '') return known;
    const index = known ?? this.#name(component);
    this.text.register(index, component, words);
    this.earlier.register(index, component, words);
    return index;
  }

  /** What a user does; `seen` now, so that it is kept longer than what others did before. */
  trail(user: UserId, seen: boolean): Trail {
    const known = this.trails.get(user);
    if (known && !seen) return known;
    if (known) this.trails.delete(user);
    const trail = known ?? new Trail();
    if (!seen) return trail;
    if (known) this.trails.set(user, trail);
    else this.#keep(user, trail);
    while (this.trails.size > userLimit || (this.#bytes > userBytes && this.trails.size > 1)) {
      const [longest] = this.trails.keys();
      this.#drop(longest!);
    }
    return trail;
  }

  /** A user's rows grew. */
  grew(bytes: number): void {
    this.#bytes += bytes;
  }

  /** Takes away a user and what they taught all others. */
  forget(user: UserId): void {
    const trail = this.trails.get(user);
    if (!trail) return;
    this.#drop(user);
    this.table.withdraw(trail.table, heard);
    trail.order.forEach((component, at) => this.popularity.add(component, -trail.uses[at]!));
  }

  #drop(user: UserId): void {
    this.#bytes -= this.trails.get(user)!.table.bytes;
    this.trails.delete(user);
  }

  #keep(user: UserId, trail: Trail): void {
    this.#bytes += trail.table.bytes;
    this.trails.set(user, trail);
  }

  #name(component: ComponentId): number {
    const index = this.components.indexOf(component);
    this.kin.register(index, component);
    return index;
  }
}
