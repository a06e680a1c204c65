import { ForeloadError } from '../model/errors.ts';

/** "Foreload" and a line end that careless copying would change; then version, length and checksum, 32 bits each. */
const mark: readonly number[] = [0x46, 0x6f, 0x72, 0x65, 0x6c, 0x6f, 0x61, 0x64, 0x0d, 0x0a, 0, 0];
const headerLength = 24;
const versionAt = 12;
const lengthAt = 16;
const sumAt = 20;

/** Puts a header around bytes by which {@link unseal} knows that they are whole and what they are. */
export function seal(version: number, payload: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(headerLength + payload.length);
  sealed.set(mark);
  sealed.set(payload, headerLength);
  const header = new DataView(sealed.buffer);
  header.setUint32(versionAt, version, true);
  header.setUint32(lengthAt, payload.length, true);
  header.setUint32(sumAt, checksum(payload), true);
  return sealed;
}

/**
 * The bytes that {@link seal} got.
 * @throws ForeloadError `invalid-snapshot` where they are cut, damaged, foreign or of another version
 */
export function unseal(version: number, sealed: Uint8Array): Uint8Array {
  const refuse = (what: string, found: string): never => {
    throw new ForeloadError('invalid-snapshot', {
      what,
      found,
      remedy: 'begin without it: all of it can be learned again',
    });
  };
  if (sealed.length < headerLength || mark.some((byte, at) => sealed[at] !== byte)) {
    return refuse('this is no snapshot of a forecast', `${sealed.length} bytes of something else`);
  }
  const header = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
  const found = header.getUint32(versionAt, true);
  if (found !== version) return refuse(`the snapshot is not of version ${version}`, `version ${found}`);
  const length = header.getUint32(lengthAt, true);
  // A plain copy: a Buffer's slice would be a view of memory that it shares with others.
  const payload = new Uint8Array(sealed.subarray(headerLength));
  if (payload.length !== length) {
    return refuse(`the snapshot should hold ${length} bytes after its header`, `${payload.length}`);
  }
  if (checksum(payload) !== header.getUint32(sumAt, true)) return refuse('the snapshot is damaged', 'another checksum');
  return payload;
}

/** FNV-1a over 32 bits. */
function checksum(bytes: Uint8Array): number {
  let sum = 0x811c9dc5;
  // By index: an iterator takes ten times as long, and a snapshot may hold tens of megabytes.
  for (let at = 0; at < bytes.length; at++) sum = Math.imul(sum ^ bytes[at]!, 0x01000193);
  return sum >>> 0;
}
