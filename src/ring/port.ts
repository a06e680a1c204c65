import { type MessageKind, mostMessageBytes, writeMessage } from './messages.ts';
import { takePlace } from './open.ts';
import type { Ring } from './ring.ts';
import type { WasmMemory } from './web-assembly.ts';

/** What `foreload.port()` hands out, to be given to a worker thread as data. */
export interface PortHandle {
  readonly memory: WasmMemory;
  readonly party: number;
  /** Ids of the components, in the order of the configuration. */
  readonly components: readonly string[];
}

/**
 * A worker thread's end of a Foreload that runs in the main thread. Nothing waits for an answer: what is told is taken up
 * there in the next turn of the event loop. Where the ring is full it is not told, and counted in {@link dropped}.
 */
export class Port {
  readonly #ring: Ring;
  readonly #places: ReadonlyMap<string, number>;
  #dropped = 0;

  constructor({ memory, party, components }: PortHandle) {
    this.#ring = takePlace(memory, party);
    this.#places = new Map(components.map((id, place) => [id, place]));
  }

  /** How much could not be told, because more came than the main thread took up. */
  get dropped(): number {
    return this.#dropped;
  }

  /**
   * A user gives a command; see `Foreload.observe`. False: dropped, or the Foreload is closed.
   * @throws RangeError if user, text and tags take more than 7,152 bytes
   */
  observe(
    command: { readonly text?: string; readonly user?: string; readonly tags?: readonly string[] } = {},
  ): boolean {
    return this.#tell('observe', [command.user ?? 'default', command.text ?? '', ...(command.tags ?? [])]);
  }

  /** What a user has typed so far; see `Foreload.observePartial`. */
  observePartial({ text, user = 'default' }: { readonly text: string; readonly user?: string }): boolean {
    return this.#tell('partial', [user, text]);
  }

  /** A user's command has used a component here: it is demanded, and given back at once. What is cold loads. @throws RangeError for an unknown one */
  used(component: string, user: string = 'default'): boolean {
    const place = this.#places.get(component);
    if (place === undefined) {
      throw new RangeError(`there is no component "${component}"; known: ${[...this.#places.keys()].join(', ')}`);
    }
    return this.#tell('used', [user], place);
  }

  #tell(kind: MessageKind, parts: readonly string[], component: number = 0): boolean {
    const { buffer } = this.#ring;
    const count = writeMessage(buffer, kind, parts, component);
    if (count === 0)
      throw new RangeError(`what is told at once may take ${mostMessageBytes} bytes; give a shorter text`);
    if (this.#ring.pushMany(buffer, count, true) > 0) return true;
    this.#dropped++;
    return false;
  }
}

/**
 * Connects a worker thread to the Foreload that gave it the handle.
 *
 * @example
 * // Main thread:
 * const port = foreload.port();
 * const worker = new Worker('./plugin.js', { workerData: { port } });
 * port.of(worker);
 * // plugin.js:
 * const port = attachPort(workerData.port);
 * port.observe({ text: 'resize the image' });
 */
export function attachPort(handle: PortHandle): Port {
  return new Port(handle);
}
