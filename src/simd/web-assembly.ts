/** What the kernels need of WebAssembly: its types come with those of browsers, which this package does not ask for. */
interface Platform {
  readonly Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (code: Uint8Array) => WasmModule;
  readonly Instance: new (
    module: WasmModule,
    imports: { readonly env: { readonly memory: object } },
  ) => { readonly exports: unknown };
}

export interface WasmModule {
  readonly [Symbol.toStringTag]: string;
}

/** Missing where Node runs without a compiler (`--jitless`). */
export const webAssembly: Platform = (globalThis as unknown as { readonly WebAssembly: Platform }).WebAssembly;
