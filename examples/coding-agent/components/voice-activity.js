import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inChild } from '../hosts.js';

/** Half a second at 16 kHz and 16 bit. */
const silence = Buffer.alloc(16000).toString('base64');

export const voiceActivity = {
  id: 'voice-activity',
  kind: 'onnx',
  what: 'hears whether someone dictates: Silero VAD',
  // In a child, not in a thread: a thread that is ended while ONNX Runtime makes a session takes its host with it.
  loader: inChild('voice-activity.js', () => silence),
  size: '74MB',
  loadMs: 270,
  async use(model, n) {
    const speaks = n % 2 === 0;
    const probability = await model.ask(speaks ? await speech() : silence);
    assert.equal(probability > 0.5, speaks);
    return `${speaks ? 'speech' : 'silence'}: ${probability.toFixed(3)}`;
  },
};

async function speech() {
  const recording = await readFile(new URL('../samples/speech.s16le', import.meta.url));
  return recording.subarray(0, 16000).toString('base64');
}
