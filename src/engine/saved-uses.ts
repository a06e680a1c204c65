import type { CommandId, Millis, UserId } from '../model/ids.ts';
import { between, type LoadFrom, longestList, type Names, rowFrom, type SaveTo } from '../model/saving.ts';
import { featureCount } from '../residency/reuse-model.ts';
import type { EngineState, Followed, Paper } from './state.ts';

/** Of no command that anybody could still speak of. */
const bygone = -1 as CommandId;
const mostFeatures = 1000;

/** What was counted of demands and commands, and whose next use is waited for. Hints are the application's to give again. */
export function saveUses(state: EngineState, to: SaveTo, names: Names): void {
  for (const value of [state.uses, state.foretold, state.latestNth, state.loads]) to.number(value);
  const used = state.slots.filter(({ uses }) => uses > 0);
  to.number(used.length);
  for (const { spec, uses, lastUse } of used) {
    to.text(spec.id);
    to.number(uses);
    to.number(lastUse);
  }
  const commands = [...state.commands.entries()];
  to.number(commands.length);
  for (const [user, { nth }] of commands) {
    to.text(user);
    to.number(nth);
  }
  to.number(featureCount);
  const followed = ({ features, until }: Followed): void => {
    to.array(features);
    to.number(until);
  };
  saveList(state.staying, to, names, followed);
  saveList(state.imminent, to, names, followed);
  saveList(state.paper, to, names, ({ chance, until }) => {
    to.number(chance);
    to.number(until);
  });
}

/** Takes over what was saved of the components that are here. Throws a RangeError for what can't have been saved. */
export function loadUses(state: EngineState, from: LoadFrom, names: Names): void {
  state.uses = between(from, 0);
  state.foretold = between(from, 0);
  state.latestNth = between(from, 1);
  state.loads = between(from, 0);
  for (let left = from.small(longestList); left > 0; left--) {
    const index = names.indexOf(from.text());
    const [uses, lastUse] = [between(from, 1), between(from, 1, state.uses)];
    if (index !== undefined) Object.assign(state.slots[index]!, { uses, lastUse });
  }
  for (let left = from.small(longestList); left > 0; left--) {
    state.commands.set(from.text() as UserId, { command: bygone, nth: between(from, 1), demands: 0, served: true });
  }
  const features = from.small(mostFeatures);
  const followed = (): Followed | null => {
    const one = { features: rowFrom(from, features), until: from.number() };
    // What was known of other features teaches nothing.
    return features === featureCount ? one : null;
  };
  loadList(state.staying, from, names, followed);
  loadList(state.imminent, from, names, followed);
  const onPaper = (): Paper => ({
    chance: between(from, 0, 1),
    until: from.number(),
    keptUntil: Number.POSITIVE_INFINITY as Millis,
  });
  loadList(state.paper, from, names, onPaper);
}

/** Until when what is followed on paper would have been kept, where memory has a price. */
export function savePaperStays(state: EngineState, to: SaveTo, names: Names): void {
  const limited = new Map([...state.paper].filter(([, { keptUntil }]) => keptUntil < Number.POSITIVE_INFINITY));
  saveList(limited, to, names, ({ keptUntil }) => to.number(keptUntil));
}

/** Takes that over, after {@link loadUses}. */
export function loadPaperStays(state: EngineState, from: LoadFrom, names: Names): void {
  const stays = new Map<number, Millis>();
  loadList(stays, from, names, () => from.number() as Millis);
  for (const [index, keptUntil] of stays) {
    const paper = state.paper.get(index);
    if (paper) state.paper.set(index, { ...paper, keptUntil });
  }
}

function saveList<T>(list: ReadonlyMap<number, T>, to: SaveTo, names: Names, save: (one: T) => void): void {
  to.number(list.size);
  for (const [component, one] of list) {
    to.text(names.idOf(component));
    save(one);
  }
}

function loadList<T>(list: Map<number, T>, from: LoadFrom, names: Names, load: () => T | null): void {
  for (let left = from.small(longestList); left > 0; left--) {
    const component = names.indexOf(from.text());
    const one = load();
    if (component !== undefined && one !== null) list.set(component, one);
  }
}
