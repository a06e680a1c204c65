import { deserialize, serialize } from 'node:v8';
import { ForeloadError, reasonOf } from '../model/errors.ts';
import { groupLoader } from './group-loader.ts';
import type { LoadContext, Loader } from './loader.ts';
import { hasEnded, type ProcessGroup } from './process-group.ts';
import { signalGroup } from './process-tree.ts';
import type { Remote } from './remote.ts';
import { RemoteBridge } from './remote-bridge.ts';
import { type RemoteAnswer, type RemoteRequest, remoteBootstrap } from './remote-bootstrap.ts';

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
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      serialization: 'advanced',
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

/** A request or an answer: its number, and the rest in bytes. */
interface Packed {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Ms from the end of the channel to that of its process, if it ends. */
const endsMs = 200;

class ProcessBridge<T extends object> extends RemoteBridge<T> {
  readonly #group: ProcessGroup;

  constructor(group: ProcessGroup, name: string) {
    super(`the process of ${name}`);
    this.#group = group;
    const { child } = group;
    child.on('message', (message) => this.#read(message as Partial<Packed> | null));
    child.once('disconnect', () => this.#cutOff());
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    void group.ended.then((error) => this.finish(group.stopping ? this.unloadedError() : error));
  }

  protected override post(id: string, request: RemoteRequest): void {
    // A channel that is closed by now ends the bridge, which says more.
    this.#group.child.send({ id, bytes: serialize({ request }) } satisfies Packed, () => undefined);
  }

  #read(message: Partial<Packed> | null): void {
    const { id, bytes } = message ?? {};
    // Else it is a message of the module's own.
    if (typeof id !== 'string' || !(bytes instanceof Uint8Array)) return;
    try {
      this.receive({ id, ...(deserialize(bytes) as object) } as RemoteAnswer);
    } catch (error) {
      this.unreadable(error instanceof Error ? error : new Error(reasonOf(error)), id);
    }
  }

  /** The module closed the channel, by which alone it can be reached: what is left of it serves nobody. */
  #cutOff(): void {
    const { child, pid, stopping } = this.#group;
    if (stopping) return;
    const late = setTimeout(() => {
      if (hasEnded(child)) return;
      this.finish(
        new ForeloadError('process-exited', {
          what: `${this.where} can't be reached any more`,
          found: 'a closed channel',
          remedy: 'look for process.disconnect in its module',
        }),
      );
      signalGroup(pid, 'SIGKILL');
    }, endsMs);
    late.unref();
  }

  protected override keepHost(awaited: boolean): void {
    const { channel } = this.#group.child;
    if (awaited) channel?.ref();
    else channel?.unref();
  }
}
