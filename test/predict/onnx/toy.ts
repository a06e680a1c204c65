import { type ComponentId, ms, type UserId } from '../../../src/model/ids.ts';
import type { Network } from '../../../src/predict/onnx/network.ts';
import { type RecordedCommand, type Recording, type SampleSet, samplesOf } from '../../../src/predict/onnx/samples.ts';
import { train } from '../../../src/predict/onnx/train.ts';
import { writeModel } from '../../../src/predict/onnx/write-model.ts';

/** Commands of one user, a minute apart; a component with its text after a colon, several joined by `|`. */
export function recording(words: readonly string[], user = 'ann'): Recording {
  const commands = words.map((word, at): RecordedCommand => {
    const [components, text = ''] = word.split(':') as [string, string?];
    const ids = components === '' ? [] : (components.split('|') as ComponentId[]);
    return { user: user as UserId, at: ms(at * 60_000), text, components: ids };
  });
  return { rows: commands.length, [Symbol.iterator]: () => commands.values() };
}

/** a, b, c in turn. */
export const turns = (length: number): Recording => recording(Array.from({ length }, (_, at) => 'abc'[at % 3]));

/** What is said is what is meant, in no order. */
export function spoken(length: number): Recording {
  const phrases = ['a:send the mail', 'b:play a song', 'c:open the door'];
  return recording(Array.from({ length }, (_, at) => phrases[(at * at * 7 + (at >> 2)) % 3]));
}

export const samples = (recordings: readonly Recording[], holdBack = 0.2): SampleSet =>
  samplesOf(recordings, { holdBack, text: true });

/** A small network that knows turns of a, b, c. */
export async function toyNetwork(): Promise<{ readonly set: SampleSet; readonly network: Network }> {
  const set = samples([turns(150)]);
  const { network } = await train(set, { hidden: 8, epochs: 60, seed: 1 });
  return { set, network };
}

/** The same as a file. */
export async function toyModel(): Promise<Uint8Array<ArrayBuffer>> {
  const { set, network } = await toyNetwork();
  return writeModel(network, set.encoding);
}
