import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { ForeloadError } from '../model/errors.ts';
import { mostParties } from '../ring/layout.ts';
import { type Message, MessageReader } from '../ring/messages.ts';
import type { PortHandle } from '../ring/port.ts';
import { reap } from '../ring/reap.ts';
import { createRing, reservePlace } from '../ring/open.ts';
import type { Ring } from '../ring/ring.ts';
import { moreToCome } from '../ring/waiting.ts';

/** Slots: about so many commands may be told before the main thread takes them up. */
const slots = 256;

/** A place in a Foreload for a worker thread, to be handed to it as data; there `attachPort` of `foreload/worker` takes it. */
export class WorkerPort implements PortHandle {
  readonly memory: PortHandle['memory'];
  readonly party: number;
  readonly components: readonly string[];
  readonly #ended: (party: number) => void;

  constructor(handle: PortHandle, ended: (party: number) => void) {
    this.memory = handle.memory;
    this.party = handle.party;
    this.components = handle.components;
    this.#ended = ended;
  }

  /** Whose port it is: when that worker ends, at whatever point, its place becomes free again. */
  of(worker: Worker): void {
    worker.once('exit', () => this.#ended(this.party));
  }
}

/** What worker threads tell through one ring. Nothing is allocated before the first port. */
export class Ports {
  readonly #take: (message: Message) => void;
  readonly #components: readonly string[];
  #ring: Ring | null = null;
  #ended: number[] = [];

  constructor(components: readonly string[], take: (message: Message) => void) {
    this.#components = components;
    this.#take = take;
  }

  /** @throws ForeloadError `invalid-option` when all are in use */
  open(): WorkerPort {
    const { memory } = (this.#ring ??= this.#begin());
    const handle = { memory, party: placeIn(memory), components: this.#components };
    return new WorkerPort(handle, (party) => {
      this.#ended.push(party);
      this.#clear();
    });
  }

  close(): void {
    this.#ring?.close();
  }

  #begin(): Ring {
    const ring = createRing(slots);
    void this.#pump(ring);
    return ring;
  }

  /** Takes up what is told, a part each turn of the event loop. Does not keep the process alive while nothing comes. */
  async #pump(ring: Ring): Promise<void> {
    const reader = new MessageReader(ring);
    while (!ring.closed) {
      let any = false;
      for (const message of reader.read()) {
        any = true;
        if (!ring.closed) this.#take(message);
      }
      if (this.#ended.length > 0) this.#clear();
      if (any) await nextTurn();
      else await moreToCome(ring.memory);
    }
  }

  #clear(): void {
    if (this.#ring && reap(this.#ring.memory, this.#ended).undecided === 0) this.#ended = [];
  }
}

function placeIn(memory: PortHandle['memory']): number {
  try {
    return reservePlace(memory);
  } catch (cause) {
    // The ring is our own: all that can be wrong with it is that it is full.
    throw new ForeloadError('invalid-option', {
      what: 'no port is free',
      // One place is that of the main thread.
      found: `${mostParties - 1} in use`,
      remedy: 'tell whose each port is by its of(worker): it is free again once that worker ends',
      cause,
    });
  }
}
