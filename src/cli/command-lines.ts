import * as v from 'valibot';
import { ForeloadError, reasonOf } from '../model/errors.ts';

/** One command as it is given on a line. */
export interface CommandLine {
  readonly text: string;
  readonly user: string;
  readonly tags: readonly string[];
  /** What it demands. */
  readonly components: readonly string[];
}

/** What somebody has typed so far of a command not given yet. */
export interface PartialLine {
  readonly partial: string;
  readonly user: string;
}

const partialSchema = v.strictObject({
  partial: v.string(),
  user: v.optional(v.pipe(v.string(), v.nonEmpty()), 'default'),
});

const schema = v.strictObject({
  text: v.optional(v.string(), ''),
  user: v.optional(v.pipe(v.string(), v.nonEmpty()), 'default'),
  tags: v.optional(v.array(v.string()), () => []),
  components: v.optional(v.array(v.string()), () => []),
});

/**
 * Reads one line: a JSON object `{text, user, tags, components}` (each may be left out), one of what is being typed,
 * `{partial, user}`, or plain text, which is a command of the user `default` that demands nothing.
 * @throws ForeloadError `invalid-option` for a JSON object of another form.
 */
export function parseCommandLine(line: string, number: number): CommandLine | PartialLine {
  if (!line.trimStart().startsWith('{')) return { text: line, user: 'default', tags: [], components: [] };
  const fail = (found: string): ForeloadError =>
    new ForeloadError('invalid-option', {
      what: 'a command could not be read',
      where: `line ${number}`,
      found,
      remedy: 'give plain text, or an object with text, user, tags and components, or with partial and user',
    });
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (error) {
    throw fail(reasonOf(error));
  }
  const typed = typeof parsed === 'object' && parsed !== null && 'partial' in parsed;
  const checked = v.safeParse(typed ? partialSchema : schema, parsed);
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  throw fail(`${issue.path?.map((item) => String(item.key)).join('.') ?? ''}: ${issue.message}`);
}
