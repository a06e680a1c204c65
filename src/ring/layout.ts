/**
 * Where a ring's parts lie in its shared memory, in bytes. What different threads write is 128 bytes apart: two cache
 * lines of x86, which fetches them in pairs, one of Apple's ARM64.
 */
const line = 128;

/** Position of the next slot to fill; of the next to empty. Positions only grow, modulo 2^32; slot = position mod capacity. */
export const headOffset = 0;
export const tailOffset = 128;
/** Consumers that sleep, or are about to. */
export const sleepersOffset: number = 2 * line;
/** Counts wake-ups: what sleepers wait on. */
export const wakesOffset: number = 2 * line + 4;
/** Slots that may be filled at once; -1: closed. Set at any time, up to the capacity. */
export const limitOffset: number = 3 * line;
export const capacityOffset: number = 3 * line + 4;
export const magicOffset: number = 3 * line + 8;
/** Tells a ring of this layout from other memory. */
export const magic = 0x464c_5231;

/**
 * What each party is doing, for whoever clears up after one that died: whether the place is taken; and what it last meant to
 * claim, twice for pushes and twice for pops, in turn: first position, slots. A claim is written down before it is made, and is
 * only overwritten when the claim after it has been made.
 */
export const partiesOffset: number = 4 * line;
export const mostParties = 32;
export const pushClaims = 4;
export const popClaims = 20;
/** From one claim of a kind to the other. */
export const claimBytes = 8;

export const slotsOffset: number = partiesOffset + mostParties * line;

/** A slot: sequence number, descriptors in it, and from the second 16 bytes on the descriptors. */
export const slotBytes = 128;
export const countInSlot = 4;
export const descriptorsInSlot = 16;
export const descriptorBytes = 16;
export const descriptorsPerSlot = 7;

/** Where a party of a WASM ring puts descriptors that are to be pushed, and finds those that were popped. */
export const scratchDescriptors = 448;
export const scratchBytes: number = scratchDescriptors * descriptorBytes;

/** Slots are a power of two, at least two: whether a slot is free or full shows in its sequence number alone. */
export const slotsFor = (limit: number): number => 2 ** Math.max(1, Math.ceil(Math.log2(limit)));

export const partyOffset = (party: number): number => partiesOffset + party * line;
export const scratchOffset = (capacity: number, party: number): number =>
  slotsOffset + capacity * slotBytes + party * scratchBytes;
export const memoryBytes = (capacity: number): number => scratchOffset(capacity, mostParties);
