import { fileURLToPath } from 'node:url';
import type { InferenceSession } from 'onnxruntime-node';
import { orAborted, refuseIfAborted } from './abort.ts';
import { loadError } from './load-error.ts';
import type { LoadContext, Loader } from './loader.ts';
import { providersOf } from './onnx-tensors.ts';
import { importOptional } from './optional.ts';

/** Which model to run, and on what. */
export interface OnnxOptions {
  /** The model: a file by path or file URL, or its bytes. */
  readonly model: string | URL | Uint8Array;
  /** Where it may run, best first. Default: `['coreml', 'cpu']` on macOS, `['cpu']` elsewhere. */
  readonly executionProviders?: readonly InferenceSession.ExecutionProviderConfig[];
  /** Anything else that ONNX Runtime takes, such as `graphOptimizationLevel` or `intraOpNumThreads`. Default: its own. */
  readonly sessionOptions?: Omit<InferenceSession.SessionOptions, 'executionProviders'>;
  /** The first inference, so that the first real one is not the slow one. Default: none. */
  readonly warmUp?: (session: InferenceSession) => Promise<unknown>;
}

/**
 * Loads a model into an ONNX Runtime session, with the optional package onnxruntime-node.
 * Creating a session and each run block the thread they are called from: put a big model into a worker.
 * What a session holds inside this process can't be measured, so give the component an expected size.
 * @example onnxSession({ model: 'models/embed.onnx', warmUp: (session) => session.run(sample) })
 */
export function onnxSession(options: OnnxOptions): Loader<InferenceSession> {
  const model = options.model instanceof URL ? fileURLToPath(options.model) : options.model;
  const providers = options.executionProviders ?? providersOf(process.platform);

  async function load({ id, signal }: LoadContext): Promise<InferenceSession> {
    refuseIfAborted(signal, id);
    const runtime = await importOptional(
      'onnxruntime-node',
      'the loader onnxSession',
      () => import('onnxruntime-node'),
    );
    refuseIfAborted(signal, id);
    const settings = { ...options.sessionOptions, executionProviders: [...providers] };
    const creating = createSession(runtime, model, settings);
    try {
      const session = await orAborted(creating, signal, id);
      await orAborted(options.warmUp?.(session), signal, id);
      return session;
    } catch (error) {
      // A creation that was aborted still ends with a session; one that failed has none to give back.
      void creating.then(
        (session) => session.release(),
        () => {},
      );
      throw loadError(error, `the model of ${id} did not become ready`, 'check the model file and the options');
    }
  }
  const released = new WeakSet<InferenceSession>();
  return {
    kind: 'onnx',
    load,
    unload: (session) => {
      released.add(session);
      return session.release();
    },
    // A session does not break by itself, and an inference would block the thread.
    check: (session) => !released.has(session),
  };
}

function createSession(
  runtime: typeof import('onnxruntime-node'),
  model: string | Uint8Array,
  settings: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  // Two overloads, so the compiler needs the two cases apart.
  return typeof model === 'string'
    ? runtime.InferenceSession.create(model, settings)
    : runtime.InferenceSession.create(model, settings);
}
