import { formatBytes } from '../model/bytes.ts';
import type { HistoryStats } from '../store/history.ts';
import { plain } from './table.ts';

/** What a store holds, for people. */
export function describeStats(stats: HistoryStats): string {
  const { path, bytes, snapshotBytes, segments, commands, demands, loads, users, components, texts, from, to } = stats;
  const span = from === null || to === null ? 'nothing yet' : `${dateOf(from)} to ${dateOf(to)}`;
  return [
    path,
    `${plain(commands)} commands (${plain(texts)} with text) of ${plain(users)} users, ${span}`,
    `${plain(demands)} demands and ${plain(loads)} loads of ${plain(components)} components`,
    `history ${formatBytes(bytes)} in ${plain(segments)} files; what was learned ${formatBytes(snapshotBytes)}`,
    '',
  ].join('\n');
}

const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
