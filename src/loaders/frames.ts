import type { Socket } from 'node:net';

/**
 * Numbered messages over a pipe, of any length and in both directions: 4 bytes with the length of what follows the fifth, one
 * with that of the id, the id, the body. The other end runs the text of this function, so it knows nothing but its arguments.
 * @param hear what came, whole; the body is valid for as long as anybody holds it
 * @returns sends a message
 */
export function framed(pipe: Socket, hear: (id: string, body: Buffer) => void): (id: string, body: Uint8Array) => void {
  const start = 5;
  let pieces: Buffer[] = [];
  let held = 0;
  let needed = start;
  pipe.on('data', (chunk: Buffer) => {
    pieces.push(chunk);
    held += chunk.length;
    while (held >= needed) {
      const all = pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces, held);
      const end = start + all.readUInt32LE(0);
      const whole = held >= end;
      pieces = [whole ? all.subarray(end) : all];
      needed = whole ? start : end;
      if (!whole) continue;
      held -= end;
      const body = start + all[4]!;
      hear(all.toString('latin1', start, body), all.subarray(body, end));
    }
  });
  return (id, body) => {
    const header = Buffer.alloc(start + id.length);
    header.writeUInt32LE(id.length + body.length, 0);
    header[4] = id.length;
    header.write(id, start, 'latin1');
    pipe.cork();
    pipe.write(header);
    pipe.write(body);
    pipe.uncork();
  };
}
