import { ms } from '../model/ids.ts';
import type { EvictionPolicy } from '../residency/eviction-policy.ts';
import { type Rng, seededRng } from '../time/clock.ts';
import type { ContractCase } from './contract-case.ts';
import { promise, same } from './promise.ts';

/** What every {@link EvictionPolicy} must do, whatever it prefers. `make` gives a new one that holds nothing. */
export function evictionPolicyContract(make: () => EvictionPolicy): ContractCase[] {
  return [
    {
      name: 'has a name',
      run: () => promise(/^[a-z0-9-]+$/.test(make().name), 'a name is a word in lower case'),
    },
    {
      name: 'ranks what is in memory, all of it and each once',
      run() {
        for (let seed = 1; seed <= 20; seed++) {
          const policy = make();
          const held = new Set<number>();
          act(policy, seededRng(seed), 200, (component, present) => {
            if (present) held.add(component);
            else held.delete(component);
            const ranked = [...policy.victims(ms(0))];
            same(ranked.toSorted(ascending), [...held].toSorted(ascending), 'ranked is what is held');
          });
        }
      },
    },
    {
      name: 'ranks the same when asked again, or when its list was read only in part',
      run() {
        const policy = make();
        act(policy, seededRng(1), 100);
        const first = [...policy.victims(ms(200))];
        for (const component of policy.victims(ms(200))) if (component >= 0) break;
        same([...policy.victims(ms(200))], first, 'reading changes nothing');
      },
    },
    {
      name: 'ranks the same after the same calls',
      run() {
        const [one, other] = [make(), make()];
        act(one, seededRng(2), 300);
        act(other, seededRng(2), 300);
        same([...one.victims(ms(400))], [...other.victims(ms(400))], 'nothing is drawn or timed');
      },
    },
    {
      name: 'takes no notice of what is not in memory',
      run() {
        const policy = make();
        policy.budget(100);
        policy.touch(7, ms(1));
        policy.measured(7, 10, 10);
        policy.remove(8, false);
        policy.remove(9, true);
        same([...policy.victims(ms(2))], [], 'nothing is held');
      },
    },
    {
      name: 'holds a component once that comes twice, and not after one removal',
      run() {
        const policy = make();
        policy.budget(100);
        policy.insert(1, 10, 10, ms(1), true);
        policy.insert(1, 20, 10, ms(2), false);
        same([...policy.victims(ms(3))], [1], 'once');
        policy.remove(1, true);
        same([...policy.victims(ms(4))], [], 'gone');
      },
    },
    {
      name: 'ranks what is larger than the budget too',
      run() {
        const policy = make();
        policy.budget(10);
        policy.insert(1, 5, 1, ms(1), false);
        same([...policy.victims(ms(1))], [1], 'one is held');
        policy.insert(2, 50, 1, ms(2), false);
        policy.touch(2, ms(3));
        policy.measured(1, 60, 1);
        same([...policy.victims(ms(3))].toSorted(ascending), [1, 2], 'both are held');
      },
    },
    {
      name: 'goes on when the engine keeps the first of its victims and evicts others, and when the budget changes',
      run() {
        const policy = make();
        policy.budget(60);
        for (let component = 0; component < 10; component++) policy.insert(component, 5, 1, ms(component), false);
        for (let component = 0; component < 10; component += 2) policy.touch(component, ms(20));
        for (let left = 10; left > 1; left--) {
          const ranked = [...policy.victims(ms(30))];
          policy.remove(ranked[left % 3 === 0 ? ranked.length - 1 : 1]!, true);
          policy.budget(5 * left);
          const kept = ranked.filter((component) => [...policy.victims(ms(30))].includes(component));
          same(kept.length, left - 1, 'one left');
        }
      },
    },
  ];
}

/** Random calls about ten components, as an engine makes them. Tells after each whether its component is in memory. */
function act(
  policy: EvictionPolicy,
  rng: Rng,
  steps: number,
  told: (component: number, present: boolean) => void = () => undefined,
): void {
  const held = new Set<number>();
  policy.budget(40);
  for (let step = 0; step < steps; step++) {
    const component = Math.floor(rng.next() * 10);
    const kind = Math.floor(rng.next() * 5);
    if (kind === 0) {
      policy.insert(component, 1 + component, 1 + 100 * component, ms(step), rng.next() < 0.3);
      held.add(component);
    } else if (kind === 3) {
      policy.remove(component, rng.next() < 0.5);
      held.delete(component);
    } else if (kind === 4) policy.measured(component, 1 + Math.floor(rng.next() * 20), 1 + component);
    else policy.touch(component, ms(step));
    told(component, held.has(component));
  }
}

const ascending = (a: number, b: number): number => a - b;
