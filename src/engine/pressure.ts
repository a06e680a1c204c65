import { pressureResponses } from '../lanes/pressure.ts';
import { priorities } from '../model/component.ts';
import type { EngineEvent } from '../model/event.ts';
import { lanes } from '../model/reason.ts';
import { chanceOf, giveUpFollowed, isExpected, likelihoodOf, worthOf } from './foresight.ts';
import { abandonAwaiting, abandonQueued } from './preloads.ts';
import { dismiss } from './residence.ts';
import { inMemory, isIdle } from './room.ts';
import { isGoing, type Slot } from './slot.ts';
import { withdraw } from './speculation.ts';
import { type EngineState, tell } from './state.ts';
import { stopWarming } from './warming.ts';

/** Does what the response table asks for at a level of memory pressure. Also at the start, and each time it is told. */
export function respond(state: EngineState, told: Extract<EngineEvent, { kind: 'pressure' }>): void {
  if (state.closing) return;
  const { strain } = state;
  const { level, excessBytes } = told;
  const changed = level !== state.level || !strain.told;
  state.level = level;
  state.response = pressureResponses[level];
  strain.told = true;
  const sheds = state.response.speculation !== 'none';
  // What is unloading already will be missing from the next reading.
  strain.excess = sheds && excessBytes !== undefined ? Math.max(0, excessBytes - state.coming) : null;
  // What loads that are under way have been promised may not show in the reading yet.
  const promised = told.roomBytes === undefined && told.demandBytes === undefined ? 0 : underWay(state);
  strain.room = (told.roomBytes ?? Number.POSITIVE_INFINITY) - promised;
  strain.demandRoom = (told.demandBytes ?? Number.POSITIVE_INFINITY) - promised;
  strain.owes = sheds && (excessBytes ?? 0) > 0;
  if (changed && state.notices) {
    tell(state, { kind: 'pressure', at: state.now, level, ...(excessBytes === undefined ? {} : { excessBytes }) });
  }
  staff(state);
  if (!state.response.preload) return stopPreloads(state);
  if (sheds && state.lanes.size > 0) {
    state.lanes.rerank(({ component, user }) => {
      const slot = state.slots[component]!;
      return worthOf(slot, user === null ? 1 : chanceOf(state, slot, user));
    });
  }
  for (const entry of state.lanes.resize(state.response.laneShare)) {
    withdraw(state, state.slots[entry.component]!, 'pressure', true);
  }
  if (state.response.background) return;
  for (const slot of state.awaiting.slice()) {
    if (strain.owes || slot.preload?.lane === 'background') abandonAwaiting(state, slot, 'pressure');
  }
}

/** Loading ahead disturbs the foreground: fewer may load at once. */
export function interfere(state: EngineState, share: number): void {
  const { strain } = state;
  if (share === strain.workerShare || state.closing) return;
  strain.workerShare = share;
  staff(state);
  tell(state, { kind: 'interference', at: state.now, share });
}

/** Nothing more is loaded ahead: what waits in a lane, for room or for its dependencies waits no more. */
export function stopPreloads(state: EngineState): void {
  if (!state.closing) giveUpFollowed(state);
  stopWarming(state, 'pressure');
  for (const slot of state.awaiting.slice()) abandonAwaiting(state, slot, 'pressure');
  for (const lane of lanes) {
    for (const entry of state.lanes.entries(lane)) withdraw(state, state.slots[entry.component]!, 'pressure');
  }
  state.lanes.resize(state.response.laneShare);
  for (const slot of inMemory(state)) {
    if (slot.state === 'queued' && slot.preload) abandonQueued(state, slot, 'pressure');
  }
}

/**
 * Unloads what may not stay at the present level: what was loaded ahead first, then low priority, then what is worth
 * least; dependants before what they rest on. Runs after every event, so that what lapses, warms up or is given back
 * under pressure goes too. Costs nothing while memory is not tight, else as much as there is in memory.
 */
export function keepLevel(state: EngineState): void {
  const { strain, response } = state;
  if (response.speculation === 'none' || state.closing) return;
  if (response.speculation === 'excess' && strain.excess === 0) return;
  const going = new Set<Slot>();
  const idle = inMemory(state).filter(
    (slot) => isIdle(slot) && !slot.spec.keepsMemory && nothingRestsOn(state, slot, going),
  );
  const ready = idle.sort((a, b) => sooner(state, a, b));
  let left = strain.excess ?? 0;
  // Dependencies join behind the last of their dependants that goes; they are asked to go when it is gone.
  for (let at = 0; at < ready.length; at++) {
    const slot = ready[at]!;
    if (!goes(state, slot, left)) continue;
    going.add(slot);
    left -= slot.held;
    if (slot.pins === 0) {
      if (strain.excess !== null) strain.excess = Math.max(0, strain.excess - slot.held);
      dismiss(state, slot, 'pressure');
    }
    for (const node of state.graph.dependencies[slot.index]!) {
      const below = state.slots[node]!;
      if (isIdle(below) && !below.spec.keepsMemory && nothingRestsOn(state, below, going))
        insert(state, ready, below, at + 1);
    }
  }
}

function goes(state: EngineState, slot: Slot, left: number): boolean {
  const share = slot.preload ? state.response.speculation : state.response.ordinary;
  if (share !== 'excess') return share === 'all';
  if (state.strain.excess !== null) return left > 0;
  // What was asked for by name is no forecast that could lapse.
  return slot.preload !== null && !isNamed(state, slot) && !isExpected(state, slot);
}

/** Below 0: `a` leaves before `b`. Equals keep the order of the eviction policy. */
function sooner(state: EngineState, a: Slot, b: Slot): number {
  const kept = Number(a.preload === null) - Number(b.preload === null);
  const weaker = priorities.indexOf(b.spec.priority) - priorities.indexOf(a.spec.priority);
  return kept || weaker || presentWorth(state, a) - presentWorth(state, b);
}

const presentWorth = (state: EngineState, slot: Slot): number =>
  worthOf(slot, isNamed(state, slot) ? 1 : likelihoodOf(state, slot));

/** Loaded ahead because somebody asked for it by name, not because it is usual at a start. */
const isNamed = (state: EngineState, slot: Slot): boolean =>
  slot.preload?.origin === 'warming' && !state.warmed.has(slot.preload);

function insert(state: EngineState, ready: Slot[], slot: Slot, from: number): void {
  let at = from;
  while (at < ready.length && sooner(state, ready[at]!, slot) <= 0) at++;
  ready.splice(at, 0, slot);
}

/** Whether all that rests on it is cold or leaves. */
function nothingRestsOn(state: EngineState, slot: Slot, going: ReadonlySet<Slot>): boolean {
  if (slot.pins === 0) return true;
  return state.graph.dependants[slot.index]!.every((node) => {
    const dependant = state.slots[node]!;
    return dependant.state === 'cold' || isGoing(dependant) || going.has(dependant);
  });
}

function underWay(state: EngineState): number {
  const loading = inMemory(state).filter((slot) => slot.state === 'queued' || slot.state === 'loading');
  return loading.reduce((sum, slot) => sum + slot.held, 0);
}

/** While bytes have to be given back, nothing is loaded ahead: it would be the next to go. */
function staff(state: EngineState): void {
  const { owes, workerShare } = state.strain;
  state.lanes.staff(owes ? 0 : state.response.laneShare * workerShare);
}
