import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { renderReport } from 'foreload/report';
import { evenQuantiles, pictureOf } from './figures.js';
import { megabytes, plain } from './table.js';

/** Values at the quantiles 0, 0.005, ..., 1. */
const quantiles = 201;

/** The page of a demo: the real sessions, with the bound and the curve from the replay. */
export async function reportPage({ result, sessions, curve }) {
  const { results, replayed, budgetBytes, verdict } = result;
  const bound = replayed.clairvoyant.warmRate;
  const measured = Object.entries(results).map(([policy, figures]) => ({
    policy,
    ...figures,
    gapClosed: gapClosed(figures.warmRate, results.lru.warmRate, bound),
  }));
  const page = {
    title: 'Foreload demo: 24 components of a coding agent',
    summary: verdict,
    facts: factsOf(result),
    slots: false,
    budgetBytes,
    policies: [...measured, { policy: 'clairvoyant', ...replayed.clairvoyant }],
    curve,
    responses: [...sessions].map(([policy, session]) => ({ policy, quantiles: evenQuantiles(session, quantiles) })),
    stretch: `both real runs from beginning to end, ${result.commands} commands`,
    pictures: [...sessions].map(([policy, session]) => ({ policy, ...pictureOf(session) })),
    notes: notesOf(result),
  };
  return renderReport(page, await chartAssets());
}

/** The chart library is one of Foreload's own dependencies. */
async function chartAssets() {
  const { resolve } = createRequire(import.meta.resolve('foreload'));
  const [chartScript, chartStyle] = await Promise.all([
    readFile(resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'),
    readFile(resolve('uplot/dist/uPlot.min.css'), 'utf8'),
  ]);
  return { chartScript, chartStyle };
}

function factsOf({
  commands,
  think,
  budget,
  budgetBytes,
  footprintBytes,
  waste,
  trace,
  learnedFrom,
  mapping,
  ...rest
}) {
  const { machine, commandLine } = rest;
  return [
    ['components', '24 real ones: compilers, linters, language servers, MCP servers, ONNX models, Python'],
    ['commands', `the last ${commands} rows of ${trace}, new to both policies`],
    ['learned from', `the ${learnedFrom} rows before them`],
    ['think time', `${think} ms from the words of a command to its demand`],
    ['budget', `${budget}: ${megabytes(budgetBytes)} of ${megabytes(footprintBytes)} MB`],
    ['waste target', String(waste)],
    ['seed', 'none: nothing is drawn at random'],
    [
      'machine',
      `${machine.cpus} x ${machine.model}, ${machine.memoryMb} MB, ${machine.platform}, load ${machine.load}`,
    ],
    ['Node', machine.node],
    ['command line', commandLine],
    [
      'mapping (ours)',
      Object.entries(mapping)
        .map(([id, intents]) => `${id}: ${intents.join(', ')}`)
        .join('; '),
    ],
  ];
}

function notesOf({ results, replayed, think, pressure }) {
  const each = (figures, of) => ['foreload', 'lru'].map((policy) => `${policy} ${of(figures[policy])}`).join(', ');
  const call = each(results, ({ answeredMs }) => plain(answeredMs.mean));
  const memory = each(results, ({ memory }) =>
    memory === null ? 'not measured' : `${megabytes(memory.mean)} on average, ${megabytes(memory.peak)} at most`,
  );
  return [
    `The words of a command are known ${think} ms before its component is needed, because the agent's model thinks first; the same for both policies.`,
    'foreload and lru are real: each in a fresh process, one after the other, same commands, same budget, sizes as measured in a warm-up. clairvoyant and the curve over budgets are replayed with the measured costs.',
    `Replayed with the same costs: ${each(replayed, ({ warmRate, responseMs }) => `${(warmRate * 100).toFixed(1)} % warm, ${plain(responseMs.mean)} ms on average`)}.`,
    'Response is the time from the demand of a component until it is usable.',
    `Mean ms from the demand until the real call was answered: ${call}.`,
    `MB held by the host and all its components (PSS of the process tree, sampled from outside): ${memory}.`,
    `Event loop of the host, p99 of its delay in ms: ${each(results, ({ eventLoopP99Ms }) => plain(eventLoopP99Ms))}.`,
    `Memory pressure met: ${pressure.join(', ') || 'none'}.`,
    'Which component serves an intent is our choice, not recorded: intents in order of first appearance, dealt onto the components.',
  ];
}

function gapClosed(warm, reference, bound) {
  return bound > reference ? (warm - reference) / (bound - reference) : null;
}
