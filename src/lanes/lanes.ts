import { ForeloadError } from '../model/errors.ts';
import type { UserId } from '../model/ids.ts';
import { type Lane, lanes } from '../model/reason.ts';

/** How many preloads may wait in a lane, and how many load at once. */
export interface LaneLimits {
  readonly capacity: number;
  readonly workers: number;
}

export interface LaneOptions extends Readonly<Record<Lane, LaneLimits>> {
  /** How many load at once in all lanes together, at least 1. Default: what the lanes allow in sum. */
  readonly atOnce?: number;
}

export const defaultLanes: LaneOptions = {
  immediate: { capacity: 10, workers: 3 },
  delayed: { capacity: 20, workers: 3 },
  background: { capacity: 50, workers: 3 },
};

/** The lane of a name that a caller gave. @throws ForeloadError `unknown-lane` */
export function laneNamed(name: string): Lane {
  const lane = lanes.find((known) => known === name);
  if (lane) return lane;
  const remedy = `use one of ${lanes.join(', ')}`;
  throw new ForeloadError('unknown-lane', { what: 'no such lane', found: JSON.stringify(name), remedy });
}

/** A preload that waits for a worker. */
export interface Waiting {
  readonly component: number;
  readonly lane: Lane;
  readonly probability: number;
  /** What it is worth to have it: orders the lane. See `worthOf`. */
  readonly worth: number;
  /** Whose forecast asks for it; null: asked for by name, so no forecast can let it lapse. */
  readonly user: UserId | null;
}

/**
 * The three lanes: lists ordered by worth, keyed by component, so that one component waits in one place.
 * A lane holds tens of entries, where a sorted array beats a heap and removal by key is free of bookkeeping.
 */
export class Lanes {
  #limits: LaneOptions;
  readonly #queues: Readonly<Record<Lane, Waiting[]>> = { immediate: [], delayed: [], background: [] };
  readonly #waiting = new Map<number, Waiting>();
  readonly #running: Record<Lane, number> = { immediate: 0, delayed: 0, background: 0 };
  #allWorkers: number;
  #share = 1;
  #staffed = 1;
  #workers: number;

  constructor(limits: LaneOptions) {
    this.#limits = limits;
    this.#allWorkers = workersOf(limits);
    this.#workers = this.#allWorkers;
  }

  get size(): number {
    return this.#waiting.size;
  }

  get(component: number): Waiting | undefined {
    return this.#waiting.get(component);
  }

  /** What waits in a lane, worth most first; a copy, so that it may be read while entries leave. */
  entries(lane: Lane): readonly Waiting[] {
    return this.#queues[lane].slice();
  }

  running(lane: Lane): number {
    return this.#running[lane];
  }

  waiting(lane: Lane): number {
    return this.#queues[lane].length;
  }

  capacity(lane: Lane): number {
    return Math.floor(this.#limits[lane].capacity * this.#share);
  }

  /** How many may load at once in all lanes together; each lane's own limit holds besides. */
  get workers(): number {
    return this.#workers;
  }

  /**
   * Puts a preload into its lane. If the component waits already, the stronger lane wins and worth is renewed; if the
   * stronger one is full of entries worth more, it stays where it is.
   * Returns who has to leave because the lane is full: an entry worth less, the newcomer itself, or nobody.
   */
  offer(entry: Waiting): Waiting | null {
    const before = this.#waiting.get(entry.component);
    const stays = before && lanes.indexOf(before.lane) < lanes.indexOf(entry.lane);
    const placed = stays ? { ...entry, lane: before.lane } : entry;
    if (before) this.remove(before.component);
    this.#insert(placed);
    if (this.#queues[placed.lane].length <= this.capacity(placed.lane)) return null;
    const loser = this.#dropLast(placed.lane);
    if (loser !== placed || !before || before.lane === placed.lane) return loser;
    this.#insert({ ...entry, lane: before.lane });
    return null;
  }

  remove(component: number): Waiting | undefined {
    const entry = this.#waiting.get(component);
    if (!entry) return undefined;
    this.#waiting.delete(component);
    const queue = this.#queues[entry.lane];
    queue.splice(queue.indexOf(entry), 1);
    return entry;
  }

  /** The entry that should load next, if its lane has a free worker. It leaves the queue and holds the worker. */
  take(lane: Lane): Waiting | undefined {
    if (this.#running[lane] >= this.#limits[lane].workers || this.#allRunning() >= this.#workers) return undefined;
    const entry = this.#queues[lane][0];
    if (!entry) return undefined;
    this.remove(entry.component);
    this.#running[lane]++;
    return entry;
  }

  /** Takes a worker for a load that waited in no lane. False: none is free. */
  takeWorker(lane: Lane): boolean {
    if (this.#running[lane] >= this.#limits[lane].workers || this.#allRunning() >= this.#workers) return false;
    this.#running[lane]++;
    return true;
  }

  /** A load has ended, or did not begin: its worker is free again. */
  freeWorker(lane: Lane): void {
    this.#running[lane]--;
  }

  /** Shrinks or restores all capacities (0..1 of the configured ones). Returns those turned away, least worth first. */
  resize(share: number): Waiting[] {
    this.#share = share;
    const turnedAway: Waiting[] = [];
    for (const lane of lanes) {
      while (this.#queues[lane].length > this.capacity(lane)) turnedAway.push(this.#dropLast(lane));
    }
    return turnedAway;
  }

  /** Sets other limits. Loads that run go on. Returns those turned away, least worth first. */
  limit(limits: LaneOptions): Waiting[] {
    this.#limits = limits;
    this.#allWorkers = workersOf(limits);
    this.staff(this.#staffed);
    return this.resize(this.#share);
  }

  /** Orders every lane anew by what its entries are worth now; equals stay in the order they were in. */
  rerank(worthOf: (entry: Waiting) => number): void {
    for (const lane of lanes) {
      const ranked = this.#queues[lane].map((entry) => ({ ...entry, worth: worthOf(entry) }));
      ranked.sort((a, b) => b.worth - a.worth);
      this.#queues[lane].splice(0, ranked.length, ...ranked);
      for (const entry of ranked) this.#waiting.set(entry.component, entry);
    }
  }

  /** Sets how many workers all lanes share: 0..1 of the configured ones, at least one unless 0. Loads that run go on. */
  staff(share: number): void {
    this.#staffed = share;
    this.#workers = share > 0 ? Math.max(1, Math.floor(this.#allWorkers * share)) : 0;
  }

  #allRunning(): number {
    return this.#running.immediate + this.#running.delayed + this.#running.background;
  }

  #insert(entry: Waiting): void {
    const queue = this.#queues[entry.lane];
    let at = queue.length;
    while (at > 0 && queue[at - 1]!.worth < entry.worth) at--;
    queue.splice(at, 0, entry);
    this.#waiting.set(entry.component, entry);
  }

  #dropLast(lane: Lane): Waiting {
    const last = this.#queues[lane].pop()!;
    this.#waiting.delete(last.component);
    return last;
  }
}

/** How many may load at once in all lanes together. */
export const workersOf = (limits: LaneOptions): number =>
  Math.min(
    limits.atOnce ?? Number.POSITIVE_INFINITY,
    lanes.reduce((sum, lane) => sum + limits[lane].workers, 0),
  );
