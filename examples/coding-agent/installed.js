import { fileURLToPath } from 'node:url';

/** The path of a file within an installed package: 'pyright/langserver.index.js'. */
export function installed(path) {
  return fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url));
}

/** The path of the small project that the language servers, Vite and the file tools work on. */
export const workspace = fileURLToPath(new URL('./workspace', import.meta.url));
