import type * as v from 'valibot';
import { loaderSchema } from '../loaders/described.ts';
import { configSchemas } from './config-schemas.ts';

type Json = Readonly<Record<string, unknown>>;

/** What is read of a schema of valibot here. */
interface Part {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly wrapped?: Part;
  readonly options?: readonly unknown[];
  readonly item?: Part;
  readonly value?: Part;
  readonly literal?: unknown;
  readonly pipe?: readonly { readonly type: string; readonly requirement?: unknown }[];
}

/**
 * The JSON Schema of a configuration in JSON, for editors: what {@link parseConfig} and the loaders check, but for what only a
 * module can give, such as a predictor.
 */
export function configJsonSchema(): Json {
  const { config, component, group, size, adaptive, store } = configSchemas;
  const { properties, ...rest } = objectOf(partOf(config));
  const { loader: _, ...own } = objectOf(partOf(component)).properties;
  const budget = { anyOf: [jsonOf(partOf(size)), jsonOf(partOf(adaptive))] };
  const described = {
    ...jsonOf(partOf(component)),
    properties: { loader: jsonOf(partOf(loaderSchema)), ...own },
    required: ['loader', 'size'],
  };
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'foreload.config.json',
    ...rest,
    properties: {
      $schema: { type: 'string' },
      ...properties,
      components: { type: 'object', additionalProperties: described },
      groups: { type: 'object', additionalProperties: jsonOf(partOf(group)) },
      budget,
      store: { anyOf: [{ type: 'string', minLength: 1 }, jsonOf(partOf(store))] },
    },
  };
}

/** Every schema of valibot has these, by type. */
const partOf = (schema: v.GenericSchema): Part => schema;

/** Null: this can't be written in JSON. */
function jsonOf(part: Part): Json | null {
  switch (part.type) {
    case 'optional':
      return jsonOf(part.wrapped!);
    case 'strict_object':
      return objectOf(part);
    case 'string':
    case 'number':
    case 'boolean':
      return { type: part.type, ...limitsOf(part) };
    case 'literal':
      return { const: part.literal };
    case 'picklist':
      return { enum: part.options };
    case 'array':
      return { type: 'array', items: jsonOf(part.item!) };
    case 'record':
      return { type: 'object', additionalProperties: jsonOf(part.value!) };
    case 'union':
    case 'variant': {
      const some = (part.options as readonly Part[]).map(jsonOf).filter((one) => one !== null);
      if (some.length > 1) return { anyOf: some };
      return some[0] ?? null;
    }
    case 'unknown':
      return {};
    default:
      return null;
  }
}

function objectOf({ entries = {} }: Part): Json & { readonly properties: Readonly<Record<string, Json>> } {
  const given = Object.entries(entries).flatMap(([name, part]) => {
    const json = jsonOf(part);
    return json === null ? [] : [[name, part, json] as const];
  });
  const required = given.filter(([, { type }]) => type !== 'optional').map(([name]) => name);
  return {
    type: 'object',
    properties: Object.fromEntries(given.map(([name, , json]) => [name, json])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

/** The checks that follow a type, in the words of JSON Schema. */
function limitsOf({ pipe = [] }: Part): Json {
  const limits: Record<string, unknown> = {};
  for (const { type, requirement } of pipe) {
    if (type === 'min_value') limits['minimum'] = requirement;
    else if (type === 'max_value') limits['maximum'] = requirement;
    else if (type === 'integer') limits['type'] = 'integer';
    else if (type === 'non_empty') limits['minLength'] = 1;
  }
  return limits;
}
