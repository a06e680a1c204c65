import type { ComponentId, Millis, UserId } from '../../model/ids.ts';
import { steps } from '../../model/prediction.ts';
import type { Situation } from '../../model/situation.ts';
import { Encoder, type Encoding, hashOfUser } from './encoding.ts';
import { Situations } from './situations.ts';

/** One recorded command. */
export interface RecordedCommand {
  readonly user: UserId;
  readonly at: Millis;
  /** '' where it is not known. */
  readonly text: string;
  readonly components: readonly ComponentId[];
}

/** Commands of one recording, in order of time. Its users are apart from those of other recordings. */
export interface Recording extends Iterable<RecordedCommand> {
  readonly rows: number;
}

/** A situation, and what the commands after it demanded. */
export interface Sample {
  readonly indices: Int32Array;
  readonly values: Float32Array;
  /** By step: indices of components, those that the model does not know left out; null: that command never came. */
  readonly targets: (readonly number[] | null)[];
  /** By step: demands of components that the model does not know. */
  readonly unknown: number[];
  /** Whether the coming command, with its text, was known already. */
  readonly ownText: boolean;
}

/** What a network learns from, and what it is measured by. */
export interface SampleSet {
  /** Its components come most frequent first. */
  readonly encoding: Encoding;
  readonly learned: readonly Sample[];
  /** From the last part of each recording, which taught nothing. */
  readonly heldBack: readonly Sample[];
}

export interface SampleOptions {
  /** Share of each recording, its last part, that is held back: 0..1. */
  readonly holdBack: number;
  /** Whether texts are learned. */
  readonly text: boolean;
}

/** Components that a model knows at most: the most frequent. Each costs 5 inputs and 3 outputs. */
const componentLimit = 1024;
/** Users who get an input of their own, if they gave enough commands to learn from. */
const userLimit = 32;
const userCommands = 200;
/** Inputs that words are hashed to. */
const wordInputs = 512;
/** Samples that are learned from at most, the latest: a bound on memory, about 1 KB each, and on time. */
const sampleLimit = 200_000;
/** Held-back commands that are measured by at most, evenly spread. */
const heldBackLimit = 10_000;

/**
 * Makes samples of recorded commands: for each command that demanded something the situation before it, as when the one
 * before was served, and, where its text is known, the situation once it is announced.
 */
export function samplesOf(recordings: readonly Recording[], { holdBack, text }: SampleOptions): SampleSet {
  const learnedRows = recordings.map(({ rows }) => rows - Math.round(rows * holdBack));
  const encoding = encodingOf(recordings, learnedRows, text);
  const encoder = new Encoder(encoding);
  const learned: Sample[] = [];
  const heldBack: Sample[] = [];
  let left = learnedRows.reduce((sum, rows) => sum + rows, 0);
  const heldRows = recordings.reduce((sum, { rows }, number) => sum + rows - learnedRows[number]!, 0);
  const stride = Math.max(1, Math.ceil(heldRows / heldBackLimit));
  recordings.forEach((recording, number) => {
    const situations = new Situations();
    /** Of each user, the samples that wait for what comes, those of the latest command first. */
    let waiting = new Map<UserId, readonly (readonly Sample[])[]>();
    let row = 0;
    for (const { user, at, text: words, components } of recording) {
      // What is learned must not know what came of it in the held-back part.
      if (row === learnedRows[number]) waiting = new Map();
      const held = row++ >= learnedRows[number]!;
      const taken = held ? row % stride === 0 : left-- <= sampleLimit;
      const wanted = taken && components.length > 0;
      const said = text && words !== '';
      const made: Sample[] = [];
      const before = situations.lastOf(user);
      if (wanted && before !== null) made.push(newSample(encoder, situations.of(user, before), false));
      situations.command(user, at);
      if (said) situations.text(user, words);
      if (wanted && said) made.push(newSample(encoder, situations.of(user, at), true));
      for (const component of components) situations.demand(user, component);
      (held ? heldBack : learned).push(...made);
      if (components.length === 0) continue;
      const latest = [made, ...(waiting.get(user) ?? [])].slice(0, steps.length);
      waiting.set(user, latest);
      const known = components.map((id) => encoder.indexOf(id)).filter((index) => index !== undefined);
      latest.forEach((samples, back) => {
        for (const { targets, unknown } of samples) {
          targets[back] = known;
          unknown[back] = components.length - known.length;
        }
      });
    }
  });
  return { encoding, learned, heldBack };
}

function newSample(encoder: Encoder, situation: Situation, ownText: boolean): Sample {
  const { indices, values } = encoder.encode(situation);
  return {
    indices: Int32Array.from(indices),
    values: Float32Array.from(values),
    targets: steps.map(() => null),
    unknown: steps.map(() => 0),
    ownText,
  };
}

function encodingOf(recordings: readonly Recording[], learnedRows: readonly number[], text: boolean): Encoding {
  const demands = new Map<ComponentId, number>();
  const commands = new Map<number, number>();
  let anyText = false;
  recordings.forEach((recording, number) => {
    let row = 0;
    for (const { user, text: words, components } of recording) {
      if (row++ >= learnedRows[number]!) return;
      anyText ||= words !== '';
      commands.set(hashOfUser(user), (commands.get(hashOfUser(user)) ?? 0) + 1);
      for (const id of components) demands.set(id, (demands.get(id) ?? 0) + 1);
    }
  });
  const components = mostFrequent(demands, componentLimit);
  const users = mostFrequent(commands, userLimit).filter((user) => commands.get(user)! >= userCommands);
  return { components, users, words: text && anyText ? wordInputs : 0 };
}

function mostFrequent<Key>(counts: ReadonlyMap<Key, number>, limit: number): Key[] {
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  return sorted.slice(0, limit).map(([key]) => key);
}
