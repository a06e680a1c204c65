import { lanes } from '../model/reason.ts';
import { leasesAtOnce } from './grants.ts';
import { idleDeadline } from './idle-time.ts';
import { canLeave } from './room.ts';
import { isGoing, type Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** Verifies every invariant of the engine. Runs after every test, and after every event in property tests. */
export function check(state: EngineState): void {
  let held = 0;
  let speculative = 0;
  let coming = 0;
  let warmed = 0;
  let lost = 0;
  let holders = 0;
  for (const slot of state.slots) {
    checkSlot(state, slot);
    held += slot.held;
    lost += slot.lost;
    holders += slot.open.size + slot.waiting.length;
    if (slot.preload) speculative += slot.held;
    if (state.warmed.has(slot.preload)) warmed += slot.held;
    if (slot.state === 'unloading') coming += slot.held;
  }
  hold(
    close(held + state.lost, state.meter.resident),
    `resident memory adds up (${held} + ${state.lost}, ${state.meter.resident})`,
  );
  hold(close(lost, state.lost), `lost memory adds up (${lost}, ${state.lost})`);
  hold(
    close(speculative, state.meter.speculative),
    `speculative memory adds up (${speculative}, ${state.meter.speculative})`,
  );
  hold(close(warmed, state.warmed.bytes), `warmed memory adds up (${warmed}, ${state.warmed.bytes})`);
  hold(close(coming, state.coming), `memory coming free adds up (${coming}, ${state.coming})`);
  hold(
    state.excused || held + lost <= state.budget * (1 + 1e-9),
    `the budget is kept (${held} and ${lost} lost of ${state.budget})`,
  );
  for (const { name, atMost, members } of state.graph.groups) {
    const there = members.filter((node) => state.slots[node]!.state !== 'cold');
    hold(there.length <= atMost, `no more than ${atMost} of group ${name} are in memory`);
  }
  checkLanes(state);
  hold(new Set(state.pending).size === state.pending.length, 'each component is pending once');
  hold(holders === state.claims.size, `every lease is known (${holders}, ${state.claims.size})`);
  for (const claim of state.claims.values()) {
    hold(claim.slot.open.has(claim) || claim.slot.waiting.includes(claim), `lease ${claim.lease} is open or waits`);
  }
}

function checkSlot(state: EngineState, slot: Slot): void {
  const name = slot.spec.id;
  const dependencies = state.graph.dependencies[slot.index]!.map((node) => state.slots[node]!);
  const dependants = state.graph.dependants[slot.index]!.map((node) => state.slots[node]!);
  const conflicts = state.graph.conflicts[slot.index]!.map((node) => state.slots[node]!);
  hold(slot.held > 0 === (slot.state !== 'cold' && !slot.outside), `${name} (${slot.state}) is charged while not cold`);
  hold(slot.open.size === 0 || slot.state === 'warm', `${name} is leased only while warm`);
  hold(slot.pins === dependants.filter((other) => other.state !== 'cold').length, `${name} counts its dependants`);
  if (slot.state === 'warm' || (slot.state === 'loading' && !slot.orphaned)) {
    hold(
      dependencies.every((other) => other.state === 'warm'),
      `${name} rests on warm dependencies`,
    );
  }
  if (slot.state === 'queued') {
    hold(
      dependencies.every((other) => other.state !== 'cold' && !isGoing(other)),
      `what ${name} waits for is coming`,
    );
  }
  if (slot.state !== 'cold')
    hold(
      conflicts.every((other) => other.state === 'cold'),
      `${name} stays apart from conflicts`,
    );
  if (slot.waiting.length > 0) {
    const comes = slot.state === 'queued' || (slot.state === 'loading' && !slot.orphaned);
    const turn = slot.state === 'warm' && slot.open.size === leasesAtOnce(slot);
    const willStart = comes || turn || state.pending.includes(slot) || state.retries.has(slot.index);
    hold(willStart, `the demands of ${name} (${slot.state}) are not forgotten`);
  }
  hold(slot.open.size <= leasesAtOnce(slot), `${name} is leased no more often than it allows`);
  const deadline = canLeave(slot) ? idleDeadline(state, slot) : null;
  const looked = state.idleEnds.get(slot.index) ?? Number.POSITIVE_INFINITY;
  hold(deadline === null || looked <= deadline, `the idle time of ${name} is looked at when it ends`);
  const comesSoon = slot.state === 'queued' || slot.state === 'loading';
  hold(comesSoon || !state.urgent.has(slot), `${name} (${slot.state}) is urgent only while it comes`);
  hold(
    !comesSoon || slot.orphaned || slot.waiting.length === 0 || state.urgent.has(slot),
    `the demanded load of ${name} is urgent`,
  );
  if (slot.preload) hold(slot.preload.outcome === 'open', `${name} has an open preload`);
  hold(slot.open.size === 0 || slot.preload === null, `${name} is not speculative once demanded`);
  if (slot.state === 'cold' && slot.preload) {
    const waits = state.lanes.get(slot.index) || state.awaiting.includes(slot);
    hold(waits, `the preload of ${name} waits somewhere`);
  }
}

function checkLanes(state: EngineState): void {
  let waiting = 0;
  for (const lane of lanes) {
    const entries = state.lanes.entries(lane);
    waiting += entries.length;
    const workers = state.slots.filter((slot) => slot.worker === lane).length;
    const awaiting = state.awaiting.filter((slot) => slot.preload?.lane === lane).length;
    hold(workers + awaiting === state.lanes.running(lane), `the workers of ${lane} are counted`);
    hold(entries.length <= state.lanes.capacity(lane), `${lane} keeps its capacity`);
    for (const [at, entry] of entries.entries()) {
      const slot = state.slots[entry.component]!;
      hold(slot.state === 'cold' && slot.preload !== null, `${slot.spec.id} waits in ${lane} while cold`);
      hold(at === 0 || entries[at - 1]!.worth >= entry.worth, `${lane} is in order of worth`);
    }
  }
  hold(waiting === state.lanes.size, 'each component waits in one lane');
}

const close = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(a));

function hold(holds: unknown, invariant: string): void {
  if (!holds) throw new Error(`invariant broken: ${invariant}`);
}
