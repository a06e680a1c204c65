import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CliIo } from '../../src/cli/io.ts';
import { main } from '../../src/cli/program.ts';
import type { ReplayJson } from '../../src/cli/replay-json.ts';
import { ms } from '../../src/model/ids.ts';

export interface CliResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command line in this process, on a clock that goes on by 1 ms at each look. */
export async function foreload(args: readonly string[], change: Partial<CliIo> = {}): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  let now = 0;
  const io: CliIo = {
    stdout: (text) => void (stdout += text),
    stderr: (text) => void (stderr += text),
    colour: false,
    columns: 0,
    signal: new AbortController().signal,
    clock: { now: () => ms(now++) },
    debug: false,
    ...change,
  };
  const code = await main(args, io);
  return { code, stdout, stderr };
}

/** A folder of its own for the files of one test file. */
export class Files {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'foreload-cli-'));
  #count = 0;

  write(name: string, content: string | Uint8Array): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  /** A trace of rows `ts,user,command,components`. */
  trace(rows: readonly string[], name: string = `trace-${this.#count++}.csv`): string {
    return this.write(name, `ts,user,command,components\n${rows.map((row) => `${row}\n`).join('')}`);
  }

  /** A table of rows `component,memory_mb,load_ms`. */
  costs(rows: readonly string[], name: string = `costs-${this.#count++}.csv`): string {
    return this.write(name, `component,memory_mb,load_ms\n${rows.map((row) => `${row}\n`).join('')}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Replays and returns the JSON; fails on any other ending. */
export async function replay(args: readonly string[]): Promise<ReplayJson> {
  const { code, stdout, stderr } = await foreload(['replay', ...args, '--json']);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout) as ReplayJson;
}
