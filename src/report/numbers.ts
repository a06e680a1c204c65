import { MB } from '../model/bytes.ts';

/** How a figure that has no value in this run is shown. */
const notDefined = '<span class="undefined" title="not defined here">\u2013</span>';

const noBreak = '\u00a0';

/** A share from 0 to 1: `91.2 %`. */
export function percent(share: number | null): string {
  return share === null ? notDefined : `${(share * 100).toFixed(1)}${noBreak}%`;
}

/** A duration: `0.4 ms`, `1,240 ms`. Always in ms, so that figures can be compared at a glance. */
export function milliseconds(value: number | null): string {
  return value === null ? notDefined : `${plain(value)}${noBreak}ms`;
}

/** An amount of memory: `9.5 MB`, or `8 slots` where components count as equal. */
export function size(value: number | null, slots: boolean): string {
  if (value === null) return notDefined;
  return `${amount(value, slots)}${noBreak}${!slots ? 'MB' : value === 1 ? 'slot' : 'slots'}`;
}

/** A size without its unit, for a column that names the unit once. */
export function amount(value: number | null, slots: boolean): string {
  return plain(value === null || slots ? value : value / MB);
}

/** A measured number: one decimal below ten, else whole. */
export function plain(value: number | null): string {
  if (value === null) return notDefined;
  return value < 10 && !Number.isInteger(value) ? value.toFixed(1) : grouped(value);
}

/** A number of things: `12,480`. */
export function count(value: number | null): string {
  return value === null ? notDefined : grouped(value);
}

/** Whole, with a comma between thousands. Not `toLocaleString`: the page must not depend on where it is made. */
function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(?:\d{3})+$)/g, ',');
}
