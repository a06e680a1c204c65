import type * as v from 'valibot';
import { closest } from '../model/closest.ts';
import { ForeloadError } from '../model/errors.ts';

/** What is wrong with an option, where, and what to give instead. `above`: where the schema stands, as `budget.`. */
export function configError(issue: v.BaseIssue<unknown>, schema: v.GenericSchema, above: string = ''): ForeloadError {
  const path = `${above}${issue.path?.map((item) => String(item.key)).join('.') ?? ''}`.replace(/\.$/, '');
  const where = path || 'the configuration';
  const unknown = issue.type === 'strict_object' && issue.expected === 'never';
  const name = where.split('.').at(-1)!;
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

const expectedBy = (issue: v.BaseIssue<unknown>): string =>
  issue.type === 'custom' ? issue.message : (issue.expected ?? issue.message);
