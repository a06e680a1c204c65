import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { get as ask, type IncomingMessage } from 'node:http';
import { get as askTls } from 'node:https';
import { connect } from 'node:net';
import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { ForeloadError } from '../model/errors.ts';
import { untilSettled } from './abort.ts';
import type { LoadContext } from './loader.ts';
import { withPort } from './ports.ts';

/** What the option `ready` of `childProcess` is given. */
export interface ReadyContext extends LoadContext {
  /** The port that the program was given; undefined: it was given none. */
  readonly port: number | undefined;
}

/** Waits until a child process is usable, and may make its value: the option `ready` of `childProcess`. */
export type Readiness<T = void> = (child: ChildProcess, context: ReadyContext) => Promise<T>;

const retryMs = 50;
const attemptMs = 5000;
const mostRedirects = 5;

/** Ready when the program writes a line that matches, to stdout or stderr. */
export function whenLine(pattern: RegExp): Readiness {
  return async (child, { id, signal }) => {
    const outputs = [child.stdout, child.stderr].filter((output) => output !== null);
    if (outputs.length === 0) {
      throw new ForeloadError('invalid-option', {
        what: `${id} waits for a line of output, but no output is piped`,
        remedy: "set stdio to 'pipe', or use whenHttp or whenTcp",
      });
    }
    await untilSettled(signal, (own) => Promise.race(outputs.map((output) => lineOf(output, pattern, own.signal))));
  };
}

/**
 * Ready when it answers a text written to its standard input with a line that matches, on its standard output.
 * @example childProcess({ command: 'engine', stdio: 'pipe', ready: whenReplies('uci\n', /^uciok/) })
 */
export function whenReplies(request: string, reply: RegExp): Readiness {
  return async ({ stdin, stdout }, { id, signal }) => {
    if (!stdin || !stdout) {
      throw new ForeloadError('invalid-option', {
        what: `${id} is to be asked over its standard input, but that is not piped`,
        remedy: "set stdio to 'pipe'",
      });
    }
    await untilSettled(signal, (own) => {
      const line = lineOf(stdout, reply, own.signal);
      stdin.write(request);
      return line;
    });
  };
}

/** Ready when a GET of the address answers with a success status, redirects followed. In text, `{port}` stands for the port that the program was given. */
export function whenHttp(url: string | URL): Readiness {
  const address = String(url);
  // An address that is none is told at once.
  void new URL(withPort(address, 1));
  return (_child, { signal, port }) =>
    retried(signal, (attempt) => answersHttp(new URL(withPort(address, port)), attempt));
}

/** Ready when the port accepts a connection: by default the one that the program was given. The host defaults to 127.0.0.1. */
export function whenTcp(port?: number, host = '127.0.0.1'): Readiness {
  return async (_child, { id, signal, port: given }) => {
    const asked = port ?? given;
    if (asked === undefined) {
      throw new ForeloadError('invalid-option', {
        what: `${id} waits for a port, but none is named`,
        remedy: 'name one, or set port: true so that the program is given one',
      });
    }
    await acceptsConnections(asked, host, signal);
  };
}

/** Resolves once a port takes connections. Only the signal ends it early. */
export function acceptsConnections(port: number, host: string, signal: AbortSignal): Promise<void> {
  return retried(signal, (attempt) => acceptsTcp(port, host, attempt));
}

/** Settles with the first matching line; rejects when the signal fires; otherwise waits on, for the program may have closed it. */
function lineOf(output: Readable, pattern: RegExp, signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  let pending = '';
  return new Promise((resolve, reject) => {
    const read = (chunk: Buffer) => {
      const lines = (pending + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
      pending = lines.pop() ?? '';
      // `search` ignores the position that a pattern with the g or y flag keeps.
      if (lines.some((line) => line.search(pattern) >= 0)) resolve();
    };
    output.on('data', read);
    signal.addEventListener(
      'abort',
      () => {
        output.off('data', read);
        reject(signal.reason as Error);
      },
      { once: true },
    );
  });
}

/** Tries until it works. Only the signal ends it early. */
async function retried(signal: AbortSignal, attempt: (signal: AbortSignal) => Promise<boolean>): Promise<void> {
  while (!(await untilSettled(signal, (own) => within(attemptMs, own, attempt)))) {
    await delay(retryMs, undefined, { signal });
  }
}

async function within(
  limitMs: number,
  own: AbortController,
  attempt: (signal: AbortSignal) => Promise<boolean>,
): Promise<boolean> {
  const timer = setTimeout(() => own.abort(), limitMs);
  try {
    return await attempt(own.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Not by `fetch`, which in Node 20 keeps 23 KB for good of each port it ever asked: programs get a new one with each load. */
async function answersHttp(url: URL, signal: AbortSignal, redirects: number = mostRedirects): Promise<boolean> {
  try {
    const { statusCode = 0, headers } = await headOf(url, signal);
    const moved = statusCode >= 300 && statusCode < 400 && headers.location !== undefined;
    if (!moved) return statusCode >= 200 && statusCode < 300;
    return redirects > 0 && (await answersHttp(new URL(headers.location!, url), signal, redirects - 1));
  } catch {
    // Refused, reset, too slow: not ready yet.
    return false;
  }
}

async function headOf(url: URL, signal: AbortSignal): Promise<IncomingMessage> {
  const request =
    url.protocol === 'https:' ? askTls(url, { agent: false, signal }) : ask(url, { agent: false, signal });
  // What comes after the first answer is of no interest; without a listener it would be thrown.
  request.on('error', () => undefined);
  try {
    const [response] = (await once(request, 'response', { signal })) as [IncomingMessage];
    return response;
  } finally {
    request.destroy();
  }
}

async function acceptsTcp(port: number, host: string, signal: AbortSignal): Promise<boolean> {
  const socket = connect({ port, host });
  try {
    await once(socket, 'connect', { signal });
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
