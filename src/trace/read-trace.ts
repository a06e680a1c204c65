import { basename } from 'node:path';
import { ForeloadError } from '../model/errors.ts';
import { type ComponentId, isComponentId, type UserId } from '../model/ids.ts';
import { Column } from './columns.ts';
import { readCsv } from './csv-source.ts';
import type { Trace } from './trace.ts';

export const header = 'ts,user,command,components';

/**
 * Reads a trace in the canonical form: CSV, plain or gzip, header `ts,user,command,components`.
 * @param path a file, or `-` for standard input
 * @param limit reads only that many rows, and nothing of what comes after them
 * @param signal ends the reading; the promise then rejects with its reason
 * @throws ForeloadError `invalid-trace`, naming the line, for anything else: nothing is guessed or skipped.
 */
export async function readTrace(
  path: string,
  limit: number = Number.POSITIVE_INFINITY,
  signal?: AbortSignal,
): Promise<Trace> {
  const builder = new TraceBuilder(path);
  await readCsv(path, (record, line) => builder.add(record, line) < limit, signal);
  return builder.finish();
}

class TraceBuilder {
  readonly #path: string;
  readonly #ts = new Column((size) => new Float64Array(size));
  readonly #user = new Column((size) => new Int32Array(size));
  readonly #needs = new Column((size) => new Int32Array(size));
  readonly #firstNeed = new Column((size) => new Int32Array(size));
  readonly #users = new Map<UserId, number>();
  readonly #components = new Map<ComponentId, number>();
  readonly #texts: string[] = [];
  #anyText = false;
  #headed = false;
  #last = Number.NEGATIVE_INFINITY;

  constructor(path: string) {
    this.#path = path;
  }

  /** Takes in the header or a row; returns the number of rows so far. */
  add(record: readonly string[], line: number): number {
    if (!this.#headed) return this.#head(record, line);
    if (record.length !== 4) throw this.#error(line, `${record.length} columns`, `give the four columns ${header}`);
    const [ts, user, text, components] = record as [string, string, string, string];
    this.#time(ts, line);
    if (user === '') throw this.#error(line, 'an empty user', 'give each row a user id');
    this.#user.push(numberOf(this.#users, user as UserId));
    this.#anyText ||= text !== '';
    this.#texts.push(text);
    this.#demands(components, line);
    return this.#ts.length;
  }

  finish(): Trace {
    const rows = this.#ts.length;
    if (rows === 0) throw this.#error(1, this.#headed ? 'a header and no rows' : 'nothing', 'give at least one row');
    this.#firstNeed.push(this.#needs.length);
    return {
      name: basename(this.#path).replace(/\.csv(\.gz)?$/, ''),
      rows,
      ts: this.#ts.finish(),
      user: this.#user.finish(),
      users: [...this.#users.keys()],
      needs: this.#needs.finish(),
      firstNeed: this.#firstNeed.finish(),
      components: [...this.#components.keys()],
      texts: this.#anyText ? this.#texts : null,
    };
  }

  #head(record: readonly string[], line: number): number {
    if (record.join(',') !== header) {
      throw this.#error(
        line,
        JSON.stringify(record.join(',').slice(0, 80)),
        `begin the file with the header ${header}`,
      );
    }
    this.#headed = true;
    return 0;
  }

  #time(ts: string, line: number): void {
    const value = /^\s*-?\d+\s*$/.test(ts) ? Number(ts) : Number.NaN;
    if (!Number.isSafeInteger(value)) {
      throw this.#error(line, `ts ${JSON.stringify(ts)}`, 'give whole milliseconds');
    }
    if (value < this.#last) {
      throw this.#error(line, `ts ${value} after ${this.#last}`, 'sort the rows by ts');
    }
    this.#last = value;
    this.#ts.push(value);
  }

  #demands(components: string, line: number): void {
    const start = this.#needs.length;
    this.#firstNeed.push(start);
    if (components === '') return;
    const seen = new Set<number>();
    for (const id of components.split('|')) {
      if (!isComponentId(id))
        throw this.#error(line, `component id ${JSON.stringify(id)}`, 'name components by non-empty ids joined by |');
      const index = numberOf(this.#components, id);
      if (!seen.has(index)) this.#needs.push(index);
      seen.add(index);
    }
  }

  #error(line: number, found: string, remedy: string): ForeloadError {
    const what = `${this.#path === '-' ? 'standard input' : this.#path} is not a trace`;
    return new ForeloadError('invalid-trace', { what, where: `line ${line}`, found, remedy });
  }
}

function numberOf<Name>(numbers: Map<Name, number>, name: Name): number {
  let number = numbers.get(name);
  if (number === undefined) {
    number = numbers.size;
    numbers.set(name, number);
  }
  return number;
}
