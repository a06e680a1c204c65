import type { Reader, Writer } from '../predict/bytes.ts';
import type { EngineState } from './state.ts';

/** Petabytes, and weeks to load, are no measurement. */
const mostBytes = 2 ** 50;
const mostMs = 1e9;

/** What loads were measured to cost. */
export function saveCosts(state: EngineState, to: Writer): void {
  const measured = state.slots.filter(({ spec, bytes, loadMs }) => bytes !== spec.bytes || loadMs !== spec.loadMs);
  to.number(measured.length);
  for (const { spec, bytes, loadMs } of measured) {
    to.text(spec.id);
    // 0: it was never measured, and what is configured at the next start holds.
    to.number(bytes === spec.bytes ? 0 : bytes);
    to.number(loadMs);
  }
}

/** Measured costs take the place of the configured ones, but for sizes with which a component would never fit. */
export function loadCosts(state: EngineState, from: Reader): void {
  for (let left = from.number(); left > 0; left--) {
    const index = state.graph.indexOf.get(from.text() as never);
    const [bytes, loadMs] = [from.number(), from.number()];
    if (!(bytes >= 0 && bytes <= mostBytes && loadMs >= 0 && loadMs <= mostMs)) {
      throw new RangeError(`${bytes} bytes in ${loadMs} ms are no costs`);
    }
    if (index === undefined) continue;
    if (bytes > 0) state.slots[index]!.bytes = bytes;
    state.slots[index]!.loadMs = loadMs;
  }
  refuseTooLarge(state);
}

/** Sizes with which a component would not fit any more give way to the configured ones. */
export function refuseTooLarge(state: EngineState): void {
  for (const node of state.graph.order) {
    const closure = state.graph.closureOf(node).map((member) => state.slots[member]!);
    const fits = closure.reduce((sum, slot) => sum + slot.bytes, 0) <= state.budget;
    if (fits || state.slots[node]!.outside) continue;
    for (const slot of closure) slot.bytes = Math.min(slot.bytes, slot.spec.bytes);
  }
}
