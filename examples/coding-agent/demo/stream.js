import { fileURLToPath } from 'node:url';
import { readTrace } from 'foreload/replay';
import { components } from '../components.js';

/** Real utterances to a voice assistant (SLURP, test set), each with the intent it means. */
const trace = fileURLToPath(new URL('../../../data/traces/slurp-test.csv.gz', import.meta.url));

/**
 * The commands of the demo.
 * @typedef {object} Stream
 * @property {import('foreload/replay').Trace} history what was said before, and may have been learned from
 * @property {import('foreload/replay').Trace} shown the last rows: the commands of the demo, new to whoever learned
 * @property {ReadonlyMap<string, string>} mapping which component serves an intent
 */

/**
 * Reads the stream. Its intents, in order of first appearance, are dealt round-robin onto the components in the order
 * of `components.js`: no recording says which tool an agent would use for them, so this mapping is ours.
 * @param {number} count how many of the last rows are shown
 * @returns {Promise<Stream>}
 */
export async function readStream(count) {
  const all = await readTrace(trace);
  const dealt = (intent) => intent % components.length;
  const mapping = new Map(all.components.map((intent, index) => [intent, components[dealt(index)].id]));
  const mapped = { ...all, components: components.map(({ id }) => id), needs: all.needs.map(dealt) };
  const first = all.rows - count;
  return { history: rowsOf(mapped, 0, first), shown: rowsOf(mapped, first, all.rows), mapping };
}

/** How many rows there are to show if at least one is left to learn from. */
export const mostShown = 2973;

/** The commands of a trace one by one. Every row of this stream has one need. */
export function commandsOf({ rows, texts, users, user, needs, components }) {
  return Array.from({ length: rows }, (_, row) => ({
    text: texts[row],
    user: users[user[row]],
    component: components[needs[row]],
  }));
}

function rowsOf(trace, from, to) {
  const firstNeed = trace.firstNeed[from];
  return {
    ...trace,
    rows: to - from,
    ts: trace.ts.slice(from, to),
    user: trace.user.slice(from, to),
    texts: trace.texts.slice(from, to),
    needs: trace.needs.slice(firstNeed, trace.firstNeed[to]),
    firstNeed: trace.firstNeed.slice(from, to + 1).map((need) => need - firstNeed),
  };
}
