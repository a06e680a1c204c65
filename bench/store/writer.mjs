// Writes to a store as fast as it can, and to a second file how many entries the store has taken, until it is killed.
// Usage: node bench/store/writer.mjs FOLDER NAME ACKNOWLEDGED
import { openSync, writeSync } from 'node:fs';
import { fileStore } from '../../dist/store/file-store.js';

const [folder, user, acknowledged] = process.argv.slice(2);
const session = fileStore(folder, { text: true }).open(Date.now());
const acks = openSync(acknowledged, 'a');
const text = 'x'.repeat(40);
let saving = Promise.resolve();
process.stdout.write('writing\n');
for (let n = 0; ; n++) {
  session.append({ kind: 'command', at: Date.now(), user, text: `${n} ${text}` });
  writeSync(acks, `${n}\n`);
  if (n % 500 === 499) {
    const seen = new Uint8Array(new Uint32Array([n]).buffer);
    saving = saving.then(() => session.save(seen));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
