import { hashWord } from '../predict/words.ts';
import type { Cost } from '../trace/read-costs.ts';
import type { Trace } from '../trace/trace.ts';

/** What each component of a trace costs, and where that is from. */
export interface CostTable {
  /** By component index. */
  readonly of: readonly Cost[];
  /** For people: where the costs come from. */
  readonly source: string;
  /** The user named a table of costs. */
  readonly given: boolean;
}

/** Slowest load that is drawn: the one measured component beyond it (48 s) would be an outlier in any trace. */
const slowestDrawn = 40_000;

/**
 * Costs for every component of a trace: from a table where it names the component, else drawn from the catalogue of
 * measured components by a stable hash of the id, so that every run and every trace gives an id the same costs.
 */
export function costsFor(
  trace: Trace,
  table: { readonly costs: ReadonlyMap<string, Cost>; readonly source: string } | null,
  catalogue: ReadonlyMap<string, Cost>,
  given: boolean,
): CostTable {
  const drawable = [...catalogue.values()].filter((cost) => cost.loadMs <= slowestDrawn);
  let drawn = 0;
  const of = trace.components.map((id): Cost => {
    const known = table?.costs.get(id);
    if (known) return known;
    drawn++;
    return drawable[hashWord(id) % drawable.length]!;
  });
  const draw = `drawn from ${drawable.length} measured components by a stable hash of the id`;
  if (!table) return { of, source: draw, given };
  const rest = drawn === 0 ? '' : `; ${drawn} of ${of.length} components ${draw}`;
  return { of, source: `${table.source}${rest}`, given };
}
