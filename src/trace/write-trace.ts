import { header } from './read-trace.ts';

/** One command of a trace, as it is written. */
export interface TraceRow {
  /** Whole milliseconds. */
  readonly at: number;
  readonly user: string;
  readonly text: string;
  readonly components: readonly string[];
}

/** The form that {@link readTrace} reads: a header, then a line a row. Rows have to be in order of time. */
export function* traceLines(rows: Iterable<TraceRow>): Generator<string> {
  yield `${header}\n`;
  for (const { at, user, text, components } of rows) {
    yield `${at},${field(user)},${field(text.replace(/\s+/g, ' ').trim())},${field(components.join('|'))}\n`;
  }
}

const field = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
