/**
 * Serves real commands with the real components of this folder, once with plain LRU and once with Foreload, and tells
 * what it measured. Started by `foreload demo`, which checks the options and gives every one of them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { parseBudget } from 'foreload/replay';
import { components } from './components.js';
import { figuresOf } from './demo/figures.js';
import { heading, painted, say, sayCommand, sayCost } from './demo/progress.js';
import { learn } from './demo/learn.js';
import { budgetCurve, replay } from './demo/replayed.js';
import { reportPage } from './demo/report.js';
import { runSession } from './demo/run-session.js';
import { readStream } from './demo/stream.js';
import { figuresTable, megabytes } from './demo/table.js';
import { verdict } from './demo/verdict.js';
import { warmUp } from './demo/warm-up.js';

/** An interrupted demo that has not cleaned up by then ends as it is. */
const lastResortMs = 8000;
const policies = ['lru', 'foreload'];

const interrupted = new AbortController();
const { signal } = interrupted;
for (const event of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect']) process.on(event, interrupt);

// Everything that a component writes outside of this folder goes there.
const temporary = await mkdtemp(join(tmpdir(), 'foreload-demo-'));
const env = { ...process.env, TMPDIR: temporary };
try {
  await demo(optionsFrom(process.argv.slice(2)));
} catch (error) {
  process.exitCode = signal.aborted ? 130 : 1;
  say(signal.aborted ? 'interrupted' : `foreload demo: ${error.message}`);
} finally {
  await rm(temporary, { recursive: true, force: true, maxRetries: 3 });
  if (process.connected) process.disconnect();
}

async function demo(options) {
  const { json, ...given } = options;
  const { commands, think, waste, report } = given;
  const began = performance.now();
  const stream = await readStream(commands);
  const setting = { ...given, ...settingOf(stream) };
  introduce(setting);

  heading('Warm-up: every component once, each in a fresh process (not part of the comparison)');
  const costs = await warmUp({ signal, env, told: sayCost });
  const footprintBytes = costs.reduce((sum, { bytes }) => sum + bytes, 0);
  const budget = parseBudget(options.budget);
  const budgetBytes = Math.floor(budget.kind === 'share' ? budget.share * footprintBytes : budget.bytes);
  say(`  all together ${megabytes(footprintBytes)} MB; the budget is ${megabytes(budgetBytes)} MB`);

  heading(`Learning: the ${stream.history.rows} commands before, replayed on the virtual clock`);
  const startsAt = Date.now();
  const job = { commands, think, waste, costs, budgetBytes };
  const onProgress = async () => {
    // Lets an interrupt arrive.
    await setImmediate();
    signal.throwIfAborted();
  };
  const learning = performance.now();
  const snapshot = await learn(stream.history, { ...job, startsAt, onProgress });
  say(`  learned in ${seconds(performance.now() - learning)} s; the snapshot has ${megabytes(snapshot.length)} MB`);
  const snapshotFile = join(temporary, 'snapshot');
  await writeFile(snapshotFile, snapshot, { signal });

  const sessions = new Map();
  for (const policy of policies) {
    heading(
      policy === 'lru'
        ? 'LRU: keeps what was used last, loads nothing ahead'
        : 'Foreload: starts from the snapshot, loads ahead, keeps what is worth most',
    );
    const told = (command) => sayCommand(command, commands);
    sessions.set(policy, await runSession({ ...job, policy, snapshotFile }, { signal, env, told }));
  }

  heading('Replay of the same commands on the virtual clock');
  const times = sessions.get('foreload').commands.map(({ at }) => at);
  const known = { ...job, startsAt, times, onProgress };
  const replayed = await replay(stream, { ...known, snapshot });
  const curve = await budgetCurve(stream, known);

  const results = Object.fromEntries(
    policies.map((name) => [name, figuresOf(sessions.get(name), sessions.get('lru'))]),
  );
  const pressure = [...new Set([...sessions.values()].flatMap((session) => session.pressure))];
  const measured = { results, replayed, footprintBytes, budgetBytes, pressure, verdict: verdict(results) };
  const result = { ...setting, ...measured, tookMs: Math.round(performance.now() - began) };
  await writeFile(report, await reportPage({ result, sessions, curve }), { signal });
  if (json) console.log(JSON.stringify({ ...result, curve }));
  else console.log(`\n${figuresTable(result, (text) => painted('bold', text, process.stdout))}\n\n${result.verdict}`);
  say(`\nReport: ${report}`);
}

/** Foreload's command line has checked them. */
function optionsFrom(args) {
  const text = { type: 'string' };
  const options = { commands: text, think: text, budget: text, waste: text, report: text, json: { type: 'boolean' } };
  const { values } = parseArgs({ args, options });
  const { commands, think, waste, ...others } = values;
  return { json: false, ...others, commands: Number(commands), think: Number(think), waste: Number(waste) };
}

/** What was run on what. */
function settingOf({ history, mapping }) {
  const intentsOf = (id) => [...mapping].filter(([, component]) => component === id).map(([intent]) => intent);
  return {
    trace: 'data/traces/slurp-test.csv.gz',
    learnedFrom: history.rows,
    mapping: Object.fromEntries(components.map(({ id }) => [id, intentsOf(id)])),
    machine: {
      cpus: availableParallelism(),
      model: cpus()[0]?.model.trim() ?? 'unknown processor',
      memoryMb: Math.round(totalmem() / 2 ** 20),
      platform: `${type()} ${release()} ${process.arch}`,
      load: loadavg()
        .map((load) => load.toFixed(1))
        .join(' '),
      node: process.version,
    },
    commandLine: `foreload demo ${process.argv.slice(2).join(' ')}`,
  };
}

function introduce({ commands, think, budget, trace, learnedFrom, mapping }) {
  say(
    `${components.length} real components of a coding agent serve ${commands} commands, first with LRU, then with Foreload, each with a budget of ${budget} of their memory.`,
  );
  say(
    `Commands: the last ${commands} rows of ${trace} (what people really said to a voice assistant). Foreload has learned from the ${learnedFrom} rows before; these ones are new to it.`,
  );
  say(
    `Rhythm: the words of a command are known ${think} ms before its component is needed, because the agent's model thinks before it calls a tool; the same for both policies.`,
  );
  say(
    'Mapping (ours; no recording has both): the intents in order of first appearance, dealt round-robin onto the components.',
  );
  for (const [id, intents] of Object.entries(mapping)) say(`  ${id.padEnd(24)} ${intents.join(', ')}`);
}

function interrupt() {
  if (signal.aborted) return;
  interrupted.abort();
  setTimeout(() => process.exit(130), lastResortMs).unref();
}

function seconds(ms) {
  return (ms / 1000).toFixed(1);
}
