// Which recordings are replayed, and under which budgets.

/**
 * Equal slots and instant loads, so that only decisions count; slurp-test has measured costs. `leads` (ms) are used where none is asked for.
 * `aims`: what should be covered at most 10 % and at most 40 % of the preloads wasted.
 */
export const runs = [
  { trace: 'slurp-test', scope: 'shared', budget: '50%', leads: [1000] },
  { trace: 'tau-airline', scope: 'user', budget: '5slots', aims: [0.3, 0.75] },
  { trace: 'sgd-test-4000', scope: 'user', budget: '3slots' },
  { trace: 'sgd-test', scope: 'user', budget: '3slots', first: 20_000, aims: [0.1, 0.22] },
  { trace: 'bfcl-multiturn', scope: 'user', budget: '3slots', aims: [0.15, 0.4] },
  { trace: 'livemcpbench', scope: 'user', budget: '3slots', aims: [0.05, 0.2] },
  { trace: 'alibaba-genai-2026', scope: 'shared', budget: '4slots', leads: [0, 500], aims: [0.42, 0.6] },
  { trace: 'alibaba-genai-2026', scope: 'shared', budget: '8slots', aims: [0.2, 0.4] },
  { trace: 'unix-purdue', scope: 'user', budget: '5slots', first: 40_000, texts: false, aims: [0.06, 0.27] },
  { trace: 'abb-vs', scope: 'user', budget: '5slots', first: 40_000, texts: false, aims: [0.3, 0.5] },
];

/** `pool`: its users never had a memory of their own. */
const recordings = [
  { trace: 'slurp-test', leads: [1000] },
  { trace: 'tau-airline' },
  { trace: 'sgd-test', first: 20_000 },
  { trace: 'bfcl-multiturn' },
  { trace: 'livemcpbench' },
  { trace: 'alibaba-genai-2026', leads: [0, 500], pool: true },
  { trace: 'unix-purdue', first: 40_000, texts: false },
  { trace: 'abb-vs', first: 40_000, texts: false },
];

/** Sizes and load times drawn from the measured catalogue: one memory for all users together, and one for each. */
export const costed = recordings.flatMap(({ pool = false, ...recording }) => [
  { ...recording, scope: 'shared', budget: '3000MB' },
  ...(pool ? [] : [{ ...recording, scope: 'user', budget: '25%' }]),
]);

/** Where it is measured how much memory so many percent warm need: costs as above. */
export const sized = [
  { trace: 'slurp-test', scope: 'shared', budget: '3000MB', leads: [1000] },
  { trace: 'alibaba-genai-2026', scope: 'shared', budget: '3000MB' },
  { trace: 'livemcpbench', scope: 'shared', budget: '3000MB' },
];

/** The leads a run is made with. Where no row has a text, a lead changes nothing: nothing can arrive early. */
export function leadsOf({ leads = [0], texts = true }, asked) {
  return texts ? (asked ?? leads) : [0];
}
