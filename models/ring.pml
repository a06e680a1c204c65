/* The ring's protocol, for Spin: two producers, one or two consumers, two slots. Every access to shared memory is one step, in any
 * interleaving (sequentially consistent, as all accesses that the protocol rests on are). Names are those of src/ring.
 *
 * What holds: nothing is read that was not written, nothing comes twice, order of one producer for one consumer, never more
 * filled than the limit allows, whatever was claimed before the ring closed is popped, and nobody is stuck at the end.
 *
 * Set by -D: ITEMS of each producer, CONSUMERS, LIMIT, DIES (the first producer may
 * end at any step), DIES_UNCLAIMED (it ends after its note, before its claim), EARLY (the ring may close while they push). Known mistakes, which
 * Spin must find: NO_SEQUENCE, NO_RECHECK, LAST_ONLY, NO_REAP, SILENT_REAP, HASTY_REAP, NO_LIMIT. */

#ifndef ITEMS
#define ITEMS 2
#endif
#ifndef CONSUMERS
#define CONSUMERS 1
#endif
#ifndef LIMIT
#define LIMIT 2
#endif

#define PRODUCERS 2
#define CAPACITY 2
/* Positions are counted modulo 16, and wrap during the run. */
#define MODULUS 16
#define START 14
#define slot(p) ((p) % CAPACITY)
#define plus(p, n) (((p) + (n)) % MODULUS)
/* 0: equal; less than 8: a is ahead of b. */
#define from(a, b) (((a) + MODULUS - (b)) % MODULUS)
#define TOMBSTONE 255

byte sequence[CAPACITY];
byte content[CAPACITY];
byte head = START;
byte tail = START;
bool closed = false;
byte working = PRODUCERS;

/* Sleeping: `wakes` is what is waited on; `waiting` and `woken` are the operating system's. */
byte sleepers = 0;
byte wakes = 0;
byte waiting = 0;
byte woken = 0;

/* What a producer meant to claim: two notes in turn. Only the first can die, so only its and the other's of this turn matter. */
typedef Notes { byte first[2]; bool set[2] };
Notes notes[PRODUCERS];
bool dead = false;

/* For the checks: claimed before the ring closed; popped; last item of each producer. */
bool owed[PRODUCERS * ITEMS];
bool got[PRODUCERS * ITEMS];
byte last[PRODUCERS];

inline wakeOne() {
  if
  :: sleepers > 0 ->
    wakes++;
    atomic {
      if
      :: waiting > 0 -> waiting--; woken++
      :: else
      fi
    }
  :: else
  fi
}

inline wakeAll() {
  wakes++;
  atomic { woken = woken + waiting; waiting = 0 }
}

#if defined(DIES_UNCLAIMED)
#define DIES
#define diesUnclaimed if :: id == 0 -> goto dies :: else fi
#define mayDie skip
#elif defined(DIES)
#define diesUnclaimed if :: id == 0 -> goto dies :: skip fi
#define mayDie diesUnclaimed
#else
#define diesUnclaimed skip
#define mayDie skip
#endif

proctype producer(byte id) {
  byte item = 0;
  byte position;
  byte ahead;
  byte tailSeen = START;
  bit turn = 0;
  do
  :: item < ITEMS ->
again:
    position = head;
look:
    ahead = from(sequence[slot(position)], position);
    if
    :: ahead == 0 -> skip
    :: ahead > 0 && ahead < 8 -> position = head; goto look
    :: ahead >= 8 -> goto noRoom
    fi;
    if
    :: closed -> goto refused
    :: else
    fi;
#ifndef NO_LIMIT
    if
    :: LIMIT < CAPACITY && from(position, tailSeen) + 1 > LIMIT ->
      tailSeen = tail;
      /* A tail that is ahead of the position: the claim will fail. */
      if
      :: from(position, tailSeen) < 8 && from(position, tailSeen) >= LIMIT -> goto noRoom
      :: else
      fi
    :: else
    fi;
#endif
    notes[id].first[turn] = position;
    notes[id].set[turn] = true;
    diesUnclaimed;
    atomic {
      if
      :: head == position ->
        head = plus(position, 1);
        owed[id * ITEMS + item] = !closed;
        assert(from(head, tail) <= LIMIT)
      :: else -> position = head; goto look
      fi
    }
    mayDie;
    content[slot(position)] = 1 + id * ITEMS + item;
    mayDie;
    sequence[slot(position)] = plus(position, 1);
    turn = 1 - turn;
    mayDie;
    wakeOne();
    item++
  :: else -> break
  od;
  goto done;
noRoom:
  notes[id].set[turn] = false;
  /* Tries again when there may be room. */
  (closed || from(head, tail) < LIMIT);
  goto again;
refused:
  notes[id].set[turn] = false;
  goto done;
dies:
  skip;
  /* What it had claimed and not published is lost with it. */
  d_step {
    if
    :: item < ITEMS && !(owed[id * ITEMS + item] && sequence[slot(position)] == plus(position, 1)) -> owed[id * ITEMS + item] = false
    :: else
    fi;
    dead = true
  }
done:
  working--
}

#ifdef DIES
/* After the first producer has died. Asks again while it can't tell whose a slot is. */
proctype reaper() {
  byte n = 0;
  byte position;
  bool living;
  bool undecided;
  end: dead;
ask:
  undecided = false;
  n = 0;
  do
  :: n < 2 ->
    position = notes[0].first[n];
    if
    :: notes[0].set[n] && sequence[slot(position)] == position && from(head, position) > 0 && from(head, position) < 8 ->
      living = false;
      if
      :: notes[1].first[0] == position -> living = notes[1].set[0]
      :: else
      fi;
      if
      :: notes[1].first[1] == position -> living = living || notes[1].set[1]
      :: else
      fi;
      if
      :: living -> undecided = true
#ifndef HASTY_REAP
      /* Published meanwhile: it was the living one's, whose notes have moved on. */
      :: !living && sequence[slot(position)] != position
#endif
      :: else ->
        content[slot(position)] = TOMBSTONE;
        sequence[slot(position)] = plus(position, 1)
      fi
    :: else
    fi;
    n++
  :: else -> break
  od;
  if
  :: undecided -> goto ask
  :: else
  fi;
#ifndef SILENT_REAP
  /* It may have died after it published, before it woke. */
  wakeAll()
#else
  skip
#endif
}
#endif

proctype closer() {
  /* At the end, or while they still push. */
  if
  :: working == 0
#ifdef EARLY
  :: true
#endif
  fi;
  closed = true;
  wakeAll()
}

inline take(position) {
  value = content[slot(position)];
  sequence[slot(position)] = plus(position, CAPACITY);
  d_step {
    if
    :: value == TOMBSTONE
    :: else ->
      assert(value > 0);
      assert(!got[value - 1]);
      got[value - 1] = true;
#if CONSUMERS == 1
      assert(value > last[(value - 1) / ITEMS]);
      last[(value - 1) / ITEMS] = value
#endif
    fi
  }
}

proctype consumer() {
  byte position;
  byte ahead;
  byte count;
  byte seen;
  byte value;
  do
  :: true ->
    position = tail;
look:
#ifdef NO_SEQUENCE
    count = from(head, position);
    if
    :: count == 0 || count >= 8 -> goto nothing
    :: else -> count = 1
    fi;
#else
#ifdef LAST_ONLY
    if
    :: sequence[slot(plus(position, 1))] == plus(position, 2) -> count = 2; goto claim
    :: else
    fi;
#endif
    ahead = from(sequence[slot(position)], plus(position, 1));
    if
    :: ahead == 0 -> count = 1
    :: ahead > 0 && ahead < 8 -> position = tail; goto look
    :: ahead >= 8 -> goto nothing
    fi;
    if
    :: sequence[slot(plus(position, 1))] == plus(position, 2) -> count = 2
    :: else
    fi;
#endif
claim:
    atomic {
      if
      :: tail == position -> tail = plus(position, count)
      :: else -> position = tail; goto look
      fi
    }
    take(position);
    if
    :: count == 2 -> position = plus(position, 1); take(position)
    :: else
    fi;
    goto next;
nothing:
    if
    :: closed ->
      if
      :: head == tail -> break
      /* Something is being filled: tries again until it is. */
      :: head != tail && sequence[slot(tail)] == plus(tail, 1) -> goto next
      fi
    :: else
    fi;
    /* waitForMore */
    seen = wakes;
    sleepers++;
#ifndef NO_RECHECK
    position = tail;
    if
    :: sequence[slot(position)] == plus(position, 1) || closed -> goto awake
    :: else
    fi;
#endif
    atomic {
      if
      :: wakes != seen -> goto awake
      :: else -> waiting++
      fi
    }
    atomic { woken > 0 -> woken-- }
awake:
    sleepers--;
next:
    skip
  od
}

init {
  byte n;
  atomic {
    sequence[slot(START)] = START;
    sequence[slot(plus(START, 1))] = plus(START, 1);
#if defined(DIES) && !defined(NO_REAP)
    run reaper();
#endif
    run producer(0);
    run producer(1);
    n = 0;
    do
    :: n < CONSUMERS -> run consumer(); n++
    :: else -> break
    od;
    run closer()
  }
  /* All have ended but a reaper that had nothing to do. */
#if defined(DIES) && !defined(NO_REAP)
  (_nr_pr == 1 || (_nr_pr == 2 && !dead));
#else
  (_nr_pr == 1);
#endif
  d_step {
    n = 0;
    do
    :: n < PRODUCERS * ITEMS -> assert(!owed[n] || got[n]); n++
    :: else -> break
    od
  }
}
