import * as v from 'valibot';
import { closest } from '../model/closest.ts';

/** One of the objects that a union allows. */
export interface ObjectForm {
  readonly schema: v.GenericSchema;
  readonly names: readonly string[];
}

interface Nested {
  readonly entries?: Readonly<Record<string, Nested>>;
  readonly wrapped?: Nested;
  /** What it may be: of a variant, told apart by the literal of `kind`. */
  readonly options?: readonly Nested[];
  readonly literal?: unknown;
}

/** Names of the options that there are beside the one of an issue. */
export function optionsAt(schema: v.GenericSchema, { path }: v.BaseIssue<unknown>): string[] {
  const parent = nodeAt(schema, path?.slice(0, -1));
  return Object.keys(formFor(parent, path?.at(-1)?.input)?.entries ?? {});
}

/** The objects that the union of an issue allows. */
export function formsAt(schema: v.GenericSchema, { path }: v.BaseIssue<unknown>): ObjectForm[] {
  return (nodeAt(schema, path)?.options ?? []).flatMap((form) =>
    form.entries ? [{ schema: form as unknown as v.GenericSchema, names: Object.keys(form.entries) }] : [],
  );
}

/** What is wrong with the form that was meant: the only one that has the fewest faults, or one that has a name like one given. */
export function formMeant(
  forms: readonly ObjectForm[],
  input: unknown,
): { readonly schema: v.GenericSchema; readonly issue: v.BaseIssue<unknown> } | undefined {
  if (typeof input !== 'object' || input === null) return undefined;
  const tried = forms.flatMap(({ schema }) => {
    const { issues } = v.safeParse(schema, input);
    return issues?.[0].path ? [{ schema, issue: issues[0], faults: issues.length }] : [];
  });
  const fewest = Math.min(...tried.map(({ faults }) => faults));
  const best = tried.filter(({ faults }) => faults === fewest);
  if (best.length === 1) return best[0];
  const given = Object.keys(input);
  return best.find(({ issue }) => closest(String(issue.path?.at(-1)?.key), given, 1).length > 0);
}

function nodeAt(schema: v.GenericSchema, path: readonly v.IssuePathItem[] = []): Nested | undefined {
  let at = unwrapped(schema as Nested);
  for (const { key, input } of path) {
    const entries = formFor(at, input)?.entries;
    at = entries && Object.hasOwn(entries, String(key)) ? unwrapped(entries[String(key)]) : undefined;
  }
  return at;
}

function formFor(node: Nested | undefined, input: unknown): Nested | undefined {
  const { kind } = Object(input) as { readonly kind?: unknown };
  return node?.options?.find(({ entries }) => entries?.['kind'] && entries['kind'].literal === kind) ?? node;
}

function unwrapped(node: Nested | undefined): Nested | undefined {
  let at = node;
  while (at?.wrapped) at = at.wrapped;
  return at;
}
