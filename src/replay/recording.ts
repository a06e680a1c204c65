import { ms } from '../model/ids.ts';
import type { RecordedCommand, Recording } from '../predict/onnx/samples.ts';
import type { Trace } from '../trace/trace.ts';

/** A trace as something to learn from, command by command. */
export function recordingOf(trace: Trace): Recording {
  return {
    rows: trace.rows,
    *[Symbol.iterator](): Iterator<RecordedCommand> {
      for (let row = 0; row < trace.rows; row++) {
        const needs = trace.needs.subarray(trace.firstNeed[row], trace.firstNeed[row + 1]);
        yield {
          user: trace.users[trace.user[row]!]!,
          at: ms(trace.ts[row]!),
          text: trace.texts?.[row] ?? '',
          components: Array.from(needs, (need) => trace.components[need]!),
        };
      }
    },
  };
}
