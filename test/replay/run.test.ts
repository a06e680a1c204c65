import { expect, it } from 'vitest';
import { bytes, type ComponentId, ms, type UserId } from '../../src/model/ids.ts';
import { Markov2 } from '../../src/predict/markov2.ts';
import type { KnownComponent } from '../../src/predict/predictor.ts';
import { costsFor } from '../../src/replay/costs.ts';
import { parsePolicy } from '../../src/replay/policy-spec.ts';
import { run } from '../../src/replay/run.ts';
import { newWorkload, parseBudget } from '../../src/replay/workload.ts';

it('makes every component of the trace known before its first row, once, in an order that tells nothing', async () => {
  const known: KnownComponent[][] = [];
  class Registering extends Markov2 {
    register(components: readonly KnownComponent[]): void {
      known.push([...components]);
    }
    override command(...asked: Parameters<Markov2['command']>): void {
      expect(known).toHaveLength(1);
      super.command(...asked);
    }
  }
  const trace = {
    name: 'test',
    rows: 3,
    ts: Float64Array.of(0, 1, 2),
    user: Int32Array.of(0, 1, 0),
    users: ['u', 'v'] as UserId[],
    needs: Int32Array.of(0, 1, 2),
    firstNeed: Int32Array.of(0, 1, 2, 3),
    components: ['c', 'a', 'b'] as ComponentId[],
    texts: null,
  };
  const table = new Map([['x', { bytes: bytes(1), loadMs: ms(0) }]]);
  const costs = costsFor(trace, null, table, false);
  const budget = parseBudget('1slots');
  const workload = newWorkload({ trace, costs, budget, scope: 'user', scoreFrom: 0, lead: 0 });
  await run(workload, parsePolicy('foreload'), { makePredictor: () => new Registering(), waste: 1 });
  expect(known).toEqual([[{ id: 'a' }, { id: 'b' }, { id: 'c' }]]);
});
