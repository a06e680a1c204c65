import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { wasm, type WasmInstance, type WasmOptions } from '../../src/loaders/wasm.ts';
import { webAssembly } from '../../src/loaders/wasm-api.ts';
import { contextFor, loaded, loaderContract, rejection } from './contract.ts';

interface Adder {
  readonly add: (a: number, b: number) => number;
  readonly trap: () => void;
  readonly grow: () => number;
}

/** `add`, `trap`, which is `unreachable`, and `grow` by a page; exports a memory of one page. */
const adder = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 14, 3, 0x60, 2, 0x7f, 0x7f, 1, 0x7f, 0x60, 0, 0, 0x60, 0, 1, 0x7f,
  3, 4, 3, 0, 1, 2,
  5, 3, 1, 0, 1,
  7, 30, 4, 3, 0x61, 0x64, 0x64, 0, 0, 4, 0x74, 0x72, 0x61, 0x70, 0, 1, 4, 0x67, 0x72, 0x6f, 0x77, 0, 2,
  6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0,
  10, 20, 3, 7, 0, 0x20, 0, 0x20, 1, 0x6a, 0x0b, 3, 0, 0, 0x0b, 6, 0, 0x41, 1, 0x40, 0, 0x0b,
]); // biome-ignore format: one section to a line

/** Imports `env.memory`, shared, of one to four pages, and `env.now`; exports `ask`, which calls it. */
const asker = Uint8Array.from([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
  1, 5, 1, 0x60, 0, 1, 0x7f,
  2, 26, 2, 3, 0x65, 0x6e, 0x76, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 3, 1, 4, 3, 0x65, 0x6e, 0x76, 3, 0x6e, 0x6f, 0x77, 0, 0,
  3, 2, 1, 0,
  7, 7, 1, 3, 0x61, 0x73, 0x6b, 0, 1,
  10, 6, 1, 4, 0, 0x10, 0, 0x0b,
]); // biome-ignore format: one section to a line

function file(bytes: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'foreload-wasm-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'module.wasm');
  writeFileSync(path, bytes);
  return path;
}

const load = (options: Partial<WasmOptions<Adder>> = {}) => wasm<Adder>({ module: adder, ...options });

loaderContract<WasmInstance<Adder>>('wasm', () => ({
  loader: load(),
  works: ({ exports }) => expect(exports.add(2, 3)).toBe(5),
  leftovers: { exempt: 'an instance is garbage once its holders have let go of it' },
  stopsWorking: { exempt: 'nothing can take an instance from whoever still holds it' },
  hanging: load({ imports: () => new Promise(() => {}) }),
  failing: {
    loader: load({ module: Uint8Array.from([1, 2, 3, 4]) }),
    message: /^the WebAssembly module of subject did not become ready: found .*magic word/,
  },
  end: { by: ({ exports }) => expect(() => exports.trap()).toThrow(/unreachable/), message: /^unreachable$/ },
}));

describe('wasm', () => {
  test('compiles a file once for all its instances, those loaded at once too', async () => {
    const compile = vi.spyOn(webAssembly, 'compile');
    onTestFinished(() => compile.mockRestore());
    const path = file(adder);
    const loader = wasm<Adder>({ module: path });
    const [first] = await Promise.all([loaded(loader, 'a'), loaded(wasm<Adder>({ module: pathToFileURL(path) }), 'b')]);
    const again = await loaded(loader, 'c');
    expect(compile).toHaveBeenCalledTimes(1);
    expect(first.exports.grow()).toBe(1);
    // Each has a memory of its own.
    expect(again.memory!.buffer.byteLength).toBe(65_536);
  });

  test('compiles a file anew once it has changed', async () => {
    const path = file(adder);
    await loaded(wasm<Adder>({ module: path }), 'a');
    writeFileSync(path, asker);
    const error = await rejection(wasm({ module: path }).load(contextFor('subject')));
    expect(error.message).toMatch(/did not become ready: found .*Import/);
  });

  test('tries again after a file that could not be read', async () => {
    const path = file(Uint8Array.from([0]));
    const loader = wasm<Adder>({ module: path });
    expect((await rejection(loader.load(contextFor('subject')))).message).toMatch(/did not become ready/);
    writeFileSync(path, adder);
    expect((await loaded(loader)).exports.add(1, 1)).toBe(2);
  });

  test('measures its memory as it grows', async () => {
    const loader = load();
    const value = await loaded(loader);
    expect(await loader.measure!(value)).toBe(65_536);
    value.exports.grow();
    expect(await loader.measure!(value)).toBe(2 * 65_536);
    expect(loader.measures).toBe('part');
  });

  test('gives the memory that a module imports, shared, and what else it imports', async () => {
    const loader = wasm<{ ask(): number }>({
      module: asker,
      memory: { initial: 1, maximum: 4, shared: true },
      imports: ({ id }) => ({ env: { now: () => id.length } }),
    });
    const { exports, memory } = await loaded(loader, 'seven77');
    expect(exports.ask()).toBe(7);
    expect(memory!.buffer).toBeInstanceOf(SharedArrayBuffer);
    const error = await rejection(wasm({ module: asker }).load(contextFor('subject')));
    expect(error.message).toMatch(/did not become ready: found .*Import/);
  });

  test('is ready once its first operation works, and disposes in the end', async () => {
    const dispose = vi.fn();
    const warmUp = vi.fn(({ add }: Adder) => add(1, 2));
    const loader = load({ warmUp, dispose });
    const value = await loader.load(contextFor('subject'));
    expect(warmUp).toHaveReturnedWith(3);
    await loader.unload!(value);
    expect(dispose).toHaveBeenCalledExactlyOnceWith(value.exports);
    const broken = load({ warmUp: ({ trap }) => trap() });
    expect((await rejection(broken.load(contextFor('subject')))).message).toMatch(/found unreachable/);
  });

  test('an error that is no trap ends nothing', async () => {
    const now = (): number => {
      throw new TypeError('no clock');
    };
    const loader = wasm<{ ask(): number }>({
      module: asker,
      memory: { initial: 1, maximum: 4, shared: true },
      imports: () => ({ env: { now } }),
    });
    const value = await loaded(loader);
    expect(() => value.exports.ask()).toThrow('no clock');
    expect(await loader.check!(value)).toBe(true);
  });
});
