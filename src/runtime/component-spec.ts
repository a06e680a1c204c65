import { parseBytes } from '../model/bytes.ts';
import type { ComponentSpec } from '../model/component.ts';
import { ForeloadError } from '../model/errors.ts';
import { type ComponentId, isComponentId, ms } from '../model/ids.ts';
import type { ComponentConfig } from './config.ts';

/** What the engine knows of a component before it has loaded it. @throws ForeloadError `invalid-id`, `invalid-size` */
export function specOf(id: string, given: ComponentConfig): ComponentSpec {
  if (!isComponentId(id)) {
    throw new ForeloadError('invalid-id', {
      what: 'a component has an unusable id',
      found: JSON.stringify(id),
      remedy: 'use any non-empty name without | and control characters',
    });
  }
  const checkMs = checkEvery(given);
  return {
    id,
    bytes: parseBytes(given.size, `component "${id}"`),
    loadMs: ms(given.loadMs ?? 1000),
    dependsOn: (given.dependsOn ?? []) as readonly ComponentId[],
    conflictsWith: (given.conflictsWith ?? []) as readonly ComponentId[],
    ...(given.group === undefined ? {} : { group: given.group }),
    priority: given.priority ?? 'normal',
    ...(given.idleMs === undefined ? {} : { idleMs: ms(given.idleMs) }),
    ...(given.minIdleMs === undefined ? {} : { minIdleMs: ms(given.minIdleMs) }),
    ...(given.concurrency === undefined ? {} : { concurrency: given.concurrency }),
    ...(given.loader.returnsMemory === false ? { keepsMemory: true } : {}),
    ...(checkMs === null ? {} : { checkMs: ms(checkMs) }),
    ...(given.description === undefined ? {} : { description: given.description }),
    ...(given.keywords === undefined ? {} : { keywords: given.keywords }),
  };
}

/** Ms between two checks. */
function checkEvery({ checkMs, loader }: ComponentConfig): number | null {
  if (checkMs === false || !loader.check) return null;
  return checkMs ?? 30_000;
}
