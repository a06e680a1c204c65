import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import process from 'node:process';
import type { Millis } from '../model/ids.ts';

const dayMs = 86_400_000;

/**
 * A segment of the journal: a file of lines that all were written on one day (UTC). Its name says who writes it, so that a
 * process takes over what another left behind by renaming it: of two that try, one succeeds.
 */
export interface SegmentName {
  readonly file: string;
  /** Stays the same whoever writes it. Sorted by it, segments are in order of their beginning. */
  readonly id: string;
  /** Null: nobody writes it. */
  readonly owner: string | null;
  /** When its day begins. */
  readonly day: number;
}

export const fileOf = (id: string, owner: string | null): string => `${id}${owner === null ? '' : `.${owner}`}.jsonl`;

/** What a file is written as until it is whole and takes its place. */
export const partOf = (path: string): string => `${path}.${self}.part`;

/** Who writes such a part. Null: this is none. */
export const writerOf = (file: string): string | null => partPattern.exec(file)?.groups?.['owner'] ?? null;

/** Null: this is no segment. */
export function segmentOf(file: string): SegmentName | null {
  const { id, year, month, date, owner } = pattern.exec(file)?.groups ?? {};
  if (id === undefined) return null;
  return { file, id, owner: owner ?? null, day: Date.UTC(Number(year), Number(month) - 1, Number(date)) };
}

let made = 0;

/** An id for a segment that begins at `at`, by this process. */
export function newSegmentId(at: Millis): string {
  const stamp = new Date(at).toISOString().replace(/[-:.Z]/g, '');
  return `${stamp}-${process.pid}-${String(++made).padStart(6, '0')}`;
}

export const dayOf = (at: Millis): number => Math.floor(at / dayMs) * dayMs;

/** Whether a segment of that day holds nothing younger than so many days. */
export const isOlder = (day: number, now: Millis, days: number): boolean => day + dayMs < now - days * dayMs;

/** This process, told apart from any other that had its number before. */
export const self: string = `${hostname().replace(/[^A-Za-z0-9]/g, '')}-${process.pid}-${beganAt('self')}`;

/** Whether a process is one of another machine, or of another container on this one. */
export const isElsewhere = (owner: string): boolean => owner.split('-')[0] !== self.split('-')[0];

/** Whether the process that writes a segment may still run. Of one elsewhere nothing can be known: its segments are left to it. */
export function isAlive(owner: string): boolean {
  if (owner === self || isElsewhere(owner)) return true;
  const [, pid, began] = owner.split('-') as [string, string, string];
  try {
    process.kill(Number(pid), 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return beganAt(pid) === began;
}

/** In ticks since the machine started, where that can be read; else 0. */
function beganAt(pid: string): string {
  try {
    // The name of a program may hold spaces and brackets: fields are counted from the last bracket.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.slice(stat.lastIndexOf(')')).split(' ')[20] ?? '0';
  } catch {
    return '0';
  }
}

const pattern =
  /^(?<id>(?<year>\d{4})(?<month>\d\d)(?<date>\d\d)T\d{9}-\d+-\d+)(?:\.(?<owner>[A-Za-z0-9]*-\d+-\d+))?\.jsonl$/;
const partPattern = /\.(?<owner>[A-Za-z0-9]*-\d+-\d+)\.part$/;
