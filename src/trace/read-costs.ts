import { ForeloadError } from '../model/errors.ts';
import { MB } from '../model/bytes.ts';
import { readCsv } from './csv-source.ts';

/** What a component costs: its memory, and the time from asking for it to its being usable. */
export interface Cost {
  readonly bytes: number;
  readonly loadMs: number;
}

/** Ten minutes to load, or 1 TB: beyond that a cost is taken for a mistake. */
const absurdMs = 600_000;
const absurdMb = 1_048_576;

/**
 * Reads component costs: `component,memory_mb,load_ms`, or a catalogue with columns `component`, `rss_mb` and
 * `load_ms` among others; the header tells. Catalogue rows without memory are one-shot tools and are left out.
 * @throws ForeloadError `invalid-trace`, naming the line, for anything else, negative, NaN and absurd costs included.
 */
export async function readCosts(path: string): Promise<Map<string, Cost>> {
  const costs = new Map<string, Cost>();
  let columns: { id: number; mb: number; ms: number; catalogue: boolean } | null = null;
  const fail = (line: number, found: string, remedy: string): ForeloadError =>
    new ForeloadError('invalid-trace', { what: `${path} is not a cost table`, where: `line ${line}`, found, remedy });
  await readCsv(path, (record, line) => {
    if (!columns) {
      const catalogue = !record.includes('memory_mb');
      const at = (name: string): number => {
        const index = record.indexOf(name);
        if (index < 0) {
          throw fail(line, `no column ${name}`, 'begin with component,memory_mb,load_ms, or with a catalogue header');
        }
        return index;
      };
      columns = { id: at('component'), mb: at(catalogue ? 'rss_mb' : 'memory_mb'), ms: at('load_ms'), catalogue };
      return true;
    }
    const id = record[columns.id] ?? '';
    const mb = record[columns.mb] ?? '';
    if (columns.catalogue && mb === '') return true;
    if (id === '') throw fail(line, 'an empty component', 'name the component');
    if (costs.has(id)) throw fail(line, `${JSON.stringify(id)} a second time`, 'keep one row a component');
    const memory = numberIn(mb, Number.MIN_VALUE, absurdMb);
    const loadMs = numberIn(record[columns.ms] ?? '', 0, absurdMs);
    if (memory === null)
      throw fail(line, `memory ${JSON.stringify(mb)} MB`, `give more than 0 and at most ${absurdMb} MB`);
    if (loadMs === null)
      throw fail(line, `load time ${JSON.stringify(record[columns.ms])} ms`, `give 0 to ${absurdMs} ms`);
    costs.set(id, { bytes: Math.max(1, Math.round(memory * MB)), loadMs });
    return true;
  });
  if (costs.size === 0) throw fail(1, 'no rows', 'give at least one component');
  return costs;
}

function numberIn(text: string, least: number, most: number): number | null {
  const value = Number(text);
  return text.trim() !== '' && value >= least && value <= most ? value : null;
}
