import { isDeepStrictEqual } from 'node:util';
import { MB } from '../model/bytes.ts';
import type { Bytes } from '../model/ids.ts';
import type { Settings } from '../model/settings.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';
import type { ParsedConfig } from './parse-config.ts';
import { sameLoader } from './same-loader.ts';

type Config = ForeloadConfig<Readonly<Record<string, ComponentConfig>>>;

/** What became of a new configuration. */
export interface Reloaded {
  /** Options that hold from now on. */
  readonly applied: readonly string[];
  /** Options that hold only after a restart, and why. */
  readonly refused: readonly { readonly option: string; readonly why: string }[];
}

/** What differs between two configurations, and what of it an engine can take while it runs. */
export interface Changes extends Reloaded {
  readonly settings: Settings;
  readonly pressure: boolean;
}

/** @param next the new one, parsed */
export function changesBetween(before: Config, after: Config, next: ParsedConfig): Changes {
  const applied: string[] = [];
  const refused: { option: string; why: string }[] = componentChanges(before.components, after.components);
  let settings: Settings = {};
  for (const option of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Config>) {
    if (option === 'components' || isDeepStrictEqual(before[option], after[option])) continue;
    const change = option === 'pressure' ? {} : settingOf(option, before, after, next);
    if (change) applied.push(option);
    else refused.push({ option, why: reasons[option] ?? 'it is set up at the start' });
    settings = { ...settings, ...change };
  }
  return { applied, refused, settings, pressure: applied.includes('pressure') };
}

/** Null: this can't be changed while it runs. */
function settingOf(option: keyof Config, before: Config, after: Config, next: ParsedConfig): Settings | null {
  if (option === 'budget') {
    return [before.budget, after.budget].some(isObject) ? null : { budget: next.budget as Bytes };
  }
  if (option === 'waste') {
    return [before.waste, after.waste].some(isObject)
      ? null
      : { waste: typeof after.waste === 'number' ? after.waste : 0.1 };
  }
  if (option === 'lanes') return { lanes: next.lanes };
  if (option === 'routing') return { routing: next.routing };
  if (option === 'keep') return { keepPrice: after.keep ? after.keep.mbHourMs / MB : null };
  if (option === 'preload') return { speculation: after.preload === false ? 'observe' : 'load' };
  return null;
}

const isObject = (value: unknown): boolean => typeof value === 'object';

const reasons: Readonly<Partial<Record<keyof Config, string>>> = {
  budget: 'a budget that moves by itself is set up at the start',
  waste: 'a waste target of your own is set up at the start',
  warming: 'it only matters at a start',
  snapshot: 'it only matters at a start',
  predictor: 'it would forget all it has learned',
  policy: 'it would forget all it has learned',
  store: 'history is being written to the one before',
};

function componentChanges(
  before: Config['components'],
  after: Config['components'],
): { option: string; why: string }[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((id) => {
    const [old, young] = [own(before, id), own(after, id)];
    const option = `components.${id}`;
    if (!old) return [{ option, why: 'a component can only be added by a restart' }];
    if (!young) return [{ option, why: 'a component can only be removed by a restart' }];
    const { loader, ...rest } = young;
    const { loader: oldLoader, ...oldRest } = old;
    const same = sameLoader(oldLoader, loader) && isDeepStrictEqual(oldRest, rest);
    return same ? [] : [{ option, why: 'a component can only be changed by a restart' }];
  });
}

const own = (components: Config['components'], id: string): ComponentConfig | undefined =>
  Object.hasOwn(components, id) ? components[id] : undefined;
