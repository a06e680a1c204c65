// Cache traces (ts,key,size[,cost]) as typed arrays, and the miss ratios other implementations measured on them.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { tracePath } from '../data.mjs';

/** A trace, or null, said aloud. Keys are numbered from 0; a size is constant per key, a cost is 1 unless it is given. */
export function cacheTrace(name) {
  const path = tracePath(name);
  if (!path) return null;
  const [header, ...rows] = gunzipSync(readFileSync(path)).toString().trimEnd().split('\n');
  const column = (field) => header.split(',').indexOf(field);
  const [ts, key, size, cost] = ['ts', 'key', 'size', 'cost'].map(column);
  const trace = {
    name,
    folder: dirname(path),
    length: rows.length,
    ts: new Float64Array(rows.length),
    keys: new Int32Array(rows.length),
    sizes: new Float64Array(rows.length),
    costs: new Float64Array(rows.length).fill(1),
  };
  rows.forEach((row, at) => {
    const fields = row.split(',');
    trace.ts[at] = Number(fields[ts]);
    trace.keys[at] = Number(fields[key]) - 1;
    trace.sizes[at] = Number(fields[size]);
    if (cost >= 0) trace.costs[at] = Number(fields[cost]);
  });
  return trace;
}

/** Rows of anchors.csv of a trace: policy, share of the footprint, bytes, object and byte miss ratio. */
export function anchorsOf({ name, folder }) {
  return readFileSync(join(folder, 'anchors.csv'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','))
    .filter(([trace]) => trace === name)
    .map(([, policy, percent, bytes, object, byte]) => ({
      policy,
      percent: Number(percent),
      bytes: Number(bytes),
      object,
      byte,
    }));
}
