import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ForeloadError, reasonOf } from '../../model/errors.ts';
import type { TraceRow } from '../write-trace.ts';
import { bfclMultiturn, livemcpbench, tauBench } from './agents.ts';
import { clinc150, sgd, slurp } from './dialogues.ts';
import type { Importer } from './importer.ts';
import { abbVs, alibabaGenai, msnbc, unixPurdue } from './logs.ts';

/** The public sources that can be imported, by name. */
export const sources: Readonly<Record<string, Importer>> = {
  'abb-vs': abbVs,
  'alibaba-genai': alibabaGenai,
  'bfcl-multiturn': bfclMultiturn,
  'clinc150-test': clinc150('test'),
  'clinc150-train': clinc150('train'),
  'clinc150-val': clinc150('val'),
  livemcpbench,
  msnbc,
  sgd,
  slurp,
  'tau-bench': tauBench,
  'unix-purdue': unixPurdue,
};

/**
 * Reads files of a public source, plain or gzip, as rows of a trace in order of time.
 * @param first takes only so many sessions, dialogues or tasks of sources that are made of them
 * @throws ForeloadError `invalid-option` for an unknown source, `invalid-trace` for files of another form
 */
export async function importTrace(
  source: string,
  paths: readonly string[],
  first: number = Number.POSITIVE_INFINITY,
): Promise<TraceRow[]> {
  const importer = Object.hasOwn(sources, source) ? sources[source] : undefined;
  if (!importer) {
    throw new ForeloadError('invalid-option', {
      what: 'no such source',
      found: JSON.stringify(source),
      remedy: `give one of ${Object.keys(sources).join(', ')}`,
    });
  }
  const files = await Promise.all(paths.map(async (path) => ({ name: basename(path), text: await textIn(path) })));
  const rows = importer.rows(files, first);
  if (rows.length > 0) return rows.sort((one, other) => one.at - other.at);
  throw new ForeloadError('invalid-trace', {
    what: `${paths.join(', ')} holds no command`,
    remedy: 'see foreload trace import --help for the files it takes',
  });
}

async function textIn(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    const zipped = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return (zipped ? await promisify(gunzip)(bytes) : bytes).toString();
  } catch (error) {
    throw new ForeloadError('invalid-trace', {
      what: `can't read ${path}`,
      found: reasonOf(error),
      remedy: 'check the path',
      cause: error,
    });
  }
}
