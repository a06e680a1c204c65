import type * as v from 'valibot';
import { closest } from '../model/closest.ts';
import { ForeloadError } from '../model/errors.ts';
import { formMeant, formsAt, type ObjectForm, optionsAt } from './config-forms.ts';

/** What is wrong with an option, where, and what to give instead. `above`: where the schema stands, as `budget.`. */
export function configError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, above: string = ''): ForeloadError {
  const path = `${above}${issue.path?.map((item) => String(item.key)).join('.') ?? ''}`.replace(/\.$/, '');
  const where = path || 'the configuration';
  const name = where.split('.').at(-1)!;
  const union = issue.type === 'union' ? formsAt(schema, issue) : [];
  const meant = formMeant(union, issue.input);
  if (meant) return configError(meant.issue, meant.schema, `${where}.`);
  const lacks = issue.received === 'undefined';
  if (issue.type === 'strict_object' && lacks) return missing(issue, where, name);
  if (issue.type === 'strict_object' && issue.expected === 'never') return unknown(issue, schema, where, name);
  return new ForeloadError('invalid-config', {
    what: lacks ? 'an option is missing' : 'an option has the wrong form',
    where,
    found: lacks ? 'nothing' : foundIn(issue, union),
    remedy: `give ${listed(expectedBy(issue, union))}${nearestLiteral(issue)}`,
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

/** Of the words that may stand there, the one most like what does. */
function nearestLiteral({ expected, input }: v.BaseIssue<unknown>): string {
  if (typeof input !== 'string' || !expected?.startsWith('("')) return '';
  const words = [...expected.matchAll(/"([^"]*)"/g)].map(([, word]) => word!);
  const [nearest] = closest(input, words, 1);
  return nearest === undefined ? '' : `; did you mean "${nearest}"?`;
}

function foundIn({ type, input, received }: v.BaseIssue<unknown>, union: readonly ObjectForm[]): string {
  if (type === 'non_empty') return JSON.stringify(input);
  const names = received === 'Object' && union.length > 1 ? Object.keys(input as object) : [];
  return names.length > 0 ? names.join(', ') : (words[received] ?? received);
}

/** What there might be instead. @param union the forms of an object, where there are several */
function expectedBy({ type, message, expected, issues }: v.BaseIssue<unknown>, union: readonly ObjectForm[]): string[] {
  if (union.length > 1) return [`an object with ${listed(union.map(({ names }) => names.join(' and ')))}`];
  if (type === 'union' && issues) return [...new Set(issues.flatMap((one) => expectedBy(one, [])))];
  if (type === 'custom' || type === 'check') return [message];
  return (expected ?? type).split(' | ').map((one) => inWords(one.replace(/^\(+|\)+$/g, '')));
}

const listed = (some: readonly string[]): string =>
  some.length === 1 ? some[0]! : `${some.slice(0, -1).join(', ')} or ${some.at(-1)!}`;

const inWords = (type: string): string =>
  words[type] ??
  type
    .replace(/^>=/, 'at least ')
    .replace(/^<=/, 'at most ')
    .replace(/^[A-Z]\w*$/, 'a $&');

/** Words of valibot. */
const words: Readonly<Record<string, string>> = {
  Object: 'an object',
  Array: 'a list',
  string: 'a text',
  number: 'a number',
  boolean: 'true or false',
  finite: 'a finite number',
  integer: 'a whole number',
  // Of a length.
  '!0': 'a text that is not empty',
};
