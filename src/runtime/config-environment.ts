import { closest } from '../model/closest.ts';
import { ForeloadError } from '../model/errors.ts';
import type { ComponentConfig, ForeloadConfig } from './config.ts';

type Config = ForeloadConfig<Record<string, ComponentConfig>>;
type Environment = Readonly<Record<string, string | undefined>>;

/** How the text of each variable is read. What it gives is checked with the rest of the configuration. */
const variables: Readonly<Record<string, (text: string) => Partial<Config>>> = {
  FORELOAD_BUDGET: (budget) => ({ budget }),
  FORELOAD_FORECAST_MODEL: (forecastModel) => ({ forecastModel }),
  FORELOAD_KEEP_MB_HOUR_MS: (text) => ({ keep: { mbHourMs: numberIn('FORELOAD_KEEP_MB_HOUR_MS', text) } }),
  FORELOAD_LOAD_TIMEOUT_MS: (text) => ({ loadTimeoutMs: numberIn('FORELOAD_LOAD_TIMEOUT_MS', text) }),
  FORELOAD_POLICY: (policy) => ({ policy }) as Partial<Config>,
  FORELOAD_PRELOAD: (text) => ({ preload: yesOrNo('FORELOAD_PRELOAD', text) }),
  FORELOAD_STORE: (store) => ({ store }),
  FORELOAD_WARMING: (text) => ({
    warming: /^[\d.]+$/.test(text) ? numberIn('FORELOAD_WARMING', text) : yesOrNo('FORELOAD_WARMING', text),
  }),
  FORELOAD_WASTE: (text) => ({ waste: numberIn('FORELOAD_WASTE', text) }),
};

/** Variables that are no options. */
const others: ReadonlySet<string> = new Set(['FORELOAD_DATA', 'FORELOAD_DEBUG']);

/** Names of the variables that stand for options. */
export const variableNames: readonly string[] = Object.keys(variables);

/**
 * A configuration in which `FORELOAD_*` variables take the place of what it says. Empty ones count as not set.
 * @throws ForeloadError `invalid-config` for one that does not exist, naming the nearest that does
 */
export function withEnvironment(config: Config, environment: Environment): Config {
  let changed = config;
  for (const [name, text] of Object.entries(environment)) {
    if (!name.startsWith('FORELOAD_') || others.has(name) || text === undefined || text === '') continue;
    const read = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (!read) throw unknownVariable(name);
    changed = { ...changed, ...withStore(config, read(text)) };
  }
  return changed;
}

/** Another folder for a store changes nothing else that is said of it. */
export function withStore({ store }: Config, given: Partial<Config>): Partial<Config> {
  const described: unknown = store;
  if (typeof given.store !== 'string' || typeof described !== 'object' || !described || 'open' in described)
    return given;
  return { ...given, store: { ...described, path: given.store } };
}

function yesOrNo(name: string, text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off)$/i.test(text)) return false;
  throw wrongVariable(name, text, 'give true or false');
}

function numberIn(name: string, text: string): number {
  // A blank would be 0.
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isNaN(value)) throw wrongVariable(name, text, 'give a number');
  return value;
}

function wrongVariable(name: string, text: string, remedy: string): ForeloadError {
  return new ForeloadError('invalid-config', {
    what: 'a variable has the wrong form',
    where: name,
    found: JSON.stringify(text),
    remedy,
  });
}

function unknownVariable(name: string): ForeloadError {
  const [nearest] = closest(name, variableNames, 1);
  return new ForeloadError('invalid-config', {
    what: 'a variable that does not exist',
    where: 'the environment',
    found: name,
    remedy: nearest === undefined ? `use one of ${variableNames.join(', ')}` : `did you mean ${nearest}?`,
  });
}
