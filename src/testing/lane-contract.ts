import type { LaneOptions, Lanes, Waiting } from '../lanes/lanes.ts';
import type { UserId } from '../model/ids.ts';
import { type Lane, lanes } from '../model/reason.ts';
import { type Rng, seededRng } from '../time/clock.ts';
import type { ContractCase } from './contract-case.ts';
import { promise, same } from './promise.ts';

const limits: LaneOptions = {
  immediate: { capacity: 3, workers: 1 },
  delayed: { capacity: 4, workers: 2 },
  background: { capacity: 6, workers: 3 },
};
const allWorkers = 6;

/** What every implementation of the three lanes must do. `make` gives empty ones. */
export function laneContract(make: (limits: LaneOptions) => Lanes): ContractCase[] {
  return [
    {
      name: 'does what a plain list does',
      run() {
        for (let seed = 1; seed <= 40; seed++) compare(make(limits), new PlainLanes(), seededRng(seed), 200);
      },
    },
    {
      name: 'keeps the order of arrival among equals',
      run() {
        const queue = make(limits);
        for (const component of [5, 3, 4]) queue.offer(entry(component, 'delayed', 1));
        same(
          queue.entries('delayed').map((waiting) => waiting.component),
          [5, 3, 4],
          'as they came',
        );
      },
    },
    {
      name: 'lends a worker to what waited nowhere, as long as one is free',
      run() {
        const queue = make(limits);
        queue.offer(entry(1, 'delayed', 1));
        same([queue.takeWorker('delayed'), queue.takeWorker('delayed')], [true, true], 'it has two');
        same([queue.takeWorker('delayed'), queue.take('delayed')], [false, undefined], 'and no more');
        queue.freeWorker('delayed');
        same([queue.take('delayed')?.component, queue.takeWorker('delayed')], [1, false], 'one is free again');
      },
    },
    {
      name: 'gives a worker to the entry worth most, and no more workers than there are',
      run() {
        const queue = make(limits);
        for (const [component, worth] of [1, 3, 2].entries()) queue.offer(entry(component, 'immediate', worth));
        same(queue.take('immediate')?.component, 1, 'worth most');
        same(queue.take('immediate'), undefined, 'its one worker is busy');
        queue.freeWorker('immediate');
        same(queue.take('immediate')?.component, 2, 'the next');
      },
    },
  ];
}

/** The contract in its plainest form: one list, sorted when asked. */
class PlainLanes {
  readonly list: Waiting[] = [];
  share = 1;
  workers = allWorkers;

  of(lane: Lane): Waiting[] {
    return this.list.filter((waiting) => waiting.lane === lane).sort((a, b) => b.worth - a.worth);
  }

  full(lane: Lane): boolean {
    return this.of(lane).length > Math.floor(limits[lane].capacity * this.share);
  }

  drop(lane: Lane): Waiting {
    const last = this.of(lane).at(-1)!;
    this.list.splice(this.list.indexOf(last), 1);
    return last;
  }

  offer(offered: Waiting): Waiting | null {
    const before = this.list.find((waiting) => waiting.component === offered.component);
    if (before) this.list.splice(this.list.indexOf(before), 1);
    const weaker = before && lanes.indexOf(before.lane) < lanes.indexOf(offered.lane);
    const placed = weaker ? { ...offered, lane: before.lane } : offered;
    this.list.push(placed);
    if (!this.full(placed.lane)) return null;
    const loser = this.drop(placed.lane);
    if (loser !== placed || !before || before.lane === placed.lane) return loser;
    this.list.push({ ...offered, lane: before.lane });
    return null;
  }
}

function compare(queue: Lanes, plain: PlainLanes, rng: Rng, steps: number): void {
  const running: Record<Lane, number> = { immediate: 0, delayed: 0, background: 0 };
  for (let step = 0; step < steps; step++) {
    const lane = lanes[Math.floor(rng.next() * 3)]!;
    const component = Math.floor(rng.next() * 12);
    const kind = rng.next();
    if (kind < 0.6) {
      const offered = entry(component, lane, Math.floor(rng.next() * 5));
      same(queue.offer(offered)?.component, plain.offer(offered)?.component, 'who has to leave');
    } else if (kind < 0.75) {
      const at = plain.list.findIndex((waiting) => waiting.component === component);
      const [left] = at < 0 ? [] : plain.list.splice(at, 1);
      same(queue.remove(component)?.component, left?.component, 'who is removed');
    } else if (kind < 0.85) {
      const free = running[lane] < limits[lane].workers && busy(running) < plain.workers;
      const next = free ? plain.of(lane)[0] : undefined;
      if (next) plain.list.splice(plain.list.indexOf(next), 1);
      same(queue.take(lane)?.component, next?.component, 'who loads next');
      if (next) running[lane]++;
    } else if (kind < 0.93) {
      if (running[lane] > 0) queue.freeWorker(lane);
      running[lane] = Math.max(0, running[lane] - 1);
    } else if (kind < 0.95) {
      plain.workers = [0, 1, 3, allWorkers][component % 4]!;
      queue.staff(plain.workers / allWorkers);
      same(queue.workers, plain.workers, 'how many may load at once');
    } else if (kind < 0.97) {
      const worthOf = (waiting: Waiting): number => (waiting.component * (1 + (step % 5))) % 7;
      plain.list.sort((a, b) => b.worth - a.worth);
      plain.list.forEach((waiting, at) => (plain.list[at] = { ...waiting, worth: worthOf(waiting) }));
      queue.rerank(worthOf);
    } else {
      plain.share = [0, 0.5, 1][component % 3]!;
      const dropped: number[] = [];
      for (const each of lanes) while (plain.full(each)) dropped.push(plain.drop(each).component);
      same(
        queue.resize(plain.share).map((waiting) => waiting.component),
        dropped,
        'who is turned away, least worth first',
      );
    }
    agree(queue, plain, running);
  }
}

const busy = (running: Readonly<Record<Lane, number>>): number => lanes.reduce((sum, lane) => sum + running[lane], 0);

function agree(queue: Lanes, plain: PlainLanes, running: Readonly<Record<Lane, number>>): void {
  same(queue.size, plain.list.length, 'how many wait');
  for (const lane of lanes) {
    same(queue.entries(lane), plain.of(lane), `what waits in ${lane}`);
    same(queue.waiting(lane), plain.of(lane).length, `how many wait in ${lane}`);
    same(queue.running(lane), running[lane], `the workers of ${lane}`);
    promise(queue.waiting(lane) <= queue.capacity(lane), `${lane} keeps its capacity`);
    for (const waiting of plain.of(lane)) same(queue.get(waiting.component), waiting, 'found by its key');
  }
}

const entry = (component: number, lane: Lane, worth: number): Waiting => ({
  component,
  lane,
  worth,
  probability: 0.5,
  user: 'ann' as UserId,
});
