/** The few file operations that webpack writes its output with, kept in memory. */
export class Volume {
  #files = new Map();

  text(path) {
    return this.#files.get(path)?.toString();
  }

  mkdir(_path, ...rest) {
    rest.at(-1)(null);
  }

  stat(path, done) {
    const content = this.#files.get(path);
    if (content === undefined) done(missing(path));
    else done(null, { isFile: () => true, isDirectory: () => false, size: content.length });
  }

  readFile(path, done) {
    const content = this.#files.get(path);
    done(content === undefined ? missing(path) : null, content);
  }

  writeFile(path, content, done) {
    this.#files.set(path, Buffer.from(content));
    done(null);
  }
}

function missing(path) {
  return Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
}
