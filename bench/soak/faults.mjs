// Bugs to put into the compiled engine, each by replacing text in its files.
export const faults = [
  {
    name: 'a load under way is not joined: the second demand of it fails',
    edits: [
      [
        'engine/demands.js',
        'slot.waiting.push(claim);\n',
        "if (slot.state === 'loading') return refuse(state, claim, closedError());\n    slot.waiting.push(claim);\n",
      ],
    ],
  },
  {
    name: 'conflicts count one way only',
    edits: [['graph/graph.js', 'both[other].add(node);', ';']],
  },
  {
    name: 'what conflicts with a pinned component is loaded beside it',
    edits: [
      [
        'engine/pending.js',
        'const opponents = opponentsOf(state, members, missing);',
        'const opponents = opponentsOf(state, members, missing).filter((other) => !isPinned(other));',
      ],
    ],
  },
  {
    name: 'a conflicting component is unloaded while it is in use',
    edits: [['engine/pending.js', 'if (earlier || !opponents.every(clears)) {', 'if (earlier) {']],
  },
  {
    name: 'the budget is never enforced',
    edits: [['engine/pending.js', 'opponents.length === 0 && need <= free + spare &&', 'opponents.length === 0 &&']],
  },
  {
    name: 'what was unloaded stays in the books',
    edits: [['engine/residence.js', 'charge(state, slot, -slot.held);', ';']],
  },
  {
    name: 'a preload for which there is no room is loaded all the same',
    edits: [['engine/preloads.js', 'if (state.meter.resident + need > state.budget)', 'if (false)']],
  },
  {
    name: 'a preload that is used is never told from one that is not',
    edits: [
      [
        'engine/demanded-preloads.js',
        "conclude(state, member, (member === slot ? found : foundIn(member)) === 'warm' ? 'timely' : 'late');",
        ';',
      ],
    ],
  },
  {
    name: 'pressure that lasts unloads nothing more',
    edits: [['engine/engine.js', 'keepLevel(state);', "if (event.kind === 'pressure') keepLevel(state);"]],
  },
  {
    name: 'a component waits in several lanes at once',
    edits: [['lanes/lanes.js', 'if (before)\n            this.remove(before.component);', ';']],
  },
  {
    name: 'dependants load before what they rest on',
    edits: [
      [
        'engine/residence.js',
        "if (!state.graph.dependencies[slot.index].every((node) => state.slots[node].state === 'warm'))",
        'if (false)',
      ],
    ],
  },
  {
    name: 'a load that failed keeps its worker',
    edits: [
      [
        'engine/residence.js',
        'charge(state, slot, -slot.held);\n    freeWorker(state, slot);',
        'charge(state, slot, -slot.held);',
      ],
    ],
  },
  {
    name: 'a demand that waits for another try is forgotten',
    edits: [['engine/wake.js', 'pend(state, state.slots[index]);', ';']],
  },
  {
    name: 'a load is tried again at once',
    edits: [['engine/trouble.js', 'now + wait * (0.5 + 0.5 * options.rng.next())', 'now']],
  },
  {
    name: 'a load is never tried again',
    edits: [['engine/trouble.js', 'trouble.attempts >= options.retries', 'true']],
  },
  {
    name: 'a failed speculation fails the demand that joined it',
    edits: [['engine/loads.js', "slot.origin !== 'demand' || triesAgain", "slot.origin === 'demand' && triesAgain"]],
  },
  {
    name: 'a failed speculation delays the demand after it',
    edits: [
      [
        'engine/loads.js',
        "slot.origin !== 'demand' || triesAgain(state, slot, failure)",
        'triesAgain(state, slot, failure)',
      ],
    ],
  },
  {
    name: 'an open circuit never lets anything try',
    edits: [['engine/faults.js', 'if (open && state.now < open.until)', 'if (open)']],
  },
  {
    name: 'the holders of a component that crashed are not told',
    edits: [['engine/loads.js', 'revoke(state, member, failure);', ';']],
  },
  {
    name: 'memory of an unload that failed counts as free',
    edits: [['engine/loads.js', 'lose(state, slot, held);', ';']],
  },
  {
    name: 'what is leased may be unloaded',
    edits: [['engine/room.js', "slot.state !== 'warm' || slot.open.size > 0 ||", "slot.state !== 'warm' ||"]],
  },
  {
    name: 'a demand does not hurry the load that it joins',
    edits: [['engine/pending.js', "state.out.push({ kind: 'hurry', component: member.spec.id });", ';']],
  },
  {
    name: 'a demand is put down once more each time it is looked at',
    edits: [['engine/pending.js', 'if (!state.pending.includes(slot))', 'if (true)']],
  },
  {
    name: 'a component has one lease more than it allows at once',
    edits: [
      [
        'engine/grants.js',
        'slot.spec.concurrency ?? Number.POSITIVE_INFINITY',
        '(slot.spec.concurrency ?? Number.POSITIVE_INFINITY) + 1',
      ],
    ],
  },
  {
    name: 'the last who waits for a turn comes first',
    edits: [
      ['engine/grants.js', 'slot.waiting.splice(0, free)', 'slot.waiting.splice(-Math.min(free, slot.waiting.length))'],
    ],
  },
  {
    name: 'settings that lower the budget do not',
    edits: [['engine/settings.js', 'if (budget !== undefined)', 'if (budget > state.budget)']],
  },
  {
    name: 'settings that end loading ahead do not',
    edits: [['engine/settings.js', 'state.speculation = speculation;', ';']],
  },
  {
    name: 'settings do not reach the lanes',
    edits: [['engine/settings.js', 'if (lanes) {', 'if (false) {']],
  },
  {
    name: 'what gives no memory back counts as gone',
    edits: [['engine/loads.js', 'if (error || slot.spec.keepsMemory)', 'if (error)']],
  },
];
