import { framed } from './frames.ts';

/** What the host asks of where a module runs. `load` comes first, once; the others at any time after it. */
export type RemoteRequest =
  | { readonly kind: 'load'; readonly url: string; readonly args: readonly unknown[] }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly unknown[] }
  /** The id of its thread, where the platform tells it. */
  | { readonly kind: 'thread' }
  | { readonly kind: 'measure' }
  | { readonly kind: 'ping' };

/** On which descriptor a process has the pipe. */
export const pipeFd = 3;

/** An error as it crosses the boundary: structured clone would drop the name of a custom class. */
export interface CarriedError {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
}

/** The answer to the request with the same number. */
export type RemoteAnswer =
  | { readonly id: string; readonly value: unknown }
  | { readonly id: string; readonly error: CarriedError };

/**
 * The program that every worker, and every process with a module, begins with: it answers {@link RemoteRequest}s on its parent
 * port, or on the pipe to the parent process.
 * It is source text, because Node 20 starts both from JavaScript only, whereas the tests run from TypeScript;
 * text is the one form that is the same in both. It reads alike as CommonJS and as an ES module, whichever Node takes it for.
 * To a process everything but its number goes as bytes, over a pipe that is the bridge's alone: Node's own channel turns what
 * it can't copy into empty objects, and what is nested too deeply would end the host that reads it.
 */
export const remoteBootstrap: string = `
'use strict';
const { parentPort } = process.getBuiltinModule('node:worker_threads');
const { deserialize, getHeapStatistics, serialize } = process.getBuiltinModule('node:v8');
const { readlinkSync } = process.getBuiltinModule('node:fs');
const { Socket } = process.getBuiltinModule('node:net');
const framed = ${framed.toString()};
let exported = {};

/** A port's methods, over the pipe. */
function overPipe() {
  const pipe = new Socket({ fd: ${pipeFd} });
  let heard;
  const send = framed(pipe, (id, bytes) => heard({ id, bytes }));
  pipe.on('error', () => {}).on('close', () => process.exit());
  return {
    on: (_, hear) => { heard = hear; },
    postMessage: ({ id, ...answer }) => send(id, serialize(answer)),
  };
}
const parent = parentPort ?? overPipe();

const answers = {
  async load({ url, args }) {
    exported = await import(url);
    if (typeof exported.load === 'function') await exported.load(...args);
  },
  call({ name, args }) {
    if (typeof exported[name] === 'function') return exported[name](...args);
    const known = Object.keys(exported).filter((key) => typeof exported[key] === 'function');
    throw new TypeError('the module exports no function ' + JSON.stringify(name) + ', only: ' + known.join(', '));
  },
  measure() {
    const heap = getHeapStatistics();
    return heap.total_heap_size + heap.malloced_memory + heap.external_memory;
  },
  thread() {
    try {
      return Number(readlinkSync('/proc/thread-self').split('/').pop());
    } catch {
      return undefined;
    }
  },
  ping() {},
};

function carried(error) {
  try {
    if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
    return { name: String(error.name), message: String(error.message), stack: String(error.stack) };
  } catch {
    return { name: 'Error', message: 'what was thrown has no text' };
  }
}

parent.on('message', async ({ id, ...sent }) => {
  try {
    const { request } = sent.bytes ? deserialize(sent.bytes) : sent;
    const value = await answers[request.kind](request);
    parent.postMessage({ id, value });
  } catch (error) {
    parent.postMessage({ id, error: carried(error) });
  }
});
`;
