import type * as v from 'valibot';
import { closest } from '../model/closest.ts';
import { ForeloadError } from '../model/errors.ts';

/** What is wrong with an option, where, and what to give instead. `above`: where the schema stands, as `budget.`. */
export function configError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, above: string = ''): ForeloadError {
  const path = `${above}${issue.path?.map((item) => String(item.key)).join('.') ?? ''}`.replace(/\.$/, '');
  const where = path || 'the configuration';
  const name = where.split('.').at(-1)!;
  if (issue.type === 'strict_object' && issue.received === 'undefined') return missing(issue, where, name);
  const unknown = issue.type === 'strict_object' && issue.expected === 'never';
  const [nearest] = unknown ? closest(name, optionsAt(schema, issue), 1) : [];
  return new ForeloadError('invalid-config', {
    what: unknown ? 'an option that does not exist' : 'an option has the wrong form',
    where,
    found: unknown ? name : issue.received,
    remedy: unknown
      ? nearest === undefined
        ? 'remove it, or correct its name'
        : `did you mean ${nearest}?`
      : `give ${expectedBy(issue)}`,
  });
}

function missing({ path }: v.BaseIssue<unknown>, where: string, name: string): ForeloadError {
  const given = Object.keys((path?.at(-1) as { readonly input?: object } | undefined)?.input ?? {});
  const [nearest] = closest(name, given, 1);
  return new ForeloadError('invalid-config', {
    what: 'an option is missing',
    where,
    found: nearest ?? 'nothing',
    remedy: nearest === undefined ? `give ${name}` : `write ${name}`,
  });
}

interface Nested {
  readonly entries?: Readonly<Record<string, Nested>>;
  readonly wrapped?: Nested;
}

/** Names of the options that there are beside the one of an issue. */
function optionsAt(schema: v.GenericSchema, issue: v.BaseIssue<unknown>): string[] {
  const path: readonly v.IssuePathItem[] = issue.path ?? [];
  let at = schema as Nested | undefined;
  for (const { key } of path.slice(0, -1)) {
    at = at?.entries?.[String(key)];
    while (at?.wrapped) at = at.wrapped;
  }
  return Object.keys(at?.entries ?? {});
}

/** What valibot expects, which it joins by bars, in words. */
function expectedBy({ type, message, expected }: v.BaseIssue<unknown>): string {
  if (type === 'custom' || expected === null) return message;
  const some = expected.split(' | ').map((one) => inWords(one.replace(/^\(+|\)+$/g, '')));
  return some.length === 1 ? some[0]! : `${some.slice(0, -1).join(', ')} or ${some.at(-1)!}`;
}

const inWords = (type: string): string =>
  words[type] ??
  type
    .replace(/^>=/, 'at least ')
    .replace(/^<=/, 'at most ')
    .replace(/^[A-Z]\w*$/, 'a $&');

const words: Readonly<Record<string, string>> = {
  Object: 'an object',
  // Something with a function: only a module can give it.
  unknown: 'an object',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
};
