import { pathToFileURL } from 'node:url';
import { basename, resolve } from 'node:path';
import { groupLoader } from './group-loader.ts';
import { JsonRpc, methodNotFound, RpcError } from './json-rpc.ts';
import type { LoadContext, Loader } from './loader.ts';
import { hasEnded, type ProcessGroup } from './process-group.ts';
import { signalGroup } from './process-tree.ts';
import type { ProgramOptions } from './program.ts';

/** How to start a language server that speaks over its standard input and output, and what it is told. */
export interface LanguageServerOptions extends Pick<ProgramOptions, 'command' | 'args' | 'cwd' | 'env' | 'confine'> {
  /** The folder it works on. Default: `cwd`, or else the host's working directory. */
  readonly folder?: string;
  /** What the client can do: the `capabilities` of the `initialize` request. Default: workspace folders and configuration. */
  readonly capabilities?: Readonly<Record<string, unknown>>;
  readonly initializationOptions?: unknown;
  /** What it is told when it asks for its configuration, by section. Default: nothing. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /**
   * The first real request. Most servers answer `initialize` long before they are useful, so this too must succeed before
   * the component is ready. Default: none.
   */
  readonly warmUp?: (server: LanguageServer, context: LoadContext) => Promise<unknown>;
  /** How long it may take to leave once it was asked to (`shutdown`, then `exit`) before its whole group is killed. Default: 2000. */
  readonly graceMs?: number;
}

/** A language server that has answered `initialize`. */
export interface LanguageServer {
  /** What the server said that it can do. */
  readonly capabilities: Readonly<Record<string, unknown>>;
  /** Sends a request of the protocol. Rejects with the server's error, when it ends, and once it has sent what is no message (at most 64 MB). */
  request(method: string, params?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  notify(method: string, params?: unknown): void;
  /**
   * Hears its notifications, such as `textDocument/publishDiagnostics`. What a listener throws surfaces as uncaught.
   * The returned function ends that.
   */
  on(method: string, listener: (params: unknown) => void): () => void;
  /** Answers a kind of request that the server sends. */
  answer(method: string, by: (params: unknown) => unknown): void;
}

/**
 * Loads a language server over stdio: starts it, shakes hands, and ends it as the protocol wants it.
 * @example languageServer({ command: 'typescript-language-server', args: ['--stdio'], folder: '/work/project' })
 */
export function languageServer(options: LanguageServerOptions): Loader<LanguageServer> {
  return groupLoader<Connected>({
    kind: 'lsp',
    program: () => ({ ...options, stdio: 'pipe' }),
    ready: async (group, context) => {
      const server = await connect(group, options, context);
      await options.warmUp?.(server, context);
      return server;
    },
    stop: disconnect,
    check: answers,
    graceMs: options.graceMs ?? 2000,
  });
}

class Connected implements LanguageServer {
  readonly rpc: JsonRpc;
  capabilities: Readonly<Record<string, unknown>> = {};

  constructor(rpc: JsonRpc) {
    this.rpc = rpc;
  }

  request(method: string, params?: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown> {
    return this.rpc.request(method, params, options?.signal);
  }

  notify(method: string, params?: unknown): void {
    this.rpc.notify(method, params);
  }

  on(method: string, listener: (params: unknown) => void): () => void {
    return this.rpc.listen(method, listener);
  }

  answer(method: string, by: (params: unknown) => unknown): void {
    this.rpc.answer(method, by);
  }
}

async function connect(
  { child, ended }: ProcessGroup,
  options: LanguageServerOptions,
  { id, signal }: LoadContext,
): Promise<Connected> {
  const rpc = new JsonRpc(child.stdout!, child.stdin!, id);
  void ended.then((error) => rpc.close(error));
  const folder = resolve(options.folder ?? options.cwd ?? '.');
  const workspaceFolders = [{ uri: pathToFileURL(folder).href, name: basename(folder) }];
  const { settings = {} } = options;
  rpc.answer('workspace/workspaceFolders', () => workspaceFolders);
  rpc.answer('workspace/configuration', (params) =>
    (params as { items: readonly { section?: string }[] }).items.map(({ section }) => settings[section ?? ''] ?? null),
  );
  for (const method of ['client/registerCapability', 'client/unregisterCapability', 'window/workDoneProgress/create']) {
    rpc.answer(method, () => null);
  }
  const server = new Connected(rpc);
  const answer = (await server.request(
    'initialize',
    {
      processId: process.pid,
      clientInfo: { name: 'foreload' },
      rootUri: workspaceFolders[0]!.uri,
      workspaceFolders,
      capabilities: options.capabilities ?? { workspace: { configuration: true, workspaceFolders: true } },
      initializationOptions: options.initializationOptions,
    },
    { signal },
  )) as { readonly capabilities?: Readonly<Record<string, unknown>> } | null;
  server.capabilities = answer?.capabilities ?? {};
  server.notify('initialized', {});
  return server;
}

/** `shutdown`, then `exit`. The group is signalled too, for what the server started; what then stays is killed. */
async function disconnect(server: Connected, group: ProcessGroup): Promise<void> {
  if (hasEnded(group.child)) return;
  await server.request('shutdown');
  server.notify('exit');
  await group.ended;
  signalGroup(group.pid, 'SIGTERM');
}

/** The protocol has no ping, but any request that begins so must be answered, if only as unknown (3.17, "$ Notifications and Requests"). */
async function answers(server: Connected): Promise<boolean> {
  try {
    await server.request('$/foreload/ping');
    return true;
  } catch (error) {
    return error instanceof RpcError && error.code === methodNotFound;
  }
}
