import type { Bytes } from '../model/ids.ts';
import type { Slot } from './slot.ts';
import { type EngineState, tell } from './state.ts';

/** Memory of components whose unload failed, hangs or gives none back: nobody holds it, and it may never come free. */

/** An unload failed, or gives nothing back: its memory stays charged, so that nothing is loaded ahead into memory that is not there. */
export function lose(state: EngineState, slot: Slot, bytes: number): void {
  if (bytes === 0) return;
  slot.lost += bytes;
  slot.losses++;
  charge(state, bytes);
  state.excused = state.meter.resident > state.budget;
  told(state, slot, bytes);
}

/** Bytes that a load takes anew: less what it finds of the one before. */
export const newBytes = (slot: Slot): number => slot.bytes - (slot.spec.keepsMemory ? slot.lost : 0);

/** A load begins: what is left of the one before is charged as its own from now on. */
export function takeOver(state: EngineState, slot: Slot): void {
  if (!slot.spec.keepsMemory || slot.lost === 0) return;
  // It comes free for its own load only: what is beyond the budget stays so.
  const { excused } = state;
  giveBack(state, slot, slot.lost);
  state.excused = excused;
}

/** An unload that was given up has ended after all. Which one, nobody knows: all of a component count alike. */
export function reclaim(state: EngineState, slot: Slot): void {
  if (slot.losses === 0) return;
  const bytes = slot.lost / slot.losses;
  slot.losses--;
  giveBack(state, slot, bytes);
}

/**
 * Forgets so much lost memory for a demand that its load can begin. Whether it is really lost the probe of memory pressure
 * tells; a demand neither fails nor waits for it. What the loads of `members` take over is not forgotten.
 */
export function forgive(state: EngineState, bytes: number, members: readonly Slot[]): number {
  let left = bytes;
  for (const slot of left > 0 ? state.slots : []) {
    if (slot.lost === 0 || (slot.spec.keepsMemory && members.includes(slot))) continue;
    const part = Math.min(left, slot.lost);
    if (part > 0) giveBack(state, slot, part);
    left -= part;
  }
  return bytes - left;
}

function giveBack(state: EngineState, slot: Slot, bytes: number): void {
  slot.lost -= bytes;
  if (slot.lost === 0) slot.losses = 0;
  charge(state, -bytes);
  if (state.meter.resident <= state.budget) state.excused = false;
  told(state, slot, -bytes);
}

function charge(state: EngineState, by: number): void {
  state.lost += by;
  state.strain.room -= by;
  state.strain.demandRoom -= by;
  state.meter.change(by, 0);
}

function told(state: EngineState, slot: Slot, bytes: number): void {
  if (!state.notices) return;
  const lost = state.lost as Bytes;
  tell(state, { kind: 'memory-lost', at: state.now, component: slot.spec.id, bytes, lost });
}
