// What keeping history costs: the store of this package (a journal) beside LMDB, where that is installed.
// Both take the same entries, in this run, one after the other in turns. LMDB is no dependency: `--lmdb DIR` names a folder in which
// `npm i lmdb@3.5.6` was run (with the override msgpackr-extract 3.0.4, and --ignore-scripts).
// Usage: npm run bench:store [-- --lmdb DIR] [--json]
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { pathToFileURL } from 'node:url';
import { fileStore } from '../dist/store/file-store.js';
import { readHistory } from '../dist/store/history.js';
import { Blend } from '../dist/predict/blend/blend.js';
import { seededRng } from '../dist/time/clock.js';
import { machine, print, quantile } from './machine.mjs';

const seed = 1;
const entries = 100_000;
const singles = 5000;
const rounds = 3;
const start = Date.UTC(2026, 10, 24);
const rng = seededRng(seed);
const made = Array.from({ length: entries }, (_, n) => ({
  kind: 'demand',
  at: start + n * 100,
  user: `user-${Math.floor(rng.next() * 500)}`,
  component: `component.${Math.floor(rng.next() ** 2 * 300)}`,
}));
const scratch = mkdtempSync(join(tmpdir(), 'foreload-bench-'));

function journal(folder) {
  let session;
  return {
    open: () => (session = fileStore(folder).open(start)),
    append: (entry) => session.append(entry),
    // As a Foreload that closes does.
    close: () => session.save(Uint8Array.of(1)).then(() => session.close()),
    scan: () => [...readHistory(folder)].length,
  };
}

/** Each entry is on its way to the disk once `append` resolves: its own commit, as it is meant to be used. */
function lmdb(open, folder, options = {}) {
  let db;
  let key = 0;
  return {
    open: () => (db = open({ path: folder, ...options })),
    append: (entry) => db.put(key++, entry),
    appendSync: (entry) => db.putSync(key++, entry),
    close: () => db.close(),
    scan: () => [...db.getRange()].length,
  };
}

const bytesIn = (folder) =>
  readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).blocks * 512, 0);

async function measure(make, append) {
  const folder = mkdtempSync(join(scratch, 'run-'));
  const store = make(folder);
  store.open();
  const times = [];
  const begin = performance.now();
  for (let n = 0; n < singles; n++) {
    const from = performance.now();
    await append(store, made[n]);
    times.push((performance.now() - from) * 1000);
  }
  const single = performance.now() - begin;
  const from = performance.now();
  let last;
  for (let n = singles; n < entries; n++) last = append(store, made[n]);
  await last;
  const bulk = performance.now() - from;
  await store.close();
  const opened = performance.now();
  store.open();
  const open = performance.now() - opened;
  const scanned = performance.now();
  const found = store.scan();
  const scan = performance.now() - scanned;
  await store.close();
  if (found !== entries) throw new Error(`${found} of ${entries} entries found`);
  const bytes = bytesIn(folder);
  rmSync(folder, { recursive: true });
  return {
    appendMicros: { p50: quantile(times, 0.5), p99: quantile(times, 0.99) },
    appendsPerSecond: (singles / single) * 1000,
    bulkPerSecond: ((entries - singles) / bulk) * 1000,
    openMs: open,
    scanMs: scan,
    diskMB: bytes / 2 ** 20,
  };
}

/** Median of each figure over the rounds. */
function median(runs) {
  if (typeof runs[0] === 'number') return quantile(runs, 0.5);
  return Object.fromEntries(Object.keys(runs[0]).map((key) => [key, median(runs.map((run) => run[key]))]));
}

/** What a snapshot costs the process that makes it, and what a start after a crash has to learn again. */
function learning() {
  const predictor = new Blend();
  const commands = 10_000;
  const from = performance.now();
  for (let n = 0; n < commands; n++) {
    const { user, component, at } = made[n];
    predictor.command(user, at);
    predictor.demand(user, component, at);
  }
  const learned = performance.now() - from;
  const began = performance.now();
  const { length } = predictor.snapshot();
  return { commands, learnMs: learned, snapshotMs: performance.now() - began, snapshotMB: length / 2 ** 20 };
}

const at = process.argv.indexOf('--lmdb');
const contenders = { journal: [journal, (store, entry) => store.append(entry)] };
if (at > 0) {
  const { open } = await import(pathToFileURL(createRequire(join(process.argv[at + 1], 'x')).resolve('lmdb')).href);
  contenders['lmdb, as it is'] = [(folder) => lmdb(open, folder), (store, entry) => store.append(entry)];
  contenders['lmdb, putSync without fsync'] = [
    (folder) => lmdb(open, folder, { noSync: true }),
    (store, entry) => store.appendSync(entry),
  ];
}
try {
  const runs = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, [make, append]] of Object.entries(contenders)) runs[name].push(await measure(make, append));
  }
  const results = {
    entries,
    stores: Object.fromEntries(Object.entries(runs).map(([name, all]) => [name, median(all)])),
    learning: learning(),
  };
  const line = ([name, { appendMicros: a, appendsPerSecond, bulkPerSecond, openMs, scanMs, diskMB }]) =>
    `${name.padEnd(28)} append p50 ${a.p50.toFixed(1)} us, p99 ${a.p99.toFixed(1)} us, ${Math.round(appendsPerSecond)}/s one by one, ` +
    `${Math.round(bulkPerSecond)}/s in bulk; open ${openMs.toFixed(1)} ms, scan ${scanMs.toFixed(0)} ms, ${diskMB.toFixed(1)} MB`;
  const { learning: l } = results;
  print('store', seed, results, [
    `${entries} entries, ${machine.cpu}`,
    ...Object.entries(results.stores).map(line),
    `learning ${l.commands} commands again ${l.learnMs.toFixed(0)} ms; a snapshot ${l.snapshotMs.toFixed(0)} ms, ${l.snapshotMB.toFixed(1)} MB`,
  ]);
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
