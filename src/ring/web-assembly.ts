/** What the ring needs of WebAssembly: its types come with those of browsers, which this package does not ask for. */
export interface WasmMemory {
  readonly buffer: SharedArrayBuffer;
}

interface Platform {
  readonly Memory: new (pages: { initial: number; maximum: number; shared: true }) => WasmMemory;
  readonly Module: new (code: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

export const webAssembly: Platform = (globalThis as unknown as { readonly WebAssembly: Platform }).WebAssembly;
