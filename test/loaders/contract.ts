import { describe, expect, onTestFinished, type TestContext, test, vi } from 'vitest';
import { ForeloadError } from '../../src/model/errors.ts';
import type { ComponentId } from '../../src/model/ids.ts';
import type { LoadContext, Loader } from '../../src/loaders/loader.ts';

/** Why a case does not apply to a loader. */
export interface Exempt {
  readonly exempt: string;
}

/** What the suite needs to know of one kind of loader. */
export interface LoaderCase<T> {
  readonly loader: Loader<T>;
  /** Does a first real operation and checks its result. */
  readonly works: (value: T) => Promise<void> | void;
  /** How many processes, threads or sessions made by this kind of loader there are now. */
  readonly leftovers: (() => number) | Exempt;
  /** Whether an unloaded value has stopped working. */
  readonly stopsWorking: ((value: T) => Promise<void> | void) | Exempt;
  /** One that never becomes ready. */
  readonly hanging: Loader<T> | Exempt;
  /** One that fails, and what its single line says. */
  readonly failing: { readonly loader: Loader<T>; readonly message: RegExp };
  /** Makes a loaded value end by itself, and says what the line about it says. */
  readonly end: { readonly by: (value: T) => unknown; readonly message: RegExp } | Exempt;
}

/** A context as the runtime would give it. */
export function contextFor(id: string, signal: AbortSignal = new AbortController().signal): LoadContext {
  return { id: id as ComponentId, signal, dependencies: new Map(), progress: () => {} };
}

/** Loads, and unloads when the test is over. */
export async function loaded<T>(loader: Loader<T>, id = 'subject'): Promise<T> {
  const value = await loader.load(contextFor(id));
  onTestFinished(async () => loader.unload?.(value));
  return value;
}

/** What a promise rejects with; fails if it doesn't. */
export async function rejection(work: unknown): Promise<Error> {
  return Promise.resolve(work).then(
    (value) => expect.unreachable(`resolved with ${String(value)}`),
    (error: Error) => error,
  );
}

/** What every loader must do, whatever it loads. */
export function loaderContract<T>(name: string, make: () => Promise<LoaderCase<T>> | LoaderCase<T>): void {
  describe(`${name} as a loader`, () => {
    test('loads a value that works, and says its kind', async () => {
      const { loader, works } = await make();
      expect(loader.kind).toMatch(/^[a-z]+$/);
      await works(await loaded(loader));
    });

    test('loads again after an unload', async () => {
      const { loader, works } = await make();
      await loader.unload?.(await loader.load(contextFor('subject')));
      await works(await loaded(loader));
    });

    test('keeps two loaded values apart', async () => {
      const { loader, works } = await make();
      const [first, second] = await Promise.all([loader.load(contextFor('first')), loaded(loader, 'second')]);
      await loader.unload?.(first);
      await works(second);
    });

    test('gives everything back when unloaded', async (context) => {
      const { loader, stopsWorking, leftovers } = await make();
      const before = count(leftovers);
      const value = await loader.load(contextFor('subject'));
      if (!isExempt(leftovers)) expect(count(leftovers)).toBeGreaterThan(before);
      await loader.unload?.(value);
      expect(count(leftovers)).toBe(before);
      await unlessExempt(stopsWorking, context)(value);
    });

    test('starts nothing when it is aborted beforehand', async () => {
      const { loader, leftovers } = await make();
      const before = count(leftovers);
      const error = await rejection(loader.load(contextFor('subject', AbortSignal.abort())));
      expectOneLine(error, /^loading subject was aborted/);
      expect(count(leftovers)).toBe(before);
    });

    test('rejects when it is aborted midway, and leaves nothing', async (context) => {
      const { hanging, leftovers } = await make();
      const before = count(leftovers);
      const abort = new AbortController();
      const load = rejection(unlessExempt(hanging, context).load(contextFor('subject', abort.signal)));
      if (!isExempt(leftovers)) await vi.waitFor(() => expect(count(leftovers)).toBeGreaterThan(before));
      abort.abort();
      expectOneLine(await load, /^loading subject was aborted/);
      expect(count(leftovers)).toBe(before);
    });

    test('rejects with the reason it was aborted for', async (context) => {
      const { hanging } = await make();
      const abort = new AbortController();
      const load = rejection(unlessExempt(hanging, context).load(contextFor('subject', abort.signal)));
      const reason = new ForeloadError('load-timeout', { what: 'subject took over 30 s', remedy: 'wait longer' });
      abort.abort(reason);
      expect(await load).toBe(reason);
    });

    test('rejects with one clear line when it fails, and leaves nothing', async () => {
      const { failing, leftovers } = await make();
      const before = count(leftovers);
      expectOneLine(await rejection(failing.loader.load(contextFor('subject'))), failing.message);
      expect(count(leftovers)).toBe(before);
    });

    test('measures a positive number of bytes, or says that it cannot know', async () => {
      const { loader } = await make();
      const size = await loader.measure?.(await loaded(loader));
      if (size !== undefined) expect(size).toBeGreaterThan(0);
    });

    test('reports an end nobody asked for, once, and then fails its check', async (context) => {
      const { loader, ...subject } = await make();
      const end = unlessExempt(subject.end, context);
      const value = await loaded(loader);
      expect(await loader.check?.(value)).not.toBe(false);
      const unwatched = vi.fn();
      loader.watch!(value, unwatched)();
      const reported = new Promise<Error>((resolve) => loader.watch!(value, resolve));
      await Promise.all([end.by(value), reported.then((error) => expectOneLine(error, end.message))]);
      expect(unwatched).not.toHaveBeenCalled();
      if (loader.check) expect(await loader.check(value)).toBe(false);
      // Whoever begins to watch too late is told as well.
      expect(await new Promise((resolve) => loader.watch!(value, resolve))).toBe(await reported);
    });

    test('does not report an unload as an end', async (context) => {
      const { loader, end } = await make();
      unlessExempt(end, context);
      const value = await loader.load(contextFor('subject'));
      const ended = vi.fn();
      loader.watch!(value, ended);
      await loader.unload?.(value);
      expect(ended).not.toHaveBeenCalled();
    });
  });
}

function isExempt(subject: object): subject is Exempt {
  return 'exempt' in subject;
}

/** The subject, or the test is skipped and its report shows the reason. */
function unlessExempt<S extends object>(subject: S | Exempt, context: TestContext): S {
  return isExempt(subject) ? context.skip(subject.exempt) : subject;
}

function count(leftovers: (() => number) | Exempt): number {
  return isExempt(leftovers) ? 0 : leftovers();
}

function expectOneLine(error: Error, message: RegExp): void {
  expect(error).toBeInstanceOf(Error);
  expect(error.message).toMatch(message);
  expect(error.message).not.toContain('\n');
}
