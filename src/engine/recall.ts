import type { HistoryEntry } from '../model/history.ts';
import type { Millis } from '../model/ids.ts';
import { learningRate } from './residence.ts';
import { refuseTooLarge } from './saved-costs.ts';
import type { EngineState } from './state.ts';

/**
 * Learns from what happened before this engine began, or that its snapshot does not hold yet: what commands demand, when, how
 * long until it is demanded again, and what loads cost. Nothing is loaded, and nothing is counted in the ledger.
 * @returns how many entries there were
 */
export function recall(state: EngineState, entries: Iterable<HistoryEntry>): number {
  let count = 0;
  let latest = Number.NEGATIVE_INFINITY;
  for (const entry of entries) {
    count++;
    // Clocks are set; what learns from times relies on their never going back.
    latest = Math.max(latest, entry.at);
    learn(state, entry, latest as Millis);
  }
  refuseTooLarge(state);
  return count;
}

function learn(state: EngineState, entry: HistoryEntry, at: Millis): void {
  if (entry.kind === 'command') {
    const { user, tags = [], text } = entry;
    state.keeping?.command(user, at);
    state.predictor?.command(user, at, tags);
    state.situations?.command(user, at, tags);
    if (text === undefined) return;
    state.predictor?.text(user, text);
    state.situations?.text(user, text);
    return;
  }
  const slot = state.slots[state.graph.indexOf.get(entry.component) ?? -1];
  if (entry.kind === 'demand') {
    state.predictor?.demand(entry.user, entry.component, at);
    state.situations?.demand(entry.user, entry.component);
    if (!slot) return;
    state.keeping?.demand(slot.index, entry.user, at);
    state.rhythm?.demand(slot.index, at);
    slot.uses++;
    slot.lastUse = ++state.uses;
  } else if (slot) {
    slot.loadMs += (entry.tookMs - slot.loadMs) * learningRate;
    if (entry.bytes !== undefined) slot.bytes = entry.bytes;
  }
}
