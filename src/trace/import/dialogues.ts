import { seededRng } from '../../time/clock.ts';
import type { TraceRow } from '../write-trace.ts';
import { Expect, Ids, type Importer, jsonIn, MadeTime, notOf, objectsIn, type SourceFile, unique } from './importer.ts';

/** A row for each turn of a user: the services it speaks of, and the methods that the system then calls. */
export const sgd: Importer = {
  about: 'dialogues_*.json of one split of github.com/google-research-datasets/dstc8-schema-guided-dialogue',
  rows(files, first) {
    const ids = new Ids();
    const time = new MadeTime(10_000, 120_000);
    return sessionsOf(files, first).flatMap(({ file, fields }) => {
      const expect = new Expect(file);
      const user = expect.text(fields, 'dialogue_id');
      const turns = expect.list(fields, 'turns');
      time.session();
      return turns.flatMap((turn, at): TraceRow[] => {
        if (turn['speaker'] !== 'USER') return [];
        const services = expect.list(turn, 'frames').map((frame) => expect.text(frame, 'service'));
        const next = turns[at + 1];
        const answers = next?.['speaker'] === 'SYSTEM' ? expect.list(next, 'frames') : [];
        const calls = answers.flatMap((frame) => {
          const call = frame['service_call'] as { readonly method?: unknown } | undefined;
          return typeof call?.method === 'string' ? [`${expect.text(frame, 'service')}.${call.method}`] : [];
        });
        const components = unique([...services, ...calls].map((name) => ids.of(name)));
        return [{ at: time.step(), user, text: expect.text(turn, 'utterance'), components }];
      });
    });
  },
};

/** Single utterances. The source is sorted by intent, so they are shuffled: their order means nothing. */
export function clinc150(split: 'train' | 'val' | 'test'): Importer {
  return {
    about: `data_full.json of github.com/clinc/oos-eval (${split}); shuffled, the order means nothing`,
    rows: ([file]) => {
      const all = objectsOf(file);
      const rows = [split, `oos_${split}`].flatMap((name) => {
        if (Array.isArray(all[name])) return all[name] as unknown[];
        throw notOf(file!.name, `no list ${name}`);
      });
      const ids = new Ids();
      const time = new MadeTime(60_000, 0);
      return shuffled(rows).map((row): TraceRow => {
        const [text, intent] = Array.isArray(row) ? (row as unknown[]) : [];
        if (typeof text !== 'string' || typeof intent !== 'string') throw notOf(file!.name, JSON.stringify(row));
        return { at: time.step(), user: 'u0', text, components: intent === 'oos' ? [] : [ids.of(intent)] };
      });
    },
  };
}

/** Single utterances, in the order of the source; it means nothing. */
export const slurp: Importer = {
  about: 'dataset/slurp/devel.jsonl or test.jsonl of github.com/pswietojanski/slurp',
  rows(files, first) {
    const ids = new Ids();
    const time = new MadeTime(60_000, 0);
    return sessionsOf(files, first).map(({ file, fields }): TraceRow => {
      const expect = new Expect(file);
      const component = ids.of(`${expect.text(fields, 'scenario')}-${expect.text(fields, 'action')}`);
      return { at: time.step(), user: 'u0', text: expect.text(fields, 'sentence'), components: [component] };
    });
  },
};

/** The objects of all files, no more than `first`. */
export function sessionsOf(
  files: readonly SourceFile[],
  first: number,
): { readonly file: SourceFile; readonly fields: Readonly<Record<string, unknown>> }[] {
  return files.flatMap((file) => objectsIn(file).map((fields) => ({ file, fields }))).slice(0, first);
}

function objectsOf(file: SourceFile | undefined): Readonly<Record<string, unknown>> {
  const all = file && jsonIn(file, file.text);
  if (typeof all === 'object' && all !== null) return all as Readonly<Record<string, unknown>>;
  throw notOf(file?.name ?? 'nothing', 'no object');
}

/** Fisher and Yates, with a fixed seed. */
function shuffled<T>(given: readonly T[]): T[] {
  const all = [...given];
  const rng = seededRng(1);
  for (let at = all.length - 1; at > 0; at--) {
    const other = Math.floor(rng.next() * (at + 1));
    [all[at], all[other]] = [all[other]!, all[at]!];
  }
  return all;
}
