// ringbuf.js as it is meant to be used between two threads.
import { RingBuffer } from 'ringbuf.js';

export class Queue extends RingBuffer {
  constructor(sab) {
    super(sab, Int32Array);
  }
}
export const newBuffer = (capacity) => RingBuffer.getStorageForCapacity(capacity * 4, Int32Array);
