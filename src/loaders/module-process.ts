import type { Socket } from 'node:net';
import { deserialize, serialize } from 'node:v8';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { framed } from './frames.ts';
import { groupLoader } from './group-loader.ts';
import type { LoadContext, Loader } from './loader.ts';
import { hasEnded, type ProcessGroup } from './process-group.ts';
import { signalGroup } from './process-tree.ts';
import type { Remote } from './remote.ts';
import { RemoteBridge } from './remote-bridge.ts';
import { pipeFd, type RemoteAnswer, type RemoteRequest, remoteBootstrap } from './remote-bootstrap.ts';

/** Which module runs in a process of its own. */
export interface ModuleProcessOptions<T extends object> {
  readonly url: string;
  readonly args: readonly unknown[];
  readonly warmUp: (remote: Remote<T>, context: LoadContext) => Promise<unknown>;
  readonly env: NodeJS.ProcessEnv | undefined;
  readonly confine: boolean | undefined;
}

/** A module in a Node process of its own, behind the same bridge as one in a worker thread. */
export function moduleProcess<T extends object>({
  url,
  args,
  warmUp,
  env,
  confine,
}: ModuleProcessOptions<T>): Loader<Remote<T>> {
  return groupLoader<ProcessBridge<T>>({
    kind: 'process',
    program: () => ({
      command: process.execPath,
      // No flag more: threads and forks that the module starts would inherit it.
      args: ['--eval', remoteBootstrap],
      stdio: ['ignore', 'inherit', 'pipe', 'pipe'],
      ...(env === undefined ? {} : { env }),
      ...(confine === undefined ? {} : { confine }),
    }),
    ready: async (group, context) => {
      const bridge = new ProcessBridge<T>(group, context.id);
      await bridge.request({ kind: 'load', url, args }, `loading ${url}`);
      await warmUp(bridge, context);
      return bridge;
    },
    stop: (_, { pid }) => void signalGroup(pid, 'SIGTERM'),
    check: (bridge) => bridge.answers(),
    graceMs: 2000,
    remedy: 'look for process.exit or an uncaught error in its module',
  });
}

/** Ms from the end of the pipe to that of its process, if it ends. */
const endsMs = 200;

class ProcessBridge<T extends object> extends RemoteBridge<T> {
  readonly #group: ProcessGroup;
  readonly #pipe: Socket;
  readonly #send: (id: string, body: Uint8Array) => void;

  constructor(group: ProcessGroup, name: string) {
    super(`the process of ${name}`);
    this.#group = group;
    const { child } = group;
    this.#pipe = child.stdio[pipeFd] as Socket;
    this.#send = framed(this.#pipe, (id, body) => this.#read(id, body));
    // Writing to a program that has ended fails with EPIPE; the group tells of its end.
    this.#pipe.on('error', () => undefined).once('close', () => this.#cutOff());
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    void group.ended.then((error) => this.finish(group.stopping ? this.unloadedError() : error));
  }

  protected override post(id: string, request: RemoteRequest): void {
    const body = serialize({ request });
    // A pipe that is closed by now ends the bridge, which says more.
    if (this.#pipe.writable) this.#send(id, body);
  }

  #read(id: string, body: Buffer): void {
    try {
      this.receive({ id, ...(deserialize(body) as object) } as RemoteAnswer);
    } catch (error) {
      this.unreadable(error instanceof Error ? error : new Error(reasonOf(error)), id);
    }
  }

  /** The module closed the pipe, by which alone it can be reached: what is left of it serves nobody. */
  #cutOff(): void {
    const { child, pid, stopping } = this.#group;
    if (stopping) return;
    const late = setTimeout(() => {
      if (hasEnded(child)) return;
      this.finish(
        new ForeloadError('process-exited', {
          what: `${this.where} can't be reached any more`,
          found: 'a closed pipe',
          remedy: 'look for what closes descriptors in its module',
        }),
      );
      signalGroup(pid, 'SIGKILL');
    }, endsMs);
    late.unref();
  }

  protected override keepHost(awaited: boolean): void {
    if (awaited) this.#pipe.ref();
    else this.#pipe.unref();
  }
}
