import { expect, it } from 'vitest';
import { againstAim, curveCell, mostCovered } from '../../bench/replay/cells.mjs';
import { optionsOf } from '../../bench/replay/cli.mjs';
import { leadsOf } from '../../bench/replay/runs.mjs';

const preloads = { timely: 20, late: 2, wasted: 3, failed: 7, cancelled: 9 };
const at = (covered: number | null, wastedShare: number | null) => ({ covered, wastedShare, preloads, warmRate: 0.5 });

it('a cell tells covered, wasted, how many were loaded, and warm', () => {
  expect(curveCell(at(0.1234, 0.1))).toBe('12.3 (10.0) [25]; 50.0');
  expect(curveCell(at(0, null))).toBe('0.0 (–) [25]; 50.0');
});

it('the most covered is looked for among those that kept to the share', () => {
  expect(mostCovered([at(0.2, 0.05), at(0.3, 0.1), at(0.9, 0.11)], 0.1)).toBe(0.3);
  expect(mostCovered([at(0.2, null)], 0.1)).toBe(0.2);
  expect(mostCovered([at(0.2, 0.5), at(null, 0)], 0.1)).toBeNull();
});

it('what is not reached of an aim is called missed', () => {
  expect(againstAim(0.3, 0.3)).toBe('30.0 of 30.0');
  expect(againstAim(0.2999, 0.3)).toBe('30.0 of 30.0, missed');
  expect(againstAim(null, 0.3)).toBe('– of 30.0, missed');
  expect(againstAim(0.3, undefined)).toBe('–');
});

it('a lead is left out only where no text can come early', () => {
  expect(leadsOf({ leads: [1000] }, [0, 500])).toEqual([0, 500]);
  expect(leadsOf({ leads: [1000] }, undefined)).toEqual([1000]);
  expect(leadsOf({ texts: false }, [0, 500])).toEqual([0]);
});

it('a run is what would be typed', () => {
  const run = { trace: 'a', scope: 'user', budget: '5slots', first: 40 };
  const typed = '--scope user --budget 5slots --lead 0 --waste 0.1 --first 40';
  expect(optionsOf(run, { lead: 0, waste: 0.1 }).join(' ')).toBe(typed);
});
