/** Columns of text with equal widths: those named aligned left, the others right. The first row is the heading. */
export function table(
  rows: readonly (readonly string[])[],
  heading: (text: string) => string = (text) => text,
  left: readonly number[] = [0],
): string {
  const widths = rows.reduce<number[]>(
    (widths, row) => row.map((cell, column) => Math.max(cell.length, widths[column] ?? 0)),
    [],
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => (left.includes(column) ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line, index) => `${index === 0 ? heading(line) : line}\n`).join('');
}

/** What is shown where a figure is undefined. */
const none = '–';

/** A share as a percentage with one decimal. */
export const percent = (value: number | null): string => (value === null ? none : `${(value * 100).toFixed(1)} %`);

/** One decimal below ten, whole numbers above, thousands divided by commas. */
export function plain(value: number | null): string {
  if (value === null) return none;
  const text = value < 10 && !Number.isInteger(value) ? value.toFixed(1) : Math.round(value).toString();
  return text.replace(/\B(?=(?:\d{3})+$)/g, ',');
}
