import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** Ports that programs of this process were given, and may not listen on yet. */
const reserved = new Set<number>();

/** A TCP port of this machine. */
export interface ReservedPort {
  readonly port: number;
  /** It may be given to another program. */
  release(): void;
}

/** A free port, which no other program that is started here is given meanwhile. Another process may still take it first. */
export async function reservePort(): Promise<ReservedPort> {
  for (;;) {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    if (reserved.has(port)) continue;
    reserved.add(port);
    return { port, release: () => void reserved.delete(port) };
  }
}

/** The text with the port in place of every `{port}`. */
export function withPort(text: string, port: number | undefined): string {
  return port === undefined ? text : text.replaceAll('{port}', String(port));
}
