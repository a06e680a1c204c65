import { ForeloadError } from '../model/errors.ts';

/** What a peer sends: a request, a notification or an answer. */
export interface Message {
  readonly jsonrpc: '2.0';
  readonly id?: number | string | null;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

/** Bytes of a header, at most: a program that never ends one says something else. */
const longestHeader = 65_536;
/** Bytes of a message, at most. */
const longestMessage = 64 * 1_048_576;

/** Messages of the base protocol out of what a stream brings, in whatever pieces. What is long is put together once. */
export class RpcMessages {
  readonly #name: string;
  /** What came of a message that was not taken yet. */
  #pieces: Buffer[] = [];
  #held = 0;
  /** Bytes that must be held before there is anything more to see. */
  #needed = 1;

  /** @param name of the component, for errors */
  constructor(name: string) {
    this.#name = name;
  }

  push(chunk: Buffer): void {
    this.#pieces.push(chunk);
    this.#held += chunk.length;
  }

  /**
   * The next message; null: it is not whole yet.
   * @throws ForeloadError `remote-error` for what is none, a header over 64 KB or a message over 64 MB
   */
  next(): Message | null {
    if (this.#held < this.#needed) return null;
    const held = this.#pieces.length === 1 ? this.#pieces[0]! : Buffer.concat(this.#pieces, this.#held);
    const header = this.#headerOf(held);
    const whole = header ? header.end + header.length : held.length + 1;
    if (!header || held.length < whole) {
      this.#keep(held, whole);
      return null;
    }
    const rest = held.subarray(whole);
    // A little of the next message would hold all of this one in memory.
    this.#keep(rest.length < held.length / 2 ? Buffer.from(rest) : rest, 1);
    const body = held.toString('utf8', header.end, whole);
    return messageIn(body) ?? this.#refuse(JSON.stringify(body.slice(0, 80)));
  }

  /** Forgets what is held. */
  drop(): void {
    this.#keep(Buffer.alloc(0), 1);
  }

  #keep(held: Buffer, needed: number): void {
    this.#pieces = held.length === 0 ? [] : [held];
    this.#held = held.length;
    this.#needed = needed;
  }

  /** Null: it is not whole yet. */
  #headerOf(from: Buffer): { readonly end: number; readonly length: number } | null {
    const end = from.subarray(0, longestHeader).indexOf('\r\n\r\n');
    if (end < 0 && from.length < longestHeader) return null;
    const text = from.toString('latin1', 0, end < 0 ? 80 : end);
    const length = end < 0 ? Number.NaN : Number(/content-length: *(\d+)/i.exec(text)?.[1] ?? Number.NaN);
    if (!Number.isSafeInteger(length)) this.#refuse(JSON.stringify(text.slice(0, 80)));
    if (length > longestMessage) {
      throw new ForeloadError('remote-error', {
        what: `the program of ${this.#name} announced a message that is too long`,
        found: `${length} bytes`,
        remedy: `ask it for less at a time; a message may have ${longestMessage} bytes`,
      });
    }
    return { end: end + 4, length };
  }

  #refuse(found: string): never {
    throw new ForeloadError('remote-error', {
      what: `the program of ${this.#name} does not speak JSON-RPC`,
      found,
      remedy: 'check its command: many need an argument such as --stdio',
    });
  }
}

/** Null: it is none. An answer to nobody, or of a form of its own, is one still. */
function messageIn(body: string): Message | null {
  let found: unknown;
  try {
    found = JSON.parse(body);
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null || Array.isArray(found)) return null;
  const { id, method } = found as Readonly<Record<keyof Message, unknown>>;
  const sound = (method === undefined || typeof method === 'string') && (id === null || typeof id !== 'object');
  return sound ? (found as Message) : null;
}
