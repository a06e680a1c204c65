import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';

/**
 * A small shell beside this process that does what can't be done here, line by line. It starts with the first line if not before, starts
 * anew if it has ended, and sees the end of its input when this process ends, however it ends. Nothing on Windows.
 */
export class Shell {
  readonly #script: string;
  readonly #begin: () => readonly string[];
  #input: Socket | undefined;

  /** @param begin the lines that each one that starts is told first */
  constructor(script: string, begin: () => readonly string[] = () => []) {
    this.#script = script;
    this.#begin = begin;
  }

  tell(line: string): void {
    this.start();
    this.#input?.write(`${line}\n`);
  }

  start(): void {
    if (this.#input !== undefined || process.platform === 'win32') return;
    // A group of its own, so that a Ctrl-C in the terminal does not end it first.
    const shell = spawn('/bin/sh', ['-c', this.#script], { detached: true, stdio: ['pipe', 'ignore', 'ignore'] });
    const input: Socket | undefined = (shell.stdin as Socket | null) ?? undefined;
    const forget = (): void => {
      if (this.#input === input) this.#input = undefined;
    };
    shell.on('error', forget).on('exit', forget).unref();
    input?.on('error', forget).unref();
    this.#input = input;
    for (const line of this.#begin()) input?.write(`${line}\n`);
  }
}
