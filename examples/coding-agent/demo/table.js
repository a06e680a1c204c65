/** Rows of text as a table: the first column aligned left, the others right, the heading first. */
export function tableOf(rows, heading = (text) => text) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => aligned(cell, column, widths[column]))
      .join('  ')
      .trimEnd(),
  );
  return [heading(lines[0]), ...lines.slice(1)].join('\n');
}

/** The figures of the real sessions, and below them those of the replay. */
export function figuresTable({ results, replayed }, heading) {
  const columns = ['policy', 'warm', 'p50 ms', 'p95 ms', 'p99 ms', 'mean ms', 'with the call', 'wasted'];
  const rows = Object.entries(results).map(([policy, figures]) => [
    policy,
    ...figureCells(figures),
    ...hostCells(figures),
  ]);
  const virtual = Object.entries(replayed).map(([policy, figures]) => [
    `${policy}, replayed`,
    ...figureCells(figures),
    ...hostCells({}),
  ]);
  return tableOf([[...columns, 'memory MB', 'peak MB', 'loop p99 ms'], ...rows, ...virtual], heading);
}

function figureCells({ warmRate, responseMs: { p50, p95, p99, mean }, answeredMs, wastedShare, preloads }) {
  const { timely, late, wasted } = preloads;
  const share = wastedShare === null ? none : `${percent(wastedShare)} (${wasted} of ${timely + late + wasted})`;
  return [percent(warmRate), ...[p50, p95, p99, mean, answeredMs?.mean].map(plain), share];
}

function hostCells({ memory, eventLoopP99Ms }) {
  return [megabytes(memory?.mean), megabytes(memory?.peak), plain(eventLoopP99Ms)];
}

const none = '-';

export function percent(value) {
  return value === null ? none : `${(value * 100).toFixed(1)} %`;
}

export function megabytes(bytes) {
  return bytes === undefined ? none : (bytes / 2 ** 20).toFixed(0);
}

/** One decimal below ten. */
export function plain(value) {
  if (value === undefined || value === null) return none;
  return value.toFixed(value < 10 ? 1 : 0);
}

function aligned(cell, column, width) {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}
