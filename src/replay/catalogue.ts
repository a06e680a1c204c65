import type { KnownComponent } from '../predict/predictor.ts';
import type { Trace } from '../trace/trace.ts';

/**
 * The components of a trace as the application that made it would register them: all from the start, by name alone.
 * Sorted, because the order in which a trace first names them tells what comes.
 */
export function catalogueOf(trace: Trace): KnownComponent[] {
  return trace.components.toSorted().map((id) => ({ id }));
}
