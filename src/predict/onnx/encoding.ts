import type { ComponentId, UserId } from '../../model/ids.ts';
import type { Situation } from '../../model/situation.ts';
import { hashWord } from '../words.ts';

/** What the inputs and outputs of one model stand for: kept in its file, so that the two can't part. */
export interface Encoding {
  /** What `probabilities` are of, in order. */
  readonly components: readonly ComponentId[];
  /** 32-bit hashes of users who have an input of their own. */
  readonly users: readonly number[];
  /** Inputs that words are hashed to; 0: the model knows no text. */
  readonly words: number;
}

/** Latest demands that have a block of inputs each. */
export const latest = 4;
/** Blocks of one input a component: the latest demands, and how lately each was demanded at all. */
export const blocks: number = latest + 1;
/** What a demand counts in the last block, of what the one after it counts. */
const fading = 0.8;
/** What the words of an earlier command count, of what those of the one after it count. */
const saidFading = 0.5;
/** Upper ends of the gaps between two commands that are told apart, in ms; one more is longer than all. */
const gapEnds = [1000, 5000, 20_000, 60_000, 300_000, 1_800_000, 14_400_000];
const gaps = gapEnds.length + 1;
const day = 86_400_000;
const week = 7 * day;

/** How many inputs a situation has. */
export const inputsOf = ({ components, users, words }: Encoding): number =>
  blocks * components.length + users.length + 4 + gaps + 1 + 2 * words;

/** Inputs that are not zero: `values[i]` at `indices[i]`. Where an index comes twice its values add up. */
export interface SparseInput {
  readonly indices: number[];
  readonly values: number[];
}

/**
 * Turns situations into inputs, in this order (C components, U users, W words):
 * four blocks of C, 1 where the latest, second latest... demand was of that component; C of how lately each was demanded,
 * the latest 1, each before it 0.8 of the next, added up over 20; U, 1 at the user; sine and cosine of the time of day and
 * of the week (UTC, the week begins on a Thursday as 1970 did); 8, 1 at the gap between the latest two commands; 1 if the
 * coming command is given already; W of the coming command's words, each 1 / sqrt(their number); W of the words of up to
 * three commands before, each half of the next.
 */
export class Encoder {
  readonly encoding: Encoding;
  readonly inputs: number;
  readonly #components: ReadonlyMap<ComponentId, number>;
  readonly #users: ReadonlyMap<number, number>;

  constructor(encoding: Encoding) {
    this.encoding = encoding;
    this.inputs = inputsOf(encoding);
    this.#components = new Map(encoding.components.map((id, index) => [id, index]));
    this.#users = new Map(encoding.users.map((hash, index) => [hash, index]));
  }

  indexOf(component: ComponentId): number | undefined {
    return this.#components.get(component);
  }

  encode(situation: Situation): SparseInput {
    const input: SparseInput = { indices: [], values: [] };
    const put = (index: number, value: number): void => {
      input.indices.push(index);
      input.values.push(value);
    };
    const { components, users, words } = this.encoding;
    const count = components.length;
    let weight = 1;
    situation.recent.forEach((component, back) => {
      const index = this.#components.get(component);
      if (index !== undefined && back < latest) put(back * count + index, 1);
      if (index !== undefined) put(latest * count + index, weight);
      weight *= fading;
    });
    let at = blocks * count;
    const user = this.#users.get(hashOfUser(situation.user));
    if (user !== undefined) put(at + user, 1);
    at += users.length;
    for (const period of [day, week]) {
      const angle = ((situation.at % period) / period) * 2 * Math.PI;
      put(at++, Math.sin(angle));
      put(at++, Math.cos(angle));
    }
    if (situation.gapMs !== null) put(at + gapOf(situation.gapMs), 1);
    at += gaps;
    if (situation.announced) put(at, 1);
    at++;
    if (words === 0) return input;
    for (const word of situation.words) put(at + (word % words), 1 / Math.sqrt(situation.words.length));
    at += words;
    situation.said.forEach((text, back) => {
      for (const word of text) put(at + (word % words), saidFading ** back / Math.sqrt(text.length));
    });
    return input;
  }

  /** Adds a situation's inputs to a row of zeros. */
  addTo(row: Float32Array, situation: Situation): void {
    const { indices, values } = this.encode(situation);
    for (let i = 0; i < indices.length; i++) row[indices[i]!]! += values[i]!;
  }
}

export const hashOfUser = (user: UserId): number => hashWord(user);

function gapOf(ms: number): number {
  const found = gapEnds.findIndex((end) => ms < end);
  return found < 0 ? gapEnds.length : found;
}
