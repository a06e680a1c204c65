import { ForeloadError, reasonOf } from '../../model/errors.ts';
import type { TraceRow } from '../write-trace.ts';

/** One file of a public source. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** Turns the files of one public source into rows. */
export interface Importer {
  /** What it is, and where to get it. */
  readonly about: string;
  /** Rows in any order; those of equal time stay as they are. @throws ForeloadError `invalid-trace` naming the file */
  rows(files: readonly SourceFile[], first: number): TraceRow[];
}

/** Midnight, 1 January 2020: where the time of sources without one begins. */
const epoch = Date.UTC(2020, 0, 1);

/** Times for sources that have none: so many ms from step to step, and between one session and the next. */
export class MadeTime {
  readonly #step: number;
  readonly #gap: number;
  #next = epoch;
  #last = epoch;

  constructor(stepMs: number, gapMs: number) {
    this.#step = stepMs;
    this.#gap = gapMs;
  }

  step(): number {
    this.#last = this.#next;
    this.#next += this.#step;
    return this.#last;
  }

  /** The next step begins another session. */
  session(): void {
    if (this.#next !== epoch) this.#next = this.#last + this.#gap;
  }
}

/**
 * Ids in lower case with hyphens; a dot divides a service from its method. Of two names that would get one id the later one gets a
 * number. A name of nothing but other marks is `x`.
 */
export class Ids {
  readonly #of = new Map<string, string>();
  readonly #taken = new Set<string>();

  of(name: string): string {
    const known = this.#of.get(name);
    if (known !== undefined) return known;
    const plain = kebab(name) || 'x';
    let id = plain;
    for (let number = 2; this.#taken.has(id); number++) id = `${plain}-${number}`;
    this.#taken.add(id);
    this.#of.set(name, id);
    return id;
  }
}

/** Dots stay where they are. */
const kebab = (name: string): string =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase()
    .replace(/[^a-z0-9.+]+/g, '-')
    .replace(/^-|-$/g, '');

export const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

/** Parses a file, or one line of it. @throws ForeloadError `invalid-trace` */
export function jsonIn({ name }: SourceFile, text: string, line?: number): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notOf(name, reasonOf(error), line);
  }
}

/** The objects of a JSON array, or of a file with one object a line. @throws ForeloadError `invalid-trace` */
export function objectsIn(file: SourceFile): Fields[] {
  const text = file.text.replace(/^\ufeff/, '').trim();
  const all = text.startsWith('[')
    ? jsonIn(file, text)
    : text.split('\n').flatMap((line, at) => (line.trim() === '' ? [] : [jsonIn(file, line, at + 1)]));
  if (!Array.isArray(all) || all.length === 0) throw notOf(file.name, 'nothing');
  return all.map((one, at) => {
    if (typeof one === 'object' && one !== null) return one as Fields;
    throw notOf(file.name, JSON.stringify(one), at + 1);
  });
}

export type Fields = Readonly<Record<string, unknown>>;

export const areObjects = (value: unknown): value is Fields[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);

export const areTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

/** Readers of fields that have to be there. */
export class Expect {
  readonly #file: string;

  constructor({ name }: SourceFile) {
    this.#file = name;
  }

  text(fields: Fields, key: string): string {
    const value = fields[key];
    if (typeof value === 'string' || typeof value === 'number') return String(value);
    throw notOf(this.#file, `no ${key} in ${JSON.stringify(fields).slice(0, 60)}`);
  }

  list(fields: Fields, key: string): Fields[] {
    const value = fields[key];
    if (areObjects(value)) return value;
    throw notOf(this.#file, `no list ${key} in ${JSON.stringify(fields).slice(0, 60)}`);
  }

  /** Of the lists in a list, each with objects or texts. */
  lists<T extends Fields | string>(fields: Fields, key: string, are: (value: unknown) => value is T[]): readonly T[][] {
    const all: readonly unknown[] = this.list(fields, key);
    if (all.every(are)) return all;
    throw notOf(this.#file, `no lists in ${key} of ${JSON.stringify(fields).slice(0, 60)}`);
  }
}

export function notOf(file: string, found: string, line?: number): ForeloadError {
  return new ForeloadError('invalid-trace', {
    what: `${file} does not have the form of this source`,
    ...(line === undefined ? {} : { where: `line ${line}` }),
    found,
    remedy: 'see foreload trace import --help for the files it takes',
  });
}
