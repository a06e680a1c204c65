import type * as v from 'valibot';
import { closest } from '../model/closest.ts';
import { ForeloadError } from '../model/errors.ts';

/** What is wrong with an option, where, and what to give instead. `above`: where the schema stands, as `budget.`. */
export function configError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, above: string = ''): ForeloadError {
  const path = `${above}${issue.path?.map((item) => String(item.key)).join('.') ?? ''}`.replace(/\.$/, '');
  const where = path || 'the configuration';
  const name = where.split('.').at(-1)!;
  const lacks = issue.received === 'undefined';
  if (issue.type === 'strict_object' && lacks) return missing(issue, where, name);
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknown(issue, schema, where, name);
  return new ForeloadError('invalid-config', {
    what: lacks ? 'an option is missing' : 'an option has the wrong form',
    where,
    found: lacks ? 'nothing' : issue.received,
    remedy: `give ${expectedBy(issue)}${nearestLiteral(issue)}`,
  });
}

function unknown(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, where: string, name: string): ForeloadError {
  const [nearest] = closest(name, optionsAt(schema, issue), 1);
  return new ForeloadError('invalid-config', {
    what: 'an option that does not exist',
    where,
    found: name,
    remedy: nearest === undefined ? 'remove it, or correct its name' : `did you mean ${nearest}?`,
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
  /** Of a variant: what it may be, told apart by the literal of `kind`. */
  readonly options?: readonly Nested[];
  readonly literal?: unknown;
}

/** Names of the options that there are beside the one of an issue. */
function optionsAt(schema: v.GenericSchema, issue: v.BaseIssue<unknown>): string[] {
  let at: Nested | undefined = schema as Nested;
  for (const { key, input } of (issue.path ?? []) as readonly v.IssuePathItem[]) {
    while (at?.wrapped) at = at.wrapped;
    const { kind } = Object(input) as { readonly kind?: unknown };
    const among: Nested | undefined = at?.options?.find(({ entries }) => entries?.['kind']?.literal === kind) ?? at;
    if (!among?.entries || !Object.hasOwn(among.entries, String(key))) return Object.keys(among?.entries ?? {});
    at = among.entries[String(key)];
  }
  return [];
}

/** Of the words that may stand there, the one most like what does. */
function nearestLiteral({ expected, input }: v.BaseIssue<unknown>): string {
  if (typeof input !== 'string' || !expected?.startsWith('("')) return '';
  const words = [...expected.matchAll(/"([^"]*)"/g)].map(([, word]) => word!);
  const [nearest] = closest(input, words, 1);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
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
