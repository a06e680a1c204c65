import { crc32 } from 'node:zlib';
import type { HistoryEntry } from '../model/history.ts';

/**
 * One line of a journal: a JSON object whose first field is a CRC-32 of all that follows it, so that a line that was cut
 * or changed is known, and any tool that reads JSON lines can read the rest.
 */
export function lineOf(fields: object): string {
  const body = JSON.stringify(fields).slice(1);
  return `${prefix}${sumOf(body)}",${body}\n`;
}

/** What {@link lineOf} got, from a line without its end. Null: it was cut or changed. */
export function fieldsOf(line: string): Record<string, unknown> | null {
  const body = line.slice(bodyAt);
  if (!line.startsWith(prefix) || line.slice(prefix.length, sumEnd) !== sumOf(body)) return null;
  try {
    return JSON.parse(`{${body}`) as Record<string, unknown>;
  } catch {
    return null;
  }
}

/** An entry of the history. Null: it is none that is known here. */
export function entryOf(fields: Record<string, unknown>): HistoryEntry | null {
  const { kind, at, user, component, text, tags, found, bytes, tookMs } = fields;
  if (typeof at !== 'number') return null;
  if (kind === 'command' && typeof user === 'string') {
    return {
      kind,
      at,
      user,
      ...(typeof text === 'string' ? { text } : {}),
      ...(Array.isArray(tags) ? { tags: tags.filter((tag) => typeof tag === 'string') } : {}),
    } as unknown as HistoryEntry;
  }
  if (kind === 'demand' && typeof user === 'string' && typeof component === 'string') {
    return { kind, at, user, component, ...(typeof found === 'string' ? { found } : {}) } as HistoryEntry;
  }
  if (kind === 'load' && typeof component === 'string' && isPositive(tookMs)) {
    return { kind, at, component, ...(isPositive(bytes) ? { bytes } : {}), tookMs } as HistoryEntry;
  }
  return null;
}

const isPositive = (value: unknown): value is number => typeof value === 'number' && value >= 0;

const prefix = '{"sum":"';
const sumEnd = prefix.length + 8;
const bodyAt = sumEnd + 2;

const sumOf = (body: string): string => crc32(body).toString(16).padStart(8, '0');
