import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { vi } from 'vitest';

/** A PostgreSQL server of the test's own, reached by a socket in a folder of its own. */
export class PostgresServer {
  readonly folder: string = mkdtempSync(join(tmpdir(), 'foreload-pg-'));
  readonly #bin: string;
  #child: ChildProcess | undefined;

  constructor(bin: string) {
    this.#bin = bin;
    if (as) chownSync(this.folder, as.uid, as.gid);
    const options = ['-D', join(this.folder, 'data'), '-A', 'trust', '-U', 'test', '--no-sync'];
    execFileSync(join(bin, 'initdb'), options, { ...as, cwd: this.folder, stdio: 'ignore' });
  }

  get address(): { host: string; user: string; database: string } {
    return { host: this.folder, user: 'test', database: 'postgres' };
  }

  /** Starts it, unless it runs. */
  async start(): Promise<void> {
    if (this.#child) return;
    const args = ['-D', join(this.folder, 'data'), '-k', this.folder, '-h', '', '-F'];
    this.#child = spawn(join(this.#bin, 'postgres'), args, { ...as, cwd: this.folder, stdio: 'ignore' });
    const asked = ['-h', this.folder, '-U', 'test', '-d', 'postgres', '-q'];
    await vi.waitFor(() => execFileSync(join(this.#bin, 'pg_isready'), asked), { timeout: 20_000 });
  }

  /** Ends it at once, and with it all connections. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child) return;
    const exit = once(child, 'exit');
    child.kill('SIGQUIT');
    await exit;
  }

  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.folder, { recursive: true });
  }
}

/** Where PostgreSQL's programs are; undefined: it is not installed here. */
export function postgresPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).map((version) => join(debian, version, 'bin')) : [];
  const folders = [...versions, ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.find((folder) => ['initdb', 'postgres', 'pg_isready'].every((name) => existsSync(join(folder, name))));
}

/** It refuses to run as root; `nobody` is everywhere. */
const as: { uid: number; gid: number } | undefined =
  process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : undefined;
