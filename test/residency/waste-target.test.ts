import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Reader, Writer } from '../../src/predict/bytes.ts';
import { WasteTarget } from '../../src/residency/waste-target.ts';
import { type Rng, seededRng } from '../../src/time/clock.ts';

/** What was preloaded, and how it went. */
interface Account {
  begun: number;
  used: number;
}

/** Preloads whatever the target lets through; the rest is followed on paper. Outcomes come a few commands later. */
function live(
  waste: WasteTarget,
  commands: number,
  rng: Rng,
  draw: (command: number) => { readonly probability: number; readonly comesTrue: boolean },
  told: (account: Account, command: number) => void = () => undefined,
): Account {
  const account = { begun: 0, used: 0 };
  const late: { readonly at: number; readonly run: () => void }[] = [];
  for (let command = 0; command < commands; command++) {
    waste.passed();
    for (const due of late.splice(0)) {
      if (due.at <= command) due.run();
      else late.push(due);
    }
    const { probability, comesTrue } = draw(command);
    const at = command + 1 + Math.floor(rng.next() * 4);
    if (probability >= waste.threshold) {
      waste.begun(probability);
      account.begun++;
      const ended = (): void => (comesTrue ? waste.used(probability) : waste.wasted(probability));
      late.push({ at, run: () => (comesTrue && account.used++, ended()) });
    } else {
      waste.followed(probability);
      if (comesTrue) late.push({ at, run: () => waste.cameTrue(probability) });
    }
    told(account, command);
  }
  for (const { run } of late) run();
  return account;
}

/**
 * At most this many preloads are unused at any time: those that the target lets go to waste, an allowance of four or more,
 * four that may be under way when it is spent, and a hundredth for every command that passed; in these streams, where the
 * target is low, no more than a five-hundredth.
 */
const allowed = (target: number, { begun }: Account, commands: number): number =>
  target * begun + Math.max(4, 40 * target) + 4 + (target <= 0.1 ? 0.002 : 0.01) * commands;

describe('the waste target', () => {
  test('keeps the wasted share inside, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.nat(),
        fc.constantFrom(0, 0.05, 0.1, 0.3, 1),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 30 }),
        (seed, target, stream) => {
          const rng = seededRng(seed);
          const waste = new WasteTarget(target, 0.3);
          live(
            waste,
            1000,
            rng,
            (command) => {
              const [probability, comesTrue] = stream[command % stream.length];
              return { probability, comesTrue };
            },
            (account, command) => {
              expect(account.begun - account.used).toBeLessThanOrEqual(allowed(target, account, command + 1));
            },
          );
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test('keeps it inside against someone who builds up trust and then fails every time', () => {
    for (const target of [0.05, 0.1, 0.2]) {
      const waste = new WasteTarget(target, 0.3);
      live(
        waste,
        20_000,
        seededRng(1),
        (command) => ({ probability: 0.99, comesTrue: Math.floor(command / 500) % 2 === 0 }),
        (account, command) =>
          expect(account.begun - account.used).toBeLessThanOrEqual(allowed(target, account, command + 1)),
      );
    }
  });

  test('preloads nearly everything when forecasts are sure and good', () => {
    const account = live(new WasteTarget(0.1, 0.3), 2000, seededRng(1), () => ({ probability: 0.98, comesTrue: true }));
    expect(account.begun).toBeGreaterThan(1900);
  });

  test.each([0.1, 0.2, 0.4])(
    'with calibrated forecasts preloads much, and wastes at most its target (%d)',
    (target) => {
      const rng = seededRng(7);
      const account = live(new WasteTarget(target, 0.3), 20_000, rng, () => {
        const probability = rng.next();
        return { probability, comesTrue: rng.next() < probability };
      });
      const wasted = (account.begun - account.used) / account.begun;
      expect(wasted).toBeLessThanOrEqual(target + 0.005);
      // All above 1 - 2 x target together would waste the target; a third of them is a cautious start.
      expect(account.begun).toBeGreaterThan((20_000 * 2 * target) / 3);
    },
  );

  test('learns that forecasts are better than they say', () => {
    const waste = new WasteTarget(0.1, 0.3);
    const before = waste.threshold;
    const account = live(waste, 2000, seededRng(3), () => ({ probability: 0.5, comesTrue: true }));
    expect(waste.threshold).toBeLessThanOrEqual(0.5);
    expect(before).toBeGreaterThan(0.5);
    expect(account.begun).toBeGreaterThan(1000);
  });

  test('learns that forecasts are worse than they say', () => {
    const waste = new WasteTarget(0.2, 0.3);
    const rng = seededRng(3);
    live(waste, 4000, rng, () => ({ probability: 0.95, comesTrue: rng.next() < 0.3 }));
    expect(waste.threshold).toBeGreaterThan(0.95);
  });

  test('bad luck at the start does not stop it where much may be wasted', () => {
    const waste = new WasteTarget(0.4, 0.3);
    for (let bad = 0; bad < 4; bad++) {
      waste.begun(0.7);
      waste.wasted(0.7);
    }
    expect(waste.threshold).toBeLessThanOrEqual(0.9);
    const rng = seededRng(5);
    const account = live(waste, 300, rng, () => ({ probability: 0.9, comesTrue: rng.next() < 0.9 }));
    expect(account.begun).toBeGreaterThan(250);
  });

  test('asks for more the more is owed', () => {
    const waste = new WasteTarget(0.1, 0.3);
    live(waste, 2000, seededRng(1), (command) => {
      const probability = 0.3 + 0.7 * ((command * 0.618) % 1);
      return { probability, comesTrue: (command * 0.414) % 1 < probability };
    });
    const thresholds = [waste.threshold];
    for (let bad = 0; bad < 8; bad++) {
      waste.begun(0.98);
      waste.wasted(0.98);
      thresholds.push(waste.threshold);
    }
    expect(thresholds).toEqual(thresholds.toSorted((a, b) => a - b));
    expect(new Set(thresholds).size).toBeGreaterThan(2);
    expect(thresholds.at(-1)).toBe(Number.POSITIVE_INFINITY);
  });

  describe('when good forecasts are turned away for what is owed', () => {
    /** Of forecasts of .91 29 of 30 came true, of .4 none; then three of four preloads that may be owed went to waste. */
    function indebted(): WasteTarget {
      const waste = new WasteTarget(0.1, 0.3);
      for (let bad = 0; bad < 50; bad++) waste.followed(0.4);
      for (let good = 0; good < 1000; good++) {
        waste.followed(0.91);
        if (good % 30 > 0) waste.cameTrue(0.91);
      }
      for (let time = 0; time < 3; time++) lose(waste);
      // What went to waste counts from the next forecast on.
      waste.followed(0.4);
      return waste;
    }

    function lose(waste: WasteTarget): void {
      waste.begun(0.91);
      waste.wasted(0.91);
    }

    test('every fifth is preloaded all the same', () => {
      const waste = indebted();
      for (let round = 0; round < 2; round++) {
        for (let away = 0; away < 4; away++) {
          expect(waste.threshold).toBeGreaterThan(0.91);
          waste.followed(0.91);
        }
        expect(waste.threshold).toBeLessThanOrEqual(0.9);
        waste.begun(0.91);
        waste.used(0.91);
      }
      expect(waste.threshold).toBeGreaterThan(0.91);
    });

    test('those count that have become good on paper, and not those that never would be', () => {
      const waste = indebted();
      for (let away = 0; away < 20; away++) waste.followed(0.4);
      for (let away = 0; away < 3; away++) waste.raised(0.4, 0.91);
      expect(waste.threshold).toBeGreaterThan(0.91);
      waste.raised(0.4, 0.91);
      expect(waste.threshold).toBeLessThanOrEqual(0.9);
    });

    test('none is while the account is overdrawn', () => {
      const waste = indebted();
      for (let time = 0; time < 2; time++) lose(waste);
      for (let away = 0; away < 10; away++) waste.followed(0.91);
      expect(waste.threshold).toBe(Number.POSITIVE_INFINITY);
    });

    test('their number is kept over a restart; in an older snapshot there is none', () => {
      const waste = indebted();
      for (let away = 0; away < 3; away++) waste.followed(0.91);
      const [saved, trial] = [new Writer(), new Writer()];
      waste.save(saved, []);
      waste.saveTrial(trial, []);
      const [older, restored] = [false, true].map((withTrial) => {
        const into = new WasteTarget(0.1, 0.3);
        into.load(new Reader(saved.bytes()))();
        if (withTrial) into.loadTrial(new Reader(trial.bytes()))();
        into.followed(0.91);
        return into.threshold;
      });
      expect(restored).toBeLessThanOrEqual(0.9);
      expect(older).toBeGreaterThan(0.91);
    });
  });

  test('what is surer now counts as that much sureness, and no longer as less', () => {
    const [raised, followed] = [new WasteTarget(0.2, 0.3), new WasteTarget(0.2, 0.3)];
    for (let times = 0; times < 50; times++) {
      raised.followed(0.45);
      raised.raised(0.45, 0.85);
      raised.cameTrue(0.85);
      followed.followed(0.85);
      followed.cameTrue(0.85);
    }
    expect(raised.threshold).toBeCloseTo(followed.threshold, 9);
    expect(raised.threshold).toBeLessThan(new WasteTarget(0.2, 0.3).threshold);
  });

  test('never goes below its floor', () => {
    const waste = new WasteTarget(1, 0.3);
    live(waste, 2000, seededRng(1), () => ({ probability: 0.9, comesTrue: true }));
    expect(waste.threshold).toBe(0.3);
  });

  test('gives back what failed or was cancelled', () => {
    const waste = new WasteTarget(0.1, 0);
    for (let command = 0; command < 100; command++) {
      waste.begun(0.99);
      waste.withdrawn(0.99);
    }
    expect(waste.threshold).toBeLessThanOrEqual(1);
  });
});
