import type { Ring } from './ring.ts';
import { descriptorBytes, scratchDescriptors } from './layout.ts';

/** What a worker thread tells through a ring: a kind, and texts. */
export interface Message {
  readonly kind: MessageKind;
  readonly parts: readonly string[];
  /** Of `used`: which component, by its place in the configuration. */
  readonly component: number;
}

/** `observe`: user, text, tags. `partial`: user, text. `used`: user. */
export type MessageKind = (typeof kinds)[number];
const kinds = ['observe', 'partial', 'used'] as const;

/** Bytes that the texts of a message may take, in UTF-8. */
export const mostMessageBytes: number = (scratchDescriptors - 1) * descriptorBytes;

const separator = '\u0000';

/**
 * Writes a message into descriptors: one that says its kind and length, then its texts as bytes. Returns how many there are;
 * 0: it is too long.
 */
export function writeMessage(into: Int32Array, kind: MessageKind, parts: readonly string[], component: number): number {
  const joined = parts.length === 1 ? clean(parts[0]!) : parts.map(clean).join(separator);
  const bytes = Buffer.from(into.buffer, into.byteOffset + descriptorBytes, mostMessageBytes);
  // What does not fit is cut off, so a text as long as the room may have been longer.
  const length = bytes.write(joined);
  if (length > mostMessageBytes - 4 && Buffer.byteLength(joined) > length) return 0;
  into[0] = kinds.indexOf(kind);
  into[1] = length;
  into[2] = component;
  return 1 + Math.ceil(length / descriptorBytes);
}

/**
 * Reads what {@link writeMessage} wrote, for a single consumer: the slots of a message follow one another, but a pop may end
 * between them.
 */
export class MessageReader {
  readonly #ring: Ring;
  readonly #cells = new Int32Array(8 * scratchDescriptors);
  readonly #bytes = Buffer.from(this.#cells.buffer);
  /** Descriptors of a message that has not come to its end. */
  #kept = 0;

  constructor(ring: Ring) {
    this.#ring = ring;
  }

  /** What has come since; at most 448 descriptors of it, so ask until nothing comes. */
  *read(): Generator<Message> {
    const { buffer } = this.#ring;
    const came = this.#ring.popMany(buffer);
    this.#cells.set(buffer.subarray(0, came * 4), this.#kept * 4);
    const all = this.#kept + came;
    let at = 0;
    while (at < all) {
      const length = this.#cells[at * 4 + 1]!;
      const end = at + 1 + Math.ceil(length / descriptorBytes);
      if (end > all) break;
      const begin = (at + 1) * descriptorBytes;
      const parts = this.#bytes.toString('utf8', begin, begin + length).split(separator);
      yield { kind: kinds[this.#cells[at * 4]!]!, parts, component: this.#cells[at * 4 + 2]! };
      at = end;
    }
    this.#cells.copyWithin(0, at * 4, all * 4);
    this.#kept = all - at;
  }
}

const clean = (text: string): string => (text.includes(separator) ? text.replaceAll(separator, ' ') : text);
