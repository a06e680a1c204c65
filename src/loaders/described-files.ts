import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import process from 'node:process';

/** What a description of a loader names and is not there. */
export interface MissingFile {
  readonly option: 'module' | 'model' | 'command' | 'cwd' | 'folder';
  readonly what: string;
  /** Where it was looked for. */
  readonly found: string;
  readonly remedy: string;
}

/** A description of a loader, as far as it may name files. */
export interface Described
  extends Partial<Readonly<Record<'module' | 'model' | 'command' | 'cwd' | 'folder', string | undefined>>> {
  readonly kind: string;
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/**
 * The first file, folder or program that a loader written as data names and that is not there: paths, and commands that are
 * looked for on the PATH. Packages are not looked for: which are found is decided where they are imported.
 */
export function missingFile(described: Described, folder: string): MissingFile | null {
  const { kind, module, model, command, cwd, folder: worksOn, env } = described;
  const from = resolve(folder, cwd ?? '.');
  if (module !== undefined && (kind === 'wasm' || isPath(module))) return missingIn('module', resolve(folder, module));
  if (model !== undefined) return missingIn('model', resolve(folder, model));
  if (cwd !== undefined && !isFolder(from)) return absent('cwd', from);
  if (worksOn !== undefined && !isFolder(resolve(folder, worksOn))) return absent('folder', resolve(folder, worksOn));
  return command === undefined ? null : missingProgram(command, from, env ?? process.env);
}

/** A module that begins with a dot or a slash is a file; anything else is a package. */
export const isPath = (module: string): boolean => /^[./]/.test(module);

const missingIn = (option: 'module' | 'model', path: string): MissingFile | null =>
  existsSync(path) ? null : absent(option, path);

const absent = (option: MissingFile['option'], path: string): MissingFile => ({
  option,
  what: option === 'cwd' || option === 'folder' ? 'a folder that does not exist' : 'a file that does not exist',
  found: path,
  remedy: 'correct the path; it is relative to the configuration',
});

/** A command with a slash is a path from where it is to run; any other is looked for as `spawn` does. */
function missingProgram(
  command: string,
  from: string,
  env: Readonly<Record<string, string | undefined>>,
): MissingFile | null {
  // What else runs there is decided by the endings of files, and by the registry.
  if (process.platform === 'win32') return null;
  if (command.includes('/')) {
    const path = resolve(from, command);
    if (!existsSync(path)) return { ...absent('command', path), remedy: 'correct the path; it is relative to cwd' };
    return isProgram(path)
      ? null
      : { option: 'command', what: 'a program that can not be executed', found: path, remedy: 'make it executable' };
  }
  const folders = (env['PATH'] ?? '/usr/bin:/bin').split(':');
  if (folders.some((one) => isProgram(resolve(from, one, command)))) return null;
  return {
    option: 'command',
    what: 'a program that is not on the PATH',
    found: command,
    remedy: 'install it, or give its path',
  };
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
