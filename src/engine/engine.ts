import { laneNamed } from '../lanes/lanes.ts';
import { pressureResponses } from '../lanes/pressure.ts';
import type { Effect } from '../model/effect.ts';
import { closedError } from '../model/errors.ts';
import type { EngineEvent } from '../model/event.ts';
import type { HistoryEntry } from '../model/history.ts';
import type { Bytes, CommandId, LeaseId, Millis, UserId } from '../model/ids.ts';
import { check } from './check.ts';
import { demand, release } from './demands.ts';
import { refuseWaiting } from './grants.ts';
import { hurryPending, startPending } from './pending.ts';
import { crashed, loaded, loadFailed, revoke, shrinkToBudget, unloaded } from './loads.ts';
import { refuseTooSmall } from './fit.ts';
import { reclaim } from './lost.ts';
import type { EngineOptions } from './options.ts';
import { hintProbability } from './foresight.ts';
import { interfere, keepLevel, respond, stopPreloads } from './pressure.ts';
import { abandonAwaiting, abandonQueued, startPreloads } from './preloads.ts';
import { awaitIdleEnd, wakeBy } from './idle-time.ts';
import { recall } from './recall.ts';
import { letGo } from './residence.ts';
import { setBudget } from './sizing.ts';
import { settle } from './settings.ts';
import { isGoing, type Slot } from './slot.ts';
import { restore, snapshotOf } from './snapshot.ts';
import { actOn, advised, consider, lookAhead, request, withdraw } from './speculation.ts';
import { newState } from './new-state.ts';
import { slotOf, withDependants } from './slot-graph.ts';
import { type EngineState, tell } from './state.ts';
import { type EngineStatus, statusOf, type Waiting, waitingOf } from './status.ts';
import { keepUntil } from './stay.ts';
import { judgeForecasts } from './track.ts';
import { wake } from './wake.ts';
import { startWarming, warm } from './warming.ts';

/**
 * The core: events in, effects out. Owns the state of every component, the lanes, the budget, the leases and the
 * ledger. It never waits, reads no clock and draws no random numbers: the same events give the same effects, whether
 * the driver is the runtime, a replay or a test.
 */
export class Engine {
  readonly #state: EngineState;

  /** @throws ForeloadError if the components do not fit together or into the budget, or `invalid-snapshot`. */
  constructor(options: EngineOptions) {
    this.#state = newState(options);
    if (options.snapshot) restore(this.#state, options.snapshot);
  }

  /** Takes in what happened at `now` and returns what is to be done, in order. `now` never goes back. */
  handle(event: EngineEvent, now: Millis): readonly Effect[] {
    const state = this.#state;
    if (state.out.length > 0) state.out = [];
    const empty = state.out;
    state.now = now;
    state.meter.advance(now);
    const { resident, speculative } = state.meter;
    if (event.kind === 'demand') state.burst = event.more === true;
    else if (event.kind !== 'release') state.undisturbed = null;
    apply(state, event);
    if (state.response.speculation !== 'none') keepLevel(state);
    if (state.excused) shrinkToBudget(state);
    else state.strain.overdrawn = false;
    startPending(state);
    if (!state.burst) loadAhead(state);
    if (state.notices && (state.meter.resident !== resident || state.meter.speculative !== speculative)) {
      tellMemory(state);
    }
    const { out } = state;
    if (out.length === 0) return none;
    // Kept from event to event: most have no effect, or one that brings its own array.
    state.out = out === empty ? [] : empty;
    return out;
  }

  /** All that is worth keeping over a restart, for the option `snapshot` of another engine. */
  snapshot(): Uint8Array {
    return snapshotOf(this.#state);
  }

  /** Learns from what happened before; only at the start. Returns how many entries there were. */
  recall(entries: Iterable<HistoryEntry>): number {
    return recall(this.#state, entries);
  }

  /** Begins to measure memory over time; before, nothing is counted. */
  measureFrom(now: Millis): void {
    this.#state.meter.advance(now);
    this.#state.meter.start(now);
  }

  /** Memory over time, up to `now`. */
  memoryUntil(now: Millis): ReturnType<EngineState['meter']['totals']> {
    this.#state.meter.advance(now);
    return this.#state.meter.totals();
  }

  /** @throws ForeloadError `over-budget` if not every component would fit into so many bytes */
  fit(budget: number): void {
    const { graph, slots } = this.#state;
    const specs = slots.map(({ spec }) => spec);
    refuseTooSmall(graph, specs, budget);
  }

  /** Bytes that all components together may hold, now. */
  get budget(): number {
    return this.#state.budget;
  }

  /** Whether nothing is in memory, nor on its way there or out. */
  get empty(): boolean {
    return this.#state.residents === 0;
  }

  /** When demands go on that wait for another try; null: none does. */
  get retryAt(): Millis | null {
    const { retries } = this.#state;
    return retries.size === 0 ? null : retries.earliest!.at;
  }

  /** Everything that can be known from outside, now. */
  status(): EngineStatus {
    return statusOf(this.#state);
  }

  /** What a demand waits for; null: it does not wait. */
  waiting(lease: LeaseId): Waiting | null {
    return waitingOf(this.#state, lease);
  }

  /** Verifies every invariant. @throws Error naming the first that does not hold. */
  check(): void {
    check(this.#state);
  }
}

const none: readonly Effect[] = [];

function loadAhead(state: EngineState): void {
  if (state.awaiting.length > 0 || state.lanes.size > 0) startPreloads(state);
  if (state.warmPlan) startWarming(state);
  if (state.pending.length > 0) hurryPending(state);
}

function apply(state: EngineState, event: EngineEvent): void {
  switch (event.kind) {
    case 'command':
      return command(state, event.user, event);
    case 'text':
      return text(state, event.user, event);
    case 'partial':
      return partial(state, event.user, event.text);
    case 'demand':
      return demand(state, event);
    case 'served':
      return served(state, event.user, event.command);
    case 'release':
      return release(state, event.lease);
    case 'hint': {
      const slot = slotOf(state, event.component);
      const until = (state.now + event.within) as Millis;
      state.hints.set(slot.index, until);
      if (slot.state === 'warm') slot.keepUntil = keepUntil(state, slot);
      awaitIdleEnd(state, slot);
      wakeBy(state, until);
      return consider(state, slot, event.user, 'immediate', hintProbability);
    }
    case 'preload': {
      const slot = slotOf(state, event.component);
      return request(state, slot, laneNamed(event.lane));
    }
    case 'inferred':
      return advised(state, event.user, event.moment, event.predictions);
    case 'forecast':
      if (state.response.preload && !state.closing) actOn(state, event.user, event.predictions);
      return;
    case 'loaded':
      return loaded(state, slotOf(state, event.component), event.load, event.bytes);
    case 'load-failed':
      return loadFailed(state, slotOf(state, event.component), event.load, event.error);
    case 'unloaded':
      return unloaded(state, slotOf(state, event.component), event.error);
    case 'reclaimed':
      return reclaim(state, slotOf(state, event.component));
    case 'crashed':
      return crashed(state, slotOf(state, event.component), event.load, event.error);
    case 'unload':
      return unload(state, slotOf(state, event.component));
    case 'pressure':
      return respond(state, event);
    case 'interference':
      return interfere(state, event.share);
    case 'budget':
      return setBudget(state, event.bytes, 'asked');
    case 'settings':
      return settle(state, event.settings);
    case 'warm':
      return warm(state);
    case 'wake':
      return wake(state);
    case 'close':
      return close(state);
  }
}

function command(state: EngineState, user: UserId, event: Extract<EngineEvent, { kind: 'command' }>): void {
  judgeForecasts(state, user);
  const nth = (state.commands.get(user)?.nth ?? 0) + 1;
  state.commands.set(user, { command: event.command, nth, demands: 0, served: true });
  state.latestNth = nth;
  state.outlook?.command(user, state.now);
  state.waste?.passed();
  state.keeping?.command(user, state.now);
  state.predictor?.command(user, state.now, event.tags);
  state.situations?.command(user, state.now, event.tags);
  state.observed.wasted += state.foreseen.command(user);
}

function text(state: EngineState, user: UserId, event: Extract<EngineEvent, { kind: 'text' }>): void {
  const open = state.commands.get(user);
  if (open?.command !== event.command) return;
  state.predictor?.text(user, event.text);
  state.situations?.text(user, event.text);
  if (open.demands === 0) lookAhead(state, user);
}

/** Foretells the command that is being typed, unless the demands of the one before are under way: those come first. */
function partial(state: EngineState, user: UserId, text: string): void {
  state.predictor?.partial(user, text);
  state.situations?.partial(user, text);
  if (!state.burst && (state.commands.get(user)?.served ?? true)) lookAhead(state, user);
}

function served(state: EngineState, user: UserId, command: CommandId): void {
  const open = state.commands.get(user);
  if (open?.command !== command) return;
  open.served = true;
  lookAhead(state, user);
}

/** Unloads a component and all that rests on it, each as soon as nobody holds it; what waits in a lane leaves it. */
function unload(state: EngineState, slot: Slot): void {
  if (!abandonAwaiting(state, slot, 'lapsed')) withdraw(state, slot, 'lapsed');
  for (const member of withDependants(state, slot)) {
    if (member.state === 'cold' || isGoing(member)) continue;
    member.leaving = true;
    letGo(state, member);
  }
}

/** What is warm goes as soon as nothing rests on it, what is loading once it is warm; nothing else begins. */
function close(state: EngineState): void {
  state.closing = true;
  state.response = pressureResponses.critical;
  const error = closedError();
  stopPreloads(state);
  state.pending.length = 0;
  state.retries.clear();
  state.checks.clear();
  for (const slot of state.slots) {
    refuseWaiting(state, slot, error);
    revoke(state, slot, error);
    if (slot.state === 'queued') abandonQueued(state, slot, 'pressure');
  }
  for (const slot of state.slots) letGo(state, slot);
}

function tellMemory(state: EngineState): void {
  const { resident, speculative } = state.meter;
  tell(state, {
    kind: 'memory',
    at: state.now,
    resident: resident as Bytes,
    speculative: speculative as Bytes,
    budget: state.budget as Bytes,
  });
}
