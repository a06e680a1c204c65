import { ForeloadError, reasonOf } from '../model/errors.ts';
import { Reader, Writer } from '../predict/bytes.ts';
import { seal, unseal } from '../predict/seal.ts';
import type { EngineState } from './state.ts';

/** Of the form of a snapshot. A part that is added needs no new one: parts that are not known are passed over. */
const version = 1;
const title = 'all that a Foreload has learned';
/** Petabytes, and weeks to load, are no measurement. */
const mostBytes = 2 ** 50;
const mostMs = 1e9;

/** All that is worth keeping over a restart: what was learned of demands, and what loads were measured to cost. */
export function snapshotOf(state: EngineState): Uint8Array {
  const { predictor, rhythm } = state;
  const parts = new Map<string, Uint8Array>();
  parts.set(
    'costs',
    bytesOf((to) => saveCosts(state, to)),
  );
  if (rhythm)
    parts.set(
      'rhythm',
      bytesOf((to) => rhythm.save(to)),
    );
  const learned = predictor?.snapshot?.();
  if (predictor && learned) parts.set(partOf(predictor.name), learned);
  return seal(
    version,
    bytesOf((to) => {
      to.text(title);
      to.number(parts.size);
      for (const [name, part] of parts) {
        to.text(name);
        to.array(part);
      }
    }),
  );
}

/**
 * Takes over what a snapshot holds of the components that are here. What another predictor learned is passed over.
 * @throws ForeloadError `invalid-snapshot`; the predictor is as it was then, the engine must not be used
 */
export function restore(state: EngineState, sealed: Uint8Array): void {
  const parts = partsOf(sealed);
  const { predictor, rhythm } = state;
  const taken = (name: string, take: (from: Reader) => void): void => {
    const part = parts.get(name);
    if (part) reading(name, () => take(new Reader(part)));
  };
  taken('costs', (from) => loadCosts(state, from));
  taken('rhythm', (from) => rhythm?.load(from));
  const learned = predictor && parts.get(partOf(predictor.name));
  // Last, for it outlives this engine if something is refused.
  if (learned) predictor.restore?.(learned);
}

const partOf = (predictor: string): string => `predictor ${predictor}`;

function bytesOf(write: (to: Writer) => void): Uint8Array {
  const to = new Writer();
  write(to);
  return to.bytes();
}

function partsOf(sealed: Uint8Array): Map<string, Uint8Array> {
  const from = new Reader(unseal(version, sealed));
  return reading('parts', () => {
    if (from.text() !== title) throw new RangeError('it is a snapshot of something else');
    const parts = new Map<string, Uint8Array>();
    for (let left = from.number(); left > 0; left--) parts.set(from.text(), from.array(Uint8Array));
    return parts;
  });
}

function reading<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new ForeloadError('invalid-snapshot', {
      what: 'the snapshot holds what no Foreload can have learned',
      where: name,
      found: reasonOf(cause),
      remedy: 'begin without it: all of it can be learned again',
      cause,
    });
  }
}

function saveCosts(state: EngineState, to: Writer): void {
  const measured = state.slots.filter(({ spec, bytes, loadMs }) => bytes !== spec.bytes || loadMs !== spec.loadMs);
  to.number(measured.length);
  for (const { spec, bytes, loadMs } of measured) {
    to.text(spec.id);
    to.number(bytes);
    to.number(loadMs);
  }
}

/** Measured costs take the place of the configured ones, but for sizes with which a component would never fit. */
function loadCosts(state: EngineState, from: Reader): void {
  for (let left = from.number(); left > 0; left--) {
    const index = state.graph.indexOf.get(from.text() as never);
    const [bytes, loadMs] = [from.number(), from.number()];
    if (!(bytes > 0 && bytes <= mostBytes && loadMs >= 0 && loadMs <= mostMs)) {
      throw new RangeError(`${bytes} bytes in ${loadMs} ms are no costs`);
    }
    if (index === undefined) continue;
    state.slots[index]!.bytes = bytes;
    state.slots[index]!.loadMs = loadMs;
  }
  for (const node of state.graph.order) {
    const closure = state.graph.closureOf(node).map((member) => state.slots[member]!);
    const fits = closure.reduce((sum, slot) => sum + slot.bytes, 0) <= state.budget;
    if (fits || state.slots[node]!.outside) continue;
    for (const slot of closure) slot.bytes = Math.min(slot.bytes, slot.spec.bytes);
  }
}
