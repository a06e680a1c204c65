import { ForeloadError } from '../model/errors.ts';
import type { Millis } from '../model/ids.ts';
import type { Blocked } from './conflicts.ts';
import { wakeBy } from './idle-time.ts';
import { isPinned } from './room.ts';
import { type Claim, isGoing, type Slot } from './slot.ts';
import type { EngineState } from './state.ts';

/** Those demands of a blocked component whose time is up; has the engine woken when that of the next is. */
export function outwaited(state: EngineState, slot: Slot): Claim[] {
  const limit = state.conflictTimeoutMs;
  if (limit === undefined) return [];
  const over = slot.waiting.filter((claim) => claim.asked + limit <= state.now);
  for (const claim of slot.waiting) if (!over.includes(claim)) wakeBy(state, (claim.asked + limit) as Millis);
  return over;
}

/**
 * Why a demand was not served in time: who has what it conflicts with, and since when.
 * @param blocked itself, or the earlier demand that it must not overtake
 */
export function outwaitedError(state: EngineState, slot: Slot, blocked: Blocked, since: Millis): ForeloadError {
  const { opponents, members } = blocked;
  const waited = `component "${slot.spec.id}" waited ${seconds(state.now - since)}`;
  const behind = blocked.slot === slot ? '' : ` behind an earlier demand of "${blocked.slot.spec.id}"`;
  const held = opponents.filter((other) => other.open.size > 0 || isPinned(other));
  const [first] = held.length > 0 ? held : opponents.filter((other) => !isGoing(other));
  const groups = new Set(members.map((member) => member.spec.group).filter((name) => name !== undefined));
  const group = first?.spec.group !== undefined && groups.has(first.spec.group) ? first.spec.group : null;
  return new ForeloadError('conflict-timeout', {
    what: `${waited}${behind} for what it conflicts with to be let go`,
    found: first
      ? `${holdersOf(state, first)}${group === null ? '' : `, of the same group "${group}"`}`
      : 'that others wait too',
    remedy: 'release that lease sooner, or raise conflictTimeoutMs',
  });
}

function holdersOf(state: EngineState, slot: Slot): string {
  const name = `"${slot.spec.id}"`;
  const [oldest, ...others] = slot.open;
  if (!oldest) return `${name} ${slot.state}`;
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  const since = seconds(state.now - (oldest.opened ?? state.now));
  return `${name} leased by user "${oldest.user}" (command ${oldest.command}) for ${since}${more}`;
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
