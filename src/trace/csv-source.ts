import { createReadStream } from 'node:fs';
import { addAbortSignal, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { ForeloadError, reasonOf } from '../model/errors.ts';

/** Thrown into the parser to end it: the reader has all that it wants. */
const enough = new Error('enough records');

/**
 * Reads the records of a CSV file, plain or gzip (told by its first bytes), from a path or `-` for standard input.
 * Stops reading as soon as `onRecord` returns false; rejects with the reason of `signal` when that is aborted.
 */
export async function readCsv(
  path: string,
  onRecord: (record: readonly string[], line: number) => boolean,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const parser = parse({
    bom: true,
    skip_empty_lines: true,
    on_record: (record: string[], context) => {
      if (!onRecord(record, context.lines)) throw enough;
      return null;
    },
  });
  parser.resume();
  const source = path === '-' ? process.stdin : createReadStream(path);
  if (signal) addAbortSignal(signal, source);
  try {
    const { first, rest } = await peek(source);
    const zipped = first[0] === 0x1f && first[1] === 0x8b;
    if (zipped) await pipeline(rest, createGunzip(), parser);
    else await pipeline(rest, parser);
  } catch (error) {
    if (error === enough) return;
    signal?.throwIfAborted();
    throw asTraceError(error, path);
  } finally {
    source.destroy();
  }
}

/** The first chunk of a stream, and a stream that still begins with it. */
async function peek(source: AsyncIterable<Buffer>): Promise<{ first: Buffer; rest: Readable }> {
  const chunks = source[Symbol.asyncIterator]();
  const start = await chunks.next();
  const first = start.done ? Buffer.alloc(0) : start.value;
  async function* rest(): AsyncGenerator<Buffer> {
    yield first;
    for (;;) {
      const next = await chunks.next();
      if (next.done) return;
      yield next.value;
    }
  }
  return { first, rest: Readable.from(rest(), { objectMode: false }) };
}

const fileTroubles: Readonly<Record<string, readonly [found: string, remedy: string]>> = {
  ENOENT: ['no such file', 'check the path'],
  EISDIR: ['a folder', 'name a .csv or .csv.gz file in it'],
  EACCES: ['a file that may not be read', 'check its permissions'],
  Z_BUF_ERROR: ['a gzip file that ends too early', 'fetch or write the file again'],
  Z_DATA_ERROR: ['damaged gzip data', 'fetch or write the file again'],
};

function asTraceError(error: unknown, path: string): unknown {
  if (error instanceof ForeloadError) return error;
  const what = `can't read ${path === '-' ? 'standard input' : path}`;
  if (error instanceof CsvError) {
    return new ForeloadError('invalid-trace', {
      what,
      where: `line ${Number(error['lines'] ?? 0)}`,
      found: reasonOf(error),
      remedy: 'correct the CSV: as many columns as the header has, quotes doubled inside quoted fields',
    });
  }
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const known = fileTroubles[code];
  if (!known) return error;
  return new ForeloadError('invalid-trace', { what, found: known[0], remedy: known[1], cause: error });
}
