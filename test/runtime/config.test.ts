import { describe, expect, it } from 'vitest';
import { ForeloadError } from '../../src/model/errors.ts';
import type { ForeloadConfig } from '../../src/runtime/config.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { createForeload } from '../../src/runtime/foreload.ts';

const loader = { load: () => 1 };
const ok = { loader, size: '1MB' };

/** The error that a configuration gives, as code and message. */
function errorOf(config: unknown): string {
  try {
    createForeload(config as ForeloadConfig<Record<string, never>>);
  } catch (error) {
    if (error instanceof ForeloadError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return 'no error';
}

describe('a configuration that can not work is refused at once', () => {
  it.each([
    ['no components', {}, /invalid-config.*components/],
    ['an unknown option', { components: { a: ok }, budgets: 5 }, /invalid-config.*does not exist.*budgets/],
    ['an unknown component option', { components: { a: { ...ok, sise: 1 } } }, /components\.a\.sise/],
    ['no loader', { components: { a: { size: 1 } } }, /components\.a\.loader/],
    ['a loader without load', { components: { a: { loader: {}, size: 1 } } }, /an object with load\(\)/],
    ['a component that is nothing', { components: { a: null } }, /invalid-config.*\(components\.a\)/],
    ['a size of zero', { components: { a: { loader, size: 0 } } }, /invalid-size.*component "a".*found 0/],
    ['no size', { components: { a: { loader } } }, /invalid-config.*components\.a\.size/],
    ['a negative size', { components: { a: { loader, size: -5 } } }, /invalid-size.*component "a".*found -5.*above 0/],
    [
      'an endless size',
      { components: { a: { loader, size: Number.POSITIVE_INFINITY } } },
      /invalid-size.*component "a"/,
    ],
    ['more than there is anywhere', { components: { a: { loader, size: '2000000GB' } } }, /invalid-size.*at most 1 PB/],
    ['a size of zero, with a unit', { components: { a: { loader, size: '0MB' } } }, /invalid-size.*"0MB"/],
    [
      'an endless load time',
      { components: { a: { ...ok, loadMs: Number.POSITIVE_INFINITY } } },
      /components\.a\.loadMs/,
    ],
    ['a probe without read', { components: { a: ok }, pressure: {} }, /invalid-config.*\(pressure\)/],
    ['no load at once', { components: { a: ok }, lanes: { atOnce: 0 } }, /lanes\.atOnce/],
    ['half a load at once', { components: { a: ok }, lanes: { atOnce: 1.5 } }, /lanes\.atOnce/],
    ['a NaN size', { components: { a: { loader, size: Number.NaN } } }, /invalid/],
    ['a size in words', { components: { a: { loader, size: 'big' } } }, /invalid-size.*"big"/],
    ['a negative load time', { components: { a: { ...ok, loadMs: -1 } } }, /components\.a\.loadMs/],
    ['a budget without a largest', { components: { a: ok }, budget: { min: '5MB' } }, /budget\.max/],
    [
      'a budget in reverse',
      { components: { a: ok }, budget: { min: '9MB', max: '5MB' } },
      /smallest budget.*min 9.0 MB, max 5.0 MB/,
    ],
    ['a budget of nothing', { components: { a: ok }, budget: null }, /invalid-config.*budget/],
    [
      'a budget too small',
      { components: { a: { ...ok, size: '6MB' } }, budget: { min: '5MB', max: '9MB' } },
      /over-budget/,
    ],
    ['a price in words', { components: { a: ok }, keep: { mbHourMs: 'low' } }, /keep\.mbHourMs/],
    ['a price below zero', { components: { a: ok }, keep: { mbHourMs: -1 } }, /keep\.mbHourMs/],
    ['a price without a number', { components: { a: ok }, keep: {} }, /keep\.mbHourMs/],
    ['an empty id', { components: { '': ok } }, /invalid-id/],
    ['an id with a bar', { components: { 'a|b': ok } }, /invalid-id.*"a\|b"/],
    [
      'an unknown dependency',
      { components: { a: { ...ok, dependsOn: ['b'] } } },
      /unknown-dependency.*"a" depends on "b"/,
    ],
    [
      'an unknown conflict',
      { components: { a: { ...ok, conflictsWith: ['b'] } } },
      /unknown-dependency.*"a" conflicts with "b"/,
    ],
    [
      'a cycle',
      {
        components: { a: { ...ok, dependsOn: ['b'] }, b: { ...ok, dependsOn: ['c'] }, c: { ...ok, dependsOn: ['a'] } },
      },
      /dependency-cycle.*a -> b -> c -> a/,
    ],
    [
      'a conflict in a closure',
      { components: { a: { ...ok, dependsOn: ['b', 'c'] }, b: { ...ok, conflictsWith: ['c'] }, c: ok } },
      /dependency-conflict.*"a" needs both/,
    ],
    [
      'a budget smaller than one component',
      { components: { a: { loader, size: '2MB' } }, budget: '1MB' },
      /over-budget/,
    ],
    [
      'a group without a limit',
      { components: { a: { ...ok, group: 'gpu' } } },
      /invalid-config.*"a" is of group "gpu": found no groups; add groups/,
    ],
    [
      'an unknown group',
      { groups: { gpu: { atMost: 1 } }, components: { a: { ...ok, group: 'gpus' } } },
      /of group "gpus": found only "gpu"/,
    ],
    ['a group of none', { groups: { gpu: { atMost: 0 } }, components: { a: ok } }, /groups\.gpu\.atMost/],
    ['a group that is a number', { groups: { constructor: 1 }, components: { a: ok } }, /groups\.constructor/],
    ['a group without a name', { groups: {}, components: { a: { ...ok, group: '' } } }, /components\.a\.group/],
    [
      'a component that needs more of a group than may be warm',
      {
        groups: { gpu: { atMost: 1 } },
        components: { a: { ...ok, group: 'gpu' }, b: { ...ok, group: 'gpu' }, app: { ...ok, dependsOn: ['a', 'b'] } },
      },
      /dependency-conflict.*"app" needs 2 of group "gpu" \(a, b\): found that at most 1/,
    ],
    ['a wait of no time', { components: { a: ok }, conflictTimeoutMs: 0 }, /conflictTimeoutMs/],
    ['an unknown policy', { components: { a: ok }, policy: 'best' }, /invalid-config.*policy/],
    ['a waste of 2', { components: { a: ok }, waste: 2 }, /invalid-config.*waste/],
    ['keywords that are no list', { components: { a: { ...ok, keywords: 'pdf' } } }, /components\.a\.keywords/],
    ['an unknown lane', { components: { a: ok }, lanes: { fast: {} } }, /lanes\.fast/],
  ])('%s', (_, config, message) => {
    expect(errorOf(config)).toMatch(message);
    expect(errorOf(config)).not.toContain('\n');
  });

  it.each(['constructor', '__proto__', 'prototype'])('no loader, whatever the id: %s', (id) => {
    expect(errorOf({ components: { [id]: { size: 1 } } })).toContain(`(components.${id}.loader)`);
  });

  it('an accepted one makes its components known to the predictor, before anything happens', async () => {
    const known: unknown[] = [];
    const predictor: Predictor = {
      name: 'listener',
      register: (components) => known.push(...components),
      command() {},
      text() {},
      partial() {},
      demand() {},
      forecast: () => [],
      forget() {},
    };
    const components = { reader: { ...ok, description: 'reads documents', keywords: ['pdf', 'scan'] }, plain: ok };
    const foreload = createForeload({ components, predictor, pressure: false });
    expect(known).toMatchObject([
      { id: 'reader', description: 'reads documents', keywords: ['pdf', 'scan'] },
      { id: 'plain' },
    ]);
    expect(known[1]).not.toHaveProperty('keywords');
    await foreload.close();
  });

  it('an accepted one may leave out what loads cost: a second, until one is measured', async () => {
    const foreload = createForeload({ components: { a: ok }, pressure: false });
    expect(foreload.status().components[0]?.expectedLoadMs).toBe(1000);
    (await foreload.acquire('a')).release();
    expect(foreload.status().components[0]?.expectedLoadMs).toBeLessThan(1000);
    await foreload.close();
  });

  it('an accepted one starts nothing', async () => {
    let loads = 0;
    const foreload = createForeload({ components: { a: { loader: { load: () => ++loads }, size: 1 } } });
    expect(loads).toBe(0);
    await foreload.close();
  });
});
