import { ForeloadError } from './errors.ts';
import { type Bytes, bytes } from './ids.ts';

/** 2^20 bytes: the megabyte of every figure here. */
export const MB = 1_048_576;

const units: Readonly<Record<string, number>> = { B: 1, KB: 1024, MB, GB: MB * 1024 };

/**
 * Reads a size: a number of bytes, or text such as `'800MB'` or `'1.5 GB'` (units are powers of 1024).
 * @throws ForeloadError `invalid-size` for anything else, and for zero, negative or absurd (over 1 PB) sizes.
 */
export function parseBytes(size: number | string, what: string): Bytes {
  const match = typeof size === 'string' ? /^\s*(\d+(?:\.\d+)?)\s*(B|KB|MB|GB)\s*$/i.exec(size) : null;
  const value =
    typeof size === 'number' ? size : match ? Number(match[1]) * (units[match[2]!.toUpperCase()] ?? 0) : NaN;
  if (!Number.isFinite(value) || value <= 0 || value > 2 ** 50) {
    throw new ForeloadError('invalid-size', {
      what: `the size of ${what}`,
      found: JSON.stringify(size) ?? String(size),
      remedy: "give bytes as a number, or text such as '120MB' or '1.5GB', above 0 and at most 1 PB",
    });
  }
  return bytes(Math.round(value));
}

/** Writes a size for people: in MB, below one in KB, and below that in bytes; with one decimal below 10 MB or KB. */
export function formatBytes(value: number): string {
  if (value < 1024) return `${Math.round(value)} B`;
  const amount = value / (value < MB ? 1024 : MB);
  return `${amount < 10 ? amount.toFixed(1) : Math.round(amount)} ${value < MB ? 'KB' : 'MB'}`;
}
