/**
 * The part of the WebAssembly interface that is used here: Node has it, but TypeScript describes it only together with the
 * whole browser.
 */

/** What a module imports: by module, by name. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A linear memory. */
export interface WasmLinearMemory {
  readonly buffer: ArrayBuffer | SharedArrayBuffer;
  /** Adds pages of 64 KB; returns how many there were. */
  grow(pages: number): number;
}

/** What a memory is made of. */
export interface WasmMemory {
  /** In pages of 64 KB. */
  readonly initial: number;
  readonly maximum?: number;
  /** Shared between threads; needs a maximum. Default false. */
  readonly shared?: boolean;
}

/** A compiled module. */
export interface CompiledWasm {
  readonly [brand]: never;
}
declare const brand: unique symbol;

interface Api {
  compile(bytes: Uint8Array): Promise<CompiledWasm>;
  instantiate(module: CompiledWasm, imports: WasmImports): Promise<{ readonly exports: Record<string, unknown> }>;
  readonly Module: {
    imports(module: CompiledWasm): readonly { readonly module: string; readonly name: string; readonly kind: string }[];
  };
  readonly Memory: new (limits: WasmMemory) => WasmLinearMemory;
  readonly RuntimeError: new (message?: string) => Error;
}

export const webAssembly: Api = (globalThis as unknown as { readonly WebAssembly: Api }).WebAssembly;
