import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { HistoryEntry } from '../../src/model/history.ts';
import { ms } from '../../src/model/ids.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A path at which a store may be made; it goes after the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'foreload-store-'));
  folders.push(folder);
  return join(folder, 'store');
}

export const day = 86_400_000;
/** A Tuesday. */
export const start = Date.UTC(2026, 10, 24, 9);

export const command = (user: string, at: number, text?: string): HistoryEntry =>
  ({ kind: 'command', at: ms(at), user, ...(text === undefined ? {} : { text }) }) as HistoryEntry;

export const demand = (user: string, at: number, component: string): HistoryEntry =>
  ({ kind: 'demand', at: ms(at), user, component }) as HistoryEntry;

/** The files of a store's history, in order, as paths. */
export const segments = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .sort()
    .map((name) => join(folder, name));

/** Changes the bytes of a file. */
export function change(path: string, by: (bytes: Buffer) => Uint8Array): void {
  writeFileSync(path, by(readFileSync(path)));
}
