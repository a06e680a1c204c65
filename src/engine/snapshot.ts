import { ForeloadError, reasonOf } from '../model/errors.ts';
import type { ComponentId } from '../model/ids.ts';
import type { Names } from '../model/saving.ts';
import { Reader, Writer } from '../predict/bytes.ts';
import { seal, unseal } from '../predict/seal.ts';
import { loadCosts, saveCosts } from './saved-costs.ts';
import { loadPaperStays, loadUses, savePaperStays, saveUses } from './saved-uses.ts';
import type { EngineState } from './state.ts';

/** Of the form of a snapshot. A part that is added needs no new one: parts that are not known are passed over. */
const version = 1;
const title = 'all that a Foreload has learned';
/**
 * All that is worth keeping over a restart: what was learned of demands and of when memory is used again, what forecasts
 * stand, and what loads were measured to cost. Not what is in memory, nor what an eviction policy knows.
 */
export function snapshotOf(state: EngineState): Uint8Array {
  const { predictor, rhythm, outlook, reuse, keeping, waste } = state;
  const names = namesOf(state);
  const parts = new Map<string, Uint8Array>();
  const put = (name: string, write: (to: Writer) => void): unknown => parts.set(name, bytesOf(write));
  put('costs', (to) => saveCosts(state, to));
  if (rhythm) put('rhythm', (to) => rhythm.save(to));
  put('uses', (to) => saveUses(state, to, names));
  if (outlook) put('outlook', (to) => outlook.save(to, names));
  if (keeping) put('keeping', (to) => keeping.save(to, names));
  if (keeping) put('paper-stays', (to) => savePaperStays(state, to, names));
  put('reuse', (to) => {
    for (const part of [reuse.stays, reuse.comes, reuse.forecastsOrder]) part.save(to);
  });
  if (waste) put('waste', (to) => waste.save(to, probabilitiesBegun(state)));
  if (waste) put('waste-trial', (to) => waste.saveTrial(to, probabilitiesBegun(state)));
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
 * Takes over what a snapshot holds of the components that are here. What another predictor learned is passed over, and so
 * is what an older snapshot does not hold.
 * @throws ForeloadError `invalid-snapshot`; predictor, waste target and reuse are as they were then, the engine must not be used
 */
export function restore(state: EngineState, sealed: Uint8Array): void {
  const parts = partsOf(sealed);
  const { predictor, rhythm, outlook, reuse, keeping, waste } = state;
  const names = namesOf(state);
  const taken = (name: string, take: (from: Reader) => void): void => {
    const part = parts.get(name);
    if (part) reading(name, () => take(new Reader(part)));
  };
  /** What outlives this engine is changed only once nothing can be refused any more. */
  const later: (() => void)[] = [];
  taken('costs', (from) => loadCosts(state, from));
  taken('rhythm', (from) => rhythm?.load(from));
  taken('uses', (from) => loadUses(state, from, names));
  taken('outlook', (from) => outlook?.load(from, names));
  taken('keeping', (from) => keeping?.load(from, names));
  taken('paper-stays', (from) => keeping && loadPaperStays(state, from, names));
  taken('reuse', (from) => {
    for (const part of [reuse.stays, reuse.comes, reuse.forecastsOrder]) later.push(part.load(from));
  });
  taken('waste', (from) => later.push(waste?.load(from) ?? (() => undefined)));
  taken('waste-trial', (from) => later.push(waste?.loadTrial(from) ?? (() => undefined)));
  const learned = predictor && parts.get(partOf(predictor.name));
  if (learned) predictor.restore?.(learned);
  for (const take of later) take();
}

/** Of the preloads that have begun, and of which nobody knows yet whether they are used. */
const probabilitiesBegun = ({ slots, unfinished }: EngineState): number[] => [
  ...unfinished,
  ...slots.flatMap(({ preload }) =>
    preload?.origin === 'speculative' && preload.startedAt !== null ? [preload.probability] : [],
  ),
];

const namesOf = ({ graph }: EngineState): Names => ({
  idOf: (component) => graph.ids[component]!,
  indexOf: (id) => graph.indexOf.get(id as ComponentId),
});

/** Names of the predictors whose knowledge a snapshot holds. @throws ForeloadError `invalid-snapshot` */
export function predictorsIn(sealed: Uint8Array): string[] {
  return [...partsOf(sealed).keys()]
    .filter((name) => name.startsWith(partOf('')))
    .map((name) => name.slice(partOf('').length));
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
