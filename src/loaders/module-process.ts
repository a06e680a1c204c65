import { groupLoader } from './group-loader.ts';
import type { LoadContext, Loader } from './loader.ts';
import type { ProcessGroup } from './process-group.ts';
import { signalGroup } from './process-tree.ts';
import type { Remote } from './remote.ts';
import { RemoteBridge } from './remote-bridge.ts';
import { type RemoteAnswer, remoteBootstrap } from './remote-bootstrap.ts';

/** Which module runs in a process of its own. */
export interface ModuleProcessOptions<T extends object> {
  readonly url: string;
  readonly args: readonly unknown[];
  readonly warmUp: (remote: Remote<T>, context: LoadContext) => Promise<unknown>;
  readonly env: NodeJS.ProcessEnv | undefined;
}

/** A module in a Node process of its own, behind the same bridge as one in a worker thread. */
export function moduleProcess<T extends object>({
  url,
  args,
  warmUp,
  env,
}: ModuleProcessOptions<T>): Loader<Remote<T>> {
  return groupLoader<ProcessBridge<T>>({
    kind: 'process',
    program: () => ({
      command: process.execPath,
      args: ['--input-type=commonjs', '--eval', remoteBootstrap],
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
      serialization: 'advanced',
      ...(env === undefined ? {} : { env }),
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

class ProcessBridge<T extends object> extends RemoteBridge<T> {
  readonly #group: ProcessGroup;

  constructor(group: ProcessGroup, name: string) {
    super(`the process of ${name}`);
    this.#group = group;
    const { child } = group;
    child.on('message', (answer) => this.receive(answer as RemoteAnswer));
    child.stderr?.on('data', (chunk: Buffer) => process.stderr.write(chunk));
    void group.ended.then((error) => this.finish(group.stopping ? this.unloadedError() : error));
  }

  protected override post(message: object): void {
    // A channel that is closed by now ends the bridge, which says more.
    this.#group.child.send(message, () => undefined);
  }

  protected override keepHost(awaited: boolean): void {
    const { channel } = this.#group.child;
    if (awaited) channel?.ref();
    else channel?.unref();
  }
}
