import { formatBytes } from '../model/bytes.ts';
import { ForeloadError } from '../model/errors.ts';
import { chainsOf, improvedSchedule } from './improve.ts';
import { type Links, linksOf, reachableFrom, turned } from './links.ts';
import type { Work } from './list-schedule.ts';

/** What can be loaded, by number: who rests on whom (without circles), and what each load takes. */
export interface Loads {
  readonly dependencies: Links;
  readonly dependants: Links;
  /** Load times, dependencies excluded: 0 or more, in any unit. */
  readonly took: Float64Array;
  readonly bytes: Float64Array;
  /** For messages. */
  readonly nameOf: (node: number) => string;
}

/** What is wanted, and what is known now. */
export interface PlanRequest {
  /** What is to be warm in the end, all at once. */
  readonly targets: Iterable<number>;
  /** In memory already. What the targets don't need may leave, in this order; dependants go before what they rest on. */
  readonly warm?: Iterable<number>;
  /** Of what is warm, that which has to stay whatever is wanted: it is leased, or pinned. With all it rests on. */
  readonly held?: Iterable<number>;
  /** Loads that run, and how much longer they will. They are joined; those that nobody wants keep a worker until they end. */
  readonly running?: Iterable<{ readonly node: number; readonly remaining: number }>;
  /** What can't be loaded: the plan does without, and without all that rests on it. */
  readonly failed?: Iterable<number>;
  /** Loads at once, at most. */
  readonly workers: number;
  /** Bytes that all may hold together. Memory counts from the beginning of a load. Default: no limit. */
  readonly budget?: number;
  /** How many loads to place, in all attempts together, in search of a shorter plan. Default 100,000: some 20 ms. */
  readonly effort?: number;
}

/** Who loads when. The i-th load to begin is `order[i]`: from `starts[i]` to `ends[i]`, on worker `worker[i]`. */
export interface LoadPlan {
  readonly order: Int32Array;
  readonly starts: Float64Array;
  readonly ends: Float64Array;
  readonly worker: Int32Array;
  /** What leaves memory, and when: at the latest moment. */
  readonly leaves: readonly { readonly node: number; readonly at: number }[];
  /** Targets that can't be had, because of what failed. */
  readonly lost: readonly number[];
  /** When the last load ends. */
  readonly makespan: number;
  /** The longest chain of loads that wait for each other, first to last: with any number of workers it takes as long. */
  readonly criticalPath: readonly number[];
  /** All load times together: what one worker would take. */
  readonly total: number;
}

const defaultEffort = 100_000;

/**
 * Plans the loads that make the targets warm soonest: critical path first, improved as far as the effort goes. A pure function:
 * when a load is late or fails, ask again with what is known by then. The first pass takes O((nodes + edges) log nodes).
 * @throws ForeloadError `over-budget` if what is wanted, what runs for it and what has to stay don't fit together.
 */
export function plan(loads: Loads, request: PlanRequest): LoadPlan {
  const situation = situationOf(loads, request);
  refuseOverBudget(loads, situation, request.budget ?? Number.POSITIVE_INFINITY);
  const { nodes, lost } = situation;
  const work = workOf(loads, situation, request);
  const schedule = improvedSchedule(work, request.effort ?? defaultEffort);
  const { order, makespan } = schedule;
  const starts = Float64Array.from(order, (node) => schedule.starts[node]!);
  const ends = Float64Array.from(order, (node) => schedule.ends[node]!);
  const planned = Int32Array.from(order, (node) => nodes[node]!);
  return {
    order: planned,
    starts,
    ends,
    worker: workersOf(starts, ends, work),
    leaves: leavesOf(loads, situation, { order: planned, starts }, work),
    lost,
    makespan,
    criticalPath: longestChain(work).map((node) => nodes[node]!),
    total: work.took.reduce((sum, took) => sum + took, 0),
  };
}

/** What the request comes down to. */
interface Situation {
  readonly lost: readonly number[];
  /** What is to be loaded, or loads already, for the targets; in rising order. */
  readonly nodes: Int32Array;
  /** What is in memory already and has to stay there. */
  readonly kept: readonly number[];
  /** What is in memory and may leave, in this order. */
  readonly idle: readonly number[];
  /** Time left of each load that runs. */
  readonly remaining: ReadonlyMap<number, number>;
}

function situationOf(loads: Loads, request: PlanRequest): Situation {
  const gone = marked(loads, reachableFrom(loads.dependants, request.failed ?? []));
  const lost: number[] = [];
  const wanted: number[] = [];
  for (const target of request.targets) (gone[target] ? lost : wanted).push(target);
  const needed = marked(loads, reachableFrom(loads.dependencies, wanted));
  const stays = marked(loads, reachableFrom(loads.dependencies, request.held ?? []));
  const warm = [...new Set(request.warm)];
  const isWarm = marked(loads, warm);
  const cold = (node: number): boolean => needed[node] === 1 && isWarm[node] === 0;
  return {
    lost,
    nodes: Int32Array.from(needed.keys()).filter(cold),
    kept: warm.filter((node) => needed[node] || stays[node]),
    idle: dependantsFirst(
      loads,
      warm.filter((node) => !needed[node] && !stays[node]),
    ),
    remaining: new Map(Array.from(request.running ?? [], ({ node, remaining }) => [node, Math.max(0, remaining)])),
  };
}

function refuseOverBudget({ bytes, nameOf }: Loads, { nodes, kept }: Situation, budget: number): void {
  const all = [...nodes, ...kept];
  const needed = sizeOf(bytes, all);
  if (needed <= budget) return;
  const largest = all.sort((a, b) => bytes[b]! - bytes[a]!).slice(0, 3);
  const named = largest.map((node) => `${nameOf(node)} (${formatBytes(bytes[node]!)})`);
  throw new ForeloadError('over-budget', {
    what: `what is wanted, with all it depends on and all that has to stay, needs ${formatBytes(needed)} at once`,
    where: `the largest: ${named.join(', ')}`,
    found: `a budget of ${formatBytes(budget)}`,
    remedy: 'raise the budget, or plan for fewer components',
  });
}

/** The loads in numbers of their own, with what they wait for among themselves. */
function workOf({ dependencies, took, bytes }: Loads, situation: Situation, request: PlanRequest): Work {
  const { nodes, kept, remaining } = situation;
  const numberOf = new Int32Array(took.length).fill(-1);
  nodes.forEach((node, number) => {
    numberOf[node] = number;
  });
  const tails: number[] = [];
  const heads: number[] = [];
  nodes.forEach((node, number) => {
    for (let edge = dependencies.starts[node]!; edge < dependencies.starts[node + 1]!; edge++) {
      const below = numberOf[dependencies.ends[edge]!]!;
      // What runs has all it rests on.
      if (below < 0 || remaining.has(node)) continue;
      tails.push(number);
      heads.push(below);
    }
  });
  const links = linksOf(nodes.length, Int32Array.from(tails), Int32Array.from(heads));
  const running = [...remaining.keys()].filter((node) => numberOf[node]! >= 0);
  const others = [...remaining].filter(([node]) => numberOf[node]! < 0 && !kept.includes(node));
  return {
    dependencies: links,
    dependants: turned(links),
    took: Float64Array.from(nodes, (node) => remaining.get(node) ?? took[node]!),
    bytes: Float64Array.from(nodes, (node) => bytes[node]!),
    workers: request.workers,
    running: running.map((node) => numberOf[node]!),
    others: others.map(([node, end]) => ({ end, bytes: bytes[node]! })).sort((a, b) => a.end - b.end),
    room:
      (request.budget ?? Number.POSITIVE_INFINITY) -
      sizeOf(bytes, [...kept, ...running, ...others.map(([node]) => node)]),
  };
}

/** Each load on a worker that is free, a new one only if none is; what nobody wants and runs keeps the first ones. */
function workersOf(starts: Float64Array, ends: Float64Array, { others }: Work): Int32Array {
  const worker = new Int32Array(starts.length);
  const busy = [
    ...others.map(({ end }, number) => ({ end, at: -1, number })),
    ...Array.from(ends, (end, at) => ({ end, at, number: -1 })),
  ].sort((a, b) => a.end - b.end || a.at - b.at);
  const free: number[] = [];
  let known = others.length;
  let next = 0;
  starts.forEach((start, at) => {
    // Of those that end at once, one that has not begun yet comes after all that have.
    for (; busy[next]!.end <= start && busy[next]!.at < at; next++) {
      const ended = busy[next]!;
      free.push(ended.at < 0 ? ended.number : worker[ended.at]!);
    }
    worker[at] = free.pop() ?? known++;
  });
  return worker;
}

/** What is idle leaves as late as it can: when a load begins that has no room beside it. */
function leavesOf(
  { bytes }: Loads,
  { idle }: Situation,
  { order, starts }: Pick<LoadPlan, 'order' | 'starts'>,
  { room, others, running }: Work,
): { node: number; at: number }[] {
  const leaves: { node: number; at: number }[] = [];
  let free = room - sizeOf(bytes, idle);
  let ended = 0;
  let next = 0;
  for (let at = 0; at < order.length; at++) {
    const start = starts[at]!;
    while (ended < others.length && others[ended]!.end <= start) free += others[ended++]!.bytes;
    // What ran already has its memory.
    if (at >= running.length) free -= bytes[order[at]!]!;
    for (; free < 0 && next < idle.length; next++) {
      leaves.push({ node: idle[next]!, at: start });
      free += bytes[idle[next]!]!;
    }
  }
  return leaves;
}

/** Some nodes in their order, but each after those of them that rest on it. */
function dependantsFirst({ dependants: { starts, ends } }: Loads, nodes: readonly number[]): number[] {
  const among = new Set(nodes);
  const placed = new Set<number>();
  for (const node of nodes) {
    const path = [node];
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      let above = -1;
      for (let edge = starts[top]!; above < 0 && edge < starts[top + 1]!; edge++) {
        if (among.has(ends[edge]!) && !placed.has(ends[edge]!)) above = ends[edge]!;
      }
      if (above >= 0) {
        path.push(above);
        continue;
      }
      placed.add(top);
      path.pop();
    }
  }
  return [...placed];
}

function longestChain(work: Work): number[] {
  const chains = chainsOf(work);
  const { starts, ends } = work.dependants;
  const chain: number[] = [];
  let best = chains.reduce((best, length, node) => (best < 0 || length > chains[best]! ? node : best), -1);
  while (best >= 0) {
    chain.push(best);
    let next = -1;
    for (let edge = starts[best]!; edge < starts[best + 1]!; edge++) {
      const above = ends[edge]!;
      if (next < 0 || chains[above]! > chains[next]!) next = above;
    }
    best = next;
  }
  return chain;
}

function marked({ took }: Loads, nodes: Iterable<number>): Uint8Array {
  const marks = new Uint8Array(took.length);
  for (const node of nodes) marks[node] = 1;
  return marks;
}

const sizeOf = (bytes: Float64Array, nodes: readonly number[]): number =>
  nodes.reduce((sum, node) => sum + bytes[node]!, 0);
