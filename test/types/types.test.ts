import { describe, expectTypeOf, it } from 'vitest';
import { type ComponentConfig, createForeload, type Lease, type Loader } from '../../src/index.ts';
import { childProcess, type RunningChild } from '../../src/loaders/child-process.ts';
import { type Remote, worker } from '../../src/loaders/worker.ts';

/** What a module in a worker exports. */
interface Heavy {
  parse(text: string): number;
}

const pyodide: Loader<{ runPython(code: string): unknown }> = { load: () => ({ runPython: (code) => code }) };

/** Never run: only what the compiler makes of it is tested. */
function inferences() {
  const foreload = createForeload({
    components: {
      pyodide: { loader: pyodide, size: '122MB' },
      counter: { loader: { load: async () => ({ next: () => 1 }) }, size: 5 },
      heavy: { loader: worker<Heavy>({ module: '/x.js' }), size: '80MB' },
      server: { loader: childProcess({ command: 'sleep' }), size: '10MB' },
    },
  });
  return { foreload, command: foreload.observe({ text: 'x' }) };
}

describe('what the compiler infers', () => {
  it('a lease carries the type of its loader', () => {
    type Id = 'pyodide' | 'counter' | 'heavy' | 'server';
    const acquire = <K extends Id>(id: K) => inferences().command.acquire(id);
    type Of<K extends Id> = Awaited<ReturnType<typeof acquire<K>>>;
    expectTypeOf<Of<'pyodide'>>().toEqualTypeOf<Lease<{ runPython(code: string): unknown }>>();
    expectTypeOf<Of<'counter'>>().toEqualTypeOf<Lease<{ next: () => 1 }>>();
    expectTypeOf<Of<'heavy'>>().toEqualTypeOf<Lease<Remote<Heavy>>>();
    expectTypeOf<Of<'server'>>().toEqualTypeOf<Lease<RunningChild>>();
  });

  it('a snapshot of one Foreload is an option of the next', () => {
    const given = { components: { a: { loader: pyodide, size: 1 } } };
    const next = () => createForeload({ ...given, snapshot: createForeload(given).snapshot(), warming: 0.5 });
    expectTypeOf(next).returns.toHaveProperty('snapshot').returns.toEqualTypeOf<Uint8Array>();
    // @ts-expect-error a file's name is no snapshot
    const byName = () => createForeload({ ...given, snapshot: 'foreload.snapshot' });
    // @ts-expect-error warming is on, off or a share
    const byWord = () => createForeload({ ...given, warming: 'yes' });
    expectTypeOf([byName, byWord]).toBeArray();
  });

  it('any { load, unload } pair is a component', () => {
    expectTypeOf<{ loader: { load: () => number; unload: (value: number) => void }; size: number }>().toExtend<
      ComponentConfig<number>
    >();
  });
});

/** What must not compile. */
export function refused(): void {
  const { foreload } = inferences();
  // @ts-expect-error no such component
  void foreload.acquire('pyodid');
  // @ts-expect-error no such lane
  foreload.schedulePreload('pyodide', 'fast');
  // @ts-expect-error a hint needs its time
  foreload.expect('pyodide');
  // @ts-expect-error what is typed is a text
  foreload.observePartial({ user: 'ann' });
  // @ts-expect-error no such level
  foreload.pressure('severe');
  // @ts-expect-error a component needs a size
  createForeload({ components: { a: { loader: { load: () => 1 } } } });
  // @ts-expect-error no such option
  createForeload({ components: {}, budgets: 1 });
  // @ts-expect-error a lease can't be made by hand
  const lease: Lease<number> = { value: 1 };
  void lease;
}
