import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { inChild } from '../hosts.js';

const height = 48;
const screenshots = [
  { file: 'screenshot-1.pgm', text: '3 tests failed' },
  { file: 'screenshot-2.pgm', text: 'Build passed' },
  { file: 'screenshot-3.pgm', text: 'Exit code 137' },
];

export const readScreenshot = {
  id: 'read-screenshot',
  kind: 'onnx',
  what: 'reads a line of a screenshot: PP-OCRv4',
  loader: inChild('read-screenshot.js', () => pixelsOf('screenshot-1.pgm')),
  size: '93MB',
  loadMs: 340,
  async use(model, n) {
    const { file, text } = screenshots[n % screenshots.length];
    const seen = await model.ask(await pixelsOf(file));
    assert.equal(seen, text);
    return `reads "${seen}"`;
  },
};

/** A PGM file is a short header, then one byte for each pixel. */
async function pixelsOf(file) {
  const picture = await readFile(new URL(`../samples/${file}`, import.meta.url));
  const [, width] = /^P5\s+(\d+)\s/.exec(picture.toString('latin1', 0, 20));
  return picture.subarray(picture.length - Number(width) * height).toString('base64');
}
