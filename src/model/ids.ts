declare const brand: unique symbol;
type Brand<T, Name extends string> = T & { readonly [brand]: Name };

/** Names a component: any non-empty string without `|` or control characters. */
export type ComponentId = Brand<string, 'ComponentId'>;
/** Names whoever gives commands: a person, a session, an agent. */
export type UserId = Brand<string, 'UserId'>;
/** Memory in bytes. */
export type Bytes = Brand<number, 'Bytes'>;
/** A duration, or a point on the engine's clock, in milliseconds. */
export type Millis = Brand<number, 'Millis'>;
/** Numbers one claim on a component, from demand to release. */
export type LeaseId = Brand<number, 'LeaseId'>;
/** Numbers one command. */
export type CommandId = Brand<number, 'CommandId'>;
/** Numbers one load, so that a late answer is never taken for a newer one. */
export type LoadId = Brand<number, 'LoadId'>;

export const ms = (value: number): Millis => value as Millis;
export const bytes = (value: number): Bytes => value as Bytes;

const unusable = /[|\p{Cc}]/u;

/** Whether a name can serve as a component id. */
export function isComponentId(name: string): name is ComponentId {
  return name.length > 0 && !unusable.test(name);
}
