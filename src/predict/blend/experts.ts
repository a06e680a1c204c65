/** What a context may look at. Each gives one number of a user's trail. */
export const parts = [
  'last',
  'second',
  'third',
  'fourth',
  'fifth',
  /** The last three, in any order. */
  'three',
  /** Time between the last two commands, about doubling. */
  'gap',
  'hour',
  'weekday',
  /** How many commands the user gave, up to 12. */
  'count',
  /** What this user demanded most: users are alike who use alike things. */
  'favourite',
  /** How many other components came between the last demands and those of the same component before: a habit without names. */
  'return1',
  'return2',
  'return3',
] as const;
export type Part = (typeof parts)[number];

/** One view of the past: a table of what followed whenever these parts were the same. */
export interface Expert {
  readonly name: string;
  /** Whether it counts what this user did or what all did. */
  readonly scope: 'user' | 'all';
  /** Index into {@link contexts}. */
  readonly context: number;
  /** It counts not components but how long ago the component was last demanded. */
  readonly returns: boolean;
  /** It looks further ahead than the coming command. */
  readonly far: boolean;
}

/** Every context that some expert looks at; contexts of both scopes have one key, so that a user's share can be withdrawn. */
export const contexts: readonly (readonly Part[])[] = [
  [],
  ['last'],
  ['last', 'second'],
  ['last', 'second', 'third'],
  ['last', 'second', 'third', 'fourth', 'fifth'],
  ['second'],
  ['three'],
  ['last', 'gap'],
  ['hour', 'weekday'],
  ['last', 'count'],
  ['last', 'favourite'],
  ['return1', 'return2'],
  ['return1', 'return2', 'return3'],
];

/** What still says something of the second and third command ahead. */
const farSighted: readonly string[] = [
  'user:any',
  'user:last',
  'user:last+second',
  'user:second',
  'all:any',
  'all:last',
  'all:last+second',
  'all:return1+return2',
];

const expert = (scope: 'user' | 'all', returns: boolean, ...of: readonly Part[]): Expert => {
  const context = contexts.findIndex(
    (known) => known.length === of.length && known.every((part, at) => part === of[at]),
  );
  const name = `${scope}:${of.join('+') || 'any'}`;
  return { name, scope, context, returns, far: farSighted.includes(name) };
};

/** The views that are pooled. What each is worth in a given state is learned. */
export const experts: readonly Expert[] = [
  expert('user', false),
  expert('user', false, 'last'),
  expert('user', false, 'last', 'second'),
  expert('user', false, 'last', 'second', 'third'),
  expert('user', false, 'last', 'second', 'third', 'fourth', 'fifth'),
  expert('user', false, 'second'),
  expert('user', false, 'three'),
  expert('user', false, 'last', 'gap'),
  expert('user', false, 'hour', 'weekday'),
  expert('user', true, 'return1', 'return2', 'return3'),
  expert('all', false),
  expert('all', false, 'last'),
  expert('all', false, 'last', 'second'),
  expert('all', false, 'last', 'second', 'third'),
  expert('all', false, 'second'),
  expert('all', false, 'last', 'gap'),
  expert('all', false, 'last', 'count'),
  expert('all', false, 'last', 'favourite'),
  expert('all', true, 'return1', 'return2'),
];

/** Experts that are no tables: what they say of a candidate is computed. */
export const judges = ['recency', 'popularity', 'order2', 'kin', 'text', 'earlier-text', 'advice'] as const;
export type Judge = (typeof judges)[number];

/** All that can be left out, by name, to see what each is worth. */
export const expertNames: readonly string[] = [...experts.map(({ name }) => name), ...judges];
