// Texts through a ring: one descriptor that says how many bytes follow, then those.
import { moreToCome } from '../../dist/ring/waiting.js';

export function push(ring, text) {
  const { buffer } = ring;
  const bytes = Buffer.from(buffer.buffer, buffer.byteOffset + 16, buffer.byteLength - 16);
  const length = bytes.write(text);
  buffer[0] = length;
  if (ring.pushMany(buffer, 1 + Math.ceil(length / 16), true) <= 0) throw new Error('the ring is full');
}

export async function receive(ring, take) {
  const cells = new Int32Array(4 * 896);
  const bytes = Buffer.from(cells.buffer);
  let kept = 0;
  while (!ring.closed) {
    const came = ring.popMany(ring.buffer);
    if (came === 0) {
      await moreToCome(ring.memory);
      continue;
    }
    cells.set(ring.buffer.subarray(0, came * 4), kept * 4);
    const all = kept + came;
    let at = 0;
    while (at < all) {
      const length = cells[at * 4];
      const end = at + 1 + Math.ceil(length / 16);
      if (end > all) break;
      take(bytes.toString('utf8', (at + 1) * 16, (at + 1) * 16 + length));
      at = end;
    }
    cells.copyWithin(0, at * 4, all * 4);
    kept = all - at;
  }
}
