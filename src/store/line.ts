import { crc32 } from 'node:zlib';
import type { HistoryEntry } from '../model/history.ts';

/**
 * One line of a journal: a JSON object whose first field is a CRC-32 of all that follows it, so that a line that was cut
 * or changed is known, and any tool that reads JSON lines can read the rest.
 */
export function lineOf(fields: object): string {
  const body = JSON.stringify(fields).slice(1);
  return `${prefix}${crc32(body).toString(16).padStart(8, '0')}",${body}\n`;
}

/** What {@link lineOf} got, from the bytes of a line without its end. Null: it was cut or changed. */
export function fieldsOf(line: Buffer): Record<string, unknown> | null {
  if (line.length <= bodyAt || line[sumEnd] !== quote) return null;
  const sum = line.toString('latin1', prefix.length, sumEnd);
  if (crc32(line.subarray(bodyAt)) !== Number.parseInt(sum, 16)) return null;
  try {
    return JSON.parse(line.toString()) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** The fields of an entry's line: named after what it is, so that they can be read without this. */
export function fieldsFor(entry: HistoryEntry): object {
  switch (entry.kind) {
    case 'command':
      return { at: entry.at, user: entry.user, command: entry.text ?? '', ...(entry.tags ? { tags: entry.tags } : {}) };
    case 'demand':
      return { at: entry.at, user: entry.user, demand: entry.component };
    case 'load': {
      const { at, component, bytes, tookMs } = entry;
      return { at, load: component, ...(bytes === undefined ? {} : { bytes }), tookMs };
    }
  }
}

/** The entry in the fields of a line. Null: it is none that is known here. */
export function entryOf(fields: Record<string, unknown>): HistoryEntry | null {
  const { at, user, command, tags, demand, load, bytes, tookMs } = fields;
  if (typeof at !== 'number') return null;
  if (typeof demand === 'string' && typeof user === 'string') {
    return { kind: 'demand', at, user, component: demand } as unknown as HistoryEntry;
  }
  if (typeof command === 'string' && typeof user === 'string') {
    const text = command === '' ? {} : { text: command };
    const told = Array.isArray(tags) ? { tags: tags.filter((tag) => typeof tag === 'string') } : {};
    return { kind: 'command', at, user, ...text, ...told } as unknown as HistoryEntry;
  }
  if (typeof load === 'string' && isPositive(tookMs)) {
    const measured = isPositive(bytes) ? { bytes } : {};
    return { kind: 'load', at, component: load, ...measured, tookMs } as unknown as HistoryEntry;
  }
  return null;
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const prefix = '{"sum":"';
const sumEnd = prefix.length + 8;
const bodyAt = sumEnd + 2;
const quote = 0x22;
