// The ring's hot path for WASM with threads and SIMD; AssemblyScript, compiled by scripts/wasm.mjs. The algorithm, and why it is
// right, is told in ../atomics-ring.ts: the two must do the same to the same memory. Offsets are those of ../layout.ts.

const HEAD: usize = 0;
const TAIL: usize = 128;
const SLEEPERS: usize = 256;
const WAKES: usize = 260;
const LIMIT: usize = 384;
const SLOTS: usize = 4608;
const PUSH_CLAIMS: usize = 4;
const POP_CLAIMS: usize = 20;
// The two claims of a kind: 4 and 12, 20 and 28 bytes into a party, which begins at a multiple of 128.
const TURN: usize = 8;

let mask: i32 = 0;
let capacity: i32 = 0;
let scratch: usize = 0;
let pushClaim: usize = 0;
let popClaim: usize = 0;
let tailSeen: i32 = 0;

export function attach(slots: i32, party: usize, scratchAt: usize): void {
  capacity = slots;
  mask = slots - 1;
  scratch = scratchAt;
  pushClaim = party + PUSH_CLAIMS;
  popClaim = party + POP_CLAIMS;
  tailSeen = atomic.load<i32>(TAIL);
}

// @ts-ignore: decorator
@inline
function slotOf(position: i32): usize {
  return SLOTS + ((<usize>(position & mask)) << 7);
}

// @ts-ignore: decorator
@inline
function wake(): void {
  if (atomic.load<i32>(SLEEPERS) > 0) {
    atomic.add<i32>(WAKES, 1);
    atomic.notify(WAKES, 1);
  }
}

/**
 * How many slots may be filled from `position` on, as far as `wanted`; none or less: no more. At the full limit the slots tell
 * by themselves: reading the tail would take its cache line from those who pop.
 */
// @ts-ignore: decorator
@inline
function room(position: i32, wanted: i32): i32 {
  const limit = load<i32>(LIMIT);
  if (limit == capacity) return wanted;
  // A tail seen long ago may be any distance behind.
  if (<u32>(position - tailSeen) + wanted > <u32>limit) tailSeen = atomic.load<i32>(TAIL);
  return limit < 0 ? 0 : limit - (position - tailSeen);
}

/** Claims up to `wanted` free slots; the first position, with their number in `claimed`. */
let claimed: i32 = 0;
function claimFree(wanted: i32, least: i32): i32 {
  let position = atomic.load<i32>(HEAD);
  while (true) {
    const allowed = room(position, wanted);
    const most = wanted < allowed ? wanted : allowed;
    let free = 0;
    let ahead = 0;
    while (free < most) {
      ahead = atomic.load<i32>(slotOf(position + free)) - (position + free);
      if (ahead != 0) break;
      free++;
    }
    if (free < least) {
      const now = atomic.load<i32>(HEAD);
      if (now == position) {
        store<i32>(pushClaim, 0, 4);
        claimed = 0;
        break;
      }
      position = now;
      continue;
    }
    store<i32>(pushClaim, position);
    store<i32>(pushClaim, free, 4);
    const found = atomic.cmpxchg<i32>(HEAD, position, position + free);
    if (found == position) {
      claimed = free;
      break;
    }
    position = found;
  }
  return position;
}

/** One descriptor: 1 pushed, 0 full, -1 closed. */
export function push(a: i32, b: i32, c: i32, d: i32): i32 {
  let position = load<i32>(HEAD);
  let slot: usize;
  while (true) {
    slot = slotOf(position);
    const ahead = atomic.load<i32>(slot) - position;
    if (ahead == 0) {
      if (room(position, 1) <= 0) return refuse();
      store<i32>(pushClaim, position);
      store<i32>(pushClaim, 1, 4);
      const found = atomic.cmpxchg<i32>(HEAD, position, position + 1);
      if (found == position) break;
      position = found;
    } else if (ahead < 0) {
      return refuse();
    } else {
      position = atomic.load<i32>(HEAD);
    }
  }
  store<i32>(slot, 1, 4);
  store<i32>(slot, a, 16);
  store<i32>(slot, b, 20);
  store<i32>(slot, c, 24);
  store<i32>(slot, d, 28);
  atomic.store<i32>(slot, position + 1);
  pushClaim ^= TURN;
  wake();
  return 1;
}

function refuse(): i32 {
  store<i32>(pushClaim, 0, 4);
  return load<i32>(LIMIT) < 0 ? -1 : 0;
}

/** Descriptors from scratch, seven to a slot: how many were pushed; -1: closed. `whole`: all or none. */
export function pushMany(count: i32, whole: i32): i32 {
  if (count == 0) return 0;
  const wanted = (count + 6) / 7;
  const first = claimFree(wanted, whole ? wanted : 1);
  if (claimed == 0) return atomic.load<i32>(LIMIT) < 0 ? -1 : 0;
  let from = scratch;
  let left = count;
  for (let at = 0; at < claimed; at++) {
    const slot = slotOf(first + at);
    const here = left < 7 ? left : 7;
    store<i32>(slot, here, 4);
    let to = slot + 16;
    for (let n = 0; n < here; n++) {
      v128.store(to, v128.load(from));
      to += 16;
      from += 16;
    }
    left -= here;
  }
  // The first last: nobody sees a part of what was pushed together.
  for (let at = claimed - 1; at >= 0; at--) atomic.store<i32>(slotOf(first + at), first + at + 1);
  pushClaim ^= TURN;
  wake();
  return count - left;
}

/** Claims up to `slots` full slots; the first position, with their number in `taken`. */
let taken: i32 = 0;
// @ts-ignore: decorator
@inline
function claimFull(slots: i32): i32 {
  let position = load<i32>(TAIL);
  let full = 0;
  while (true) {
    const ahead = atomic.load<i32>(slotOf(position)) - position - 1;
    // The head is not asked: polling it would take its cache line from those who push.
    if (ahead < 0) {
      full = 0;
      break;
    }
    if (ahead > 0) {
      position = atomic.load<i32>(TAIL);
      continue;
    }
    full = 1;
    while (full < slots && atomic.load<i32>(slotOf(position + full)) == position + full + 1) full++;
    store<i32>(popClaim, position);
    store<i32>(popClaim, full, 4);
    const found = atomic.cmpxchg<i32>(TAIL, position, position + full);
    if (found == position) break;
    position = found;
  }
  taken = full;
  return position;
}

/** Descriptors of up to `slots` slots into scratch: how many; 0: none, or the next is being filled. */
export function popMany(slots: i32): i32 {
  let to = scratch;
  while (to == scratch) {
    const first = claimFull(slots);
    const full = taken;
    if (full == 0) return 0;
    for (let at = 0; at < full; at++) {
      const slot = slotOf(first + at);
      const end = slot + 16 + ((<usize>load<i32>(slot, 4)) << 4);
      for (let from = slot + 16; from < end; from += 16) {
        v128.store(to, v128.load(from));
        to += 16;
      }
      atomic.store<i32>(slot, first + at + capacity);
    }
    popClaim ^= TURN;
    // Nothing in them: they were claimed by one that died. On to the next.
  }
  return <i32>((to - scratch) >> 4);
}

/** The same for one slot. */
export function pop(): i32 {
  let count = 0;
  while (count == 0) {
    const position = claimFull(1);
    if (taken == 0) return 0;
    const slot = slotOf(position);
    count = load<i32>(slot, 4);
    if (count == 1) v128.store(scratch, v128.load(slot + 16));
    else for (let at: usize = 0; at < <usize>count << 4; at += 16) v128.store(scratch + at, v128.load(slot + at + 16));
    atomic.store<i32>(slot, position + capacity);
    popClaim ^= TURN;
  }
  return count;
}
