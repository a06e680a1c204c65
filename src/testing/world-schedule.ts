import type { FaultOptions } from '../engine/trouble.ts';
import type { ComponentSpec, Priority } from '../model/component.ts';
import { bytes, type ComponentId, ms } from '../model/ids.ts';
import type { Step } from '../model/prediction.ts';
import { lanes, pressureLevels } from '../model/reason.ts';
import type { Rng } from '../time/clock.ts';
import type { WorldAction, WorldSettings } from './world-action.ts';

/** A few components with random sizes, dependencies, conflicts, priorities and idle times that go together. */
export function randomComponents(rng: Rng): ComponentSpec[] {
  const count = 2 + below(rng, 7);
  const closures: Set<number>[] = [];
  const specs = Array.from({ length: count }, (_, index) => {
    const dependsOn = Array.from({ length: index }, (__, other) => other).filter(() => rng.next() < 0.25);
    closures.push(new Set([index, ...dependsOn.flatMap((other) => [...closures[other]!])]));
    return { dependsOn, conflictsWith: [] as number[] };
  });
  for (let pair = 0; pair < count; pair++) {
    const [one, other] = [below(rng, count), below(rng, count)];
    const together = one === other || closures.some((closure) => closure.has(one) && closure.has(other));
    if (!together && rng.next() < 0.3) specs[one]!.conflictsWith.push(other);
  }
  const plain = rng.next() < 0.5;
  return specs.map(({ dependsOn, conflictsWith }, index) => ({
    id: idOf(index),
    bytes: bytes(10 + below(rng, 60)),
    loadMs: ms(below(rng, 2000)),
    dependsOn: dependsOn.map(idOf),
    conflictsWith: conflictsWith.map(idOf),
    priority: plain ? 'normal' : oneOf(rng, someTimes),
    ...(rng.next() < 0.3 ? { checkMs: ms(500 + below(rng, 5000)) } : {}),
    ...(rng.next() < 0.3 ? { idleMs: ms(1000 + below(rng, 5000)) } : {}),
    ...(rng.next() < 0.15 ? { keepsMemory: true } : {}),
    ...(rng.next() < 0.3 ? { concurrency: 1 + below(rng, 3) } : {}),
  }));
}

/** A budget that any one of them fits into with all it depends on, and often little more. */
export function randomBudget(rng: Rng, specs: readonly ComponentSpec[]): number {
  const byId = new Map(specs.map((spec) => [spec.id, spec]));
  const largest = Math.max(
    ...specs.map((spec) => {
      const closure = new Set([spec]);
      for (const member of closure) for (const id of member.dependsOn) closure.add(byId.get(id)!);
      return [...closure].reduce((sum, member) => sum + member.bytes, 0);
    }),
  );
  return Math.ceil(largest * (1 + rng.next() * rng.next() * 2));
}

/** Few retries or many, a circuit that opens soon or late. @param jitter draws the times of retries */
export function randomFaults(rng: Rng, jitter: Rng): FaultOptions {
  return {
    retries: below(rng, 4),
    backoffMs: below(rng, 500),
    longestBackoffMs: 2000,
    openAfter: 1 + below(rng, 6),
    openMs: 1000 * (1 + below(rng, 30)),
    longestOpenMs: 60_000,
    rng: jitter,
  };
}

/** What may happen, the usual more often than the rest. One schedule in three closes, somewhere in its last third. */
export function randomActions(rng: Rng, length: number): WorldAction[] {
  const usual = weighted();
  const closeAt = rng.next() < 0.3 ? length - 1 - below(rng, length / 3) : length;
  return Array.from({ length }, (_, at) => (at === closeAt ? { kind: 'close' } : oneOf(rng, usual)(rng)));
}

type Draw = (rng: Rng) => WorldAction;

const draws: readonly [weight: number, draw: Draw][] = [
  [8, (rng) => ({ kind: 'command', user: below(rng, 2) })],
  [2, (rng) => ({ kind: 'text', user: below(rng, 2), text: oneOf(rng, ['show the screen', 'play music', '']) })],
  [2, (rng) => ({ kind: 'partial', user: below(rng, 2), text: oneOf(rng, ['show', 'show the', 'play mu', '']) })],
  [14, (rng) => ({ kind: 'demand', user: below(rng, 2), components: some(rng) })],
  [4, (rng) => ({ kind: 'served', user: below(rng, 2) })],
  [12, (rng) => ({ kind: 'release', nth: below(rng, 10) })],
  [2, (rng) => ({ kind: 'hint', component: below(rng, 10), user: below(rng, 2), within: below(rng, 5000) })],
  [4, (rng) => ({ kind: 'preload', component: below(rng, 10), lane: oneOf(rng, lanes) })],
  [8, (rng) => ({ kind: 'forecast', user: below(rng, 2), predictions: some(rng).map((each) => predicted(rng, each)) })],
  [6, (rng) => ({ kind: 'inferred', nth: below(rng, 4), predictions: some(rng).map((each) => predicted(rng, each)) })],
  [14, (rng) => ({ kind: 'loaded', nth: below(rng, 6), ...(rng.next() < 0.15 ? { size: 0.5 + rng.next() } : {}) })],
  [5, (rng) => ({ kind: 'load-failed', nth: below(rng, 6) })],
  [1, (rng) => ({ kind: 'hung', nth: below(rng, 6), ...(rng.next() < 0.3 ? { unload: true } : {}) })],
  [12, (rng) => ({ kind: 'unloaded', nth: below(rng, 6), ...(rng.next() < 0.05 ? { failed: true } : {}) })],
  [1, (rng) => ({ kind: 'reclaimed', component: below(rng, 10) })],
  [2, (rng) => ({ kind: 'crashed', nth: below(rng, 6) })],
  [1, (rng) => ({ kind: 'repeated', nth: below(rng, 40) })],
  [2, (rng) => ({ kind: 'unload', component: below(rng, 10) })],
  [4, pressed],
  [1, (rng) => ({ kind: 'interference', share: oneOf(rng, [0.1, 0.25, 0.5, 1]) })],
  [1, (rng) => ({ kind: 'budget', size: rng.next() < 0.5 ? 1 : 0.3 + rng.next() })],
  [2, (rng) => ({ kind: 'settings', settings: settings(rng) })],
  [3, () => ({ kind: 'warm' })],
  [6, (rng) => ({ kind: 'pass', ms: below(rng, rng.next() < 0.1 ? 100_000 : 2000) })],
];

function weighted(): Draw[] {
  return draws.flatMap(([weight, draw]) => Array.from({ length: weight }, () => draw));
}

/** At times with the number of bytes to give back, as probes tell it: then it is tight, and often only a little. */
function pressed(rng: Rng): WorldAction {
  if (rng.next() < 0.4) return { kind: 'pressure', level: 'low', ...(rng.next() < 0.3 ? { room: rng.next() } : {}) };
  if (rng.next() < 0.4) return { kind: 'pressure', level: oneOf(rng, pressureLevels) };
  const level = oneOf(rng, ['high', 'high', 'critical', 'emergency'] as const);
  const room = rng.next() < 0.5 ? {} : { room: rng.next() - 0.7 };
  return { kind: 'pressure', level, excess: rng.next() * rng.next() * 0.5, ...room };
}

/** Some settings, or all. */
function settings(rng: Rng): WorldSettings {
  const limits = (): { capacity: number; workers: number } => ({
    capacity: 1 + below(rng, 8),
    workers: 1 + below(rng, 3),
  });
  const atOnce = (): { atOnce?: number } => (rng.next() < 0.5 ? { atOnce: 1 + below(rng, 4) } : {});
  const background = 0.1 + 0.5 * rng.next();
  const delayed = background + (0.95 - background) * rng.next();
  return {
    ...(rng.next() < 0.4 ? { budget: rng.next() < 0.5 ? 1 : 0.3 + rng.next() } : {}),
    ...(rng.next() < 0.3 ? { waste: rng.next() } : {}),
    ...(rng.next() < 0.3
      ? { lanes: { immediate: limits(), delayed: limits(), background: limits(), ...atOnce() } }
      : {}),
    ...(rng.next() < 0.3 ? { routing: { immediate: (1 + delayed) / 2, delayed, background } } : {}),
    ...(rng.next() < 0.3 ? { keepPrice: rng.next() < 0.5 ? null : 1000 * rng.next() ** 4 } : {}),
    ...(rng.next() < 0.3 ? { speculation: rng.next() < 0.7 ? 'load' : 'observe' } : {}),
  };
}

function predicted(rng: Rng, component: number): { component: number; step: Step; probability: number } {
  return { component, step: (1 + below(rng, 3)) as Step, probability: 0.2 + 0.8 * rng.next() };
}

const some = (rng: Rng): number[] => Array.from({ length: 1 + below(rng, 3) }, () => below(rng, 10));
const below = (rng: Rng, limit: number): number => Math.floor(rng.next() * limit);
const oneOf = <T>(rng: Rng, list: readonly T[]): T => list[below(rng, list.length)]!;
const idOf = (index: number): ComponentId => `c${index}` as ComponentId;
const someTimes: readonly Priority[] = ['normal', 'normal', 'low', 'high', 'core'];
