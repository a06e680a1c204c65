// The module of a worker component, with functions to call; and the same functions behind two rings, arguments and results as JSON.
import { parentPort, workerData } from 'node:worker_threads';

export const add = (a, b) => a + b;
export const tell = (text) => ({ length: text.length, words: text.split(' ') });

const functions = { add, tell };
if (workerData?.rings) {
  // A wait for the ring does not keep the thread alive.
  parentPort.on('message', () => undefined);
  const { attachRing } = await import('../../dist/ring/open.js');
  const { receive } = await import('./texts.mjs');
  const [out, back] = workerData.rings.map((memory) => attachRing(memory));
  const { push } = await import('./texts.mjs');
  await receive(out, async (text) => {
    const [id, name, args] = JSON.parse(text);
    push(back, JSON.stringify([id, await functions[name](...args)]));
  });
}
