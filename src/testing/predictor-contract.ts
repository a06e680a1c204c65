import { type ComponentId, ms, type UserId } from '../model/ids.ts';
import { type Prediction, steps } from '../model/prediction.ts';
import type { Predictor } from '../predict/predictor.ts';
import { type Rng, seededRng } from '../time/clock.ts';
import type { ContractCase } from './contract-case.ts';
import { promise, same } from './promise.ts';

const ann = 'ann' as UserId;
const bob = 'bob' as UserId;
const limit = 4;

/** What every {@link Predictor} must do, however it learns. `make` gives a new one that knows nothing. */
export function predictorContract(make: () => Predictor): ContractCase[] {
  return [
    {
      name: 'forecasts nothing before it has learned anything',
      run: () => same(make().forecast(ann, ms(0), limit), [], 'nothing'),
    },
    {
      name: 'gives for each step the likeliest first, each component once, no more than asked for',
      run() {
        const predictor = make();
        const known = new Set<string>();
        live(predictor, seededRng(1), 150, (component) => {
          known.add(component);
          for (const user of [ann, bob]) verify(predictor.forecast(user, ms(0), limit), known);
        });
      },
    },
    {
      name: 'learns from the first commands on',
      run() {
        const predictor = make();
        for (let round = 0; round < 5; round++) for (const component of ['a', 'b', 'c']) command(predictor, component);
        for (const [at, expected] of ['a', 'b', 'c'].entries()) {
          const best = predictor.forecast(ann, ms(0), limit).find(({ step }) => step === at + 1);
          same(best?.component, expected, `the likeliest ${at + 1} commands ahead`);
        }
      },
    },
    {
      name: 'forecasts the same when asked again, and learns the same whether it was asked or not',
      run() {
        const [asked, other] = [make(), make()];
        live(asked, seededRng(2), 80, () => asked.forecast(ann, ms(0), limit));
        live(other, seededRng(2), 80);
        same(asked.forecast(ann, ms(0), limit), asked.forecast(ann, ms(0), limit), 'asked again');
        same(asked.forecast(bob, ms(0), limit), other.forecast(bob, ms(0), limit), 'asked or not');
      },
    },
    {
      name: 'an announced command without words changes nothing: it is step 1 now',
      run() {
        const predictor = make();
        live(predictor, seededRng(3), 80);
        command(predictor, 'c1');
        const before = predictor.forecast(ann, ms(0), limit);
        predictor.command(ann, ms(0));
        same(predictor.forecast(ann, ms(0), limit), before, 'the same forecast');
      },
    },
    {
      name: 'takes what is typed of the next command as its words, until that command is given',
      run() {
        const [typed, told, untold] = [make(), make(), make()];
        for (const predictor of [typed, told, untold]) live(predictor, seededRng(5), 80);
        for (const draft of ['lo', 'lock', 'open the door']) typed.partial(ann, draft);
        told.command(ann, ms(80));
        told.text(ann, 'open the door');
        const alike = (predictor: Predictor) => predictor.forecast(ann, ms(80), limit).filter(({ step }) => step === 1);
        same(alike(typed), alike(told), 'typed or told');
        typed.command(ann, ms(80));
        untold.command(ann, ms(80));
        same(typed.forecast(ann, ms(80), limit), untold.forecast(ann, ms(80), limit), 'the draft is gone');
      },
    },
    {
      name: 'takes what is typed after an announced command without words or demands as the next one',
      run() {
        const [typed, told] = [make(), make()];
        for (const predictor of [typed, told]) {
          live(predictor, seededRng(6), 80);
          command(predictor, 'c1');
          predictor.command(ann, ms(80));
        }
        typed.partial(ann, 'open the door');
        told.command(ann, ms(81));
        told.text(ann, 'open the door');
        const alike = (predictor: Predictor) => predictor.forecast(ann, ms(81), limit).filter(({ step }) => step === 1);
        same(alike(typed), alike(told), 'typed or told');
      },
    },
    {
      name: 'counts a component once that one command demands twice',
      run() {
        const [once, twice] = [make(), make()];
        for (const component of ['a', 'b', 'a', 'b']) {
          command(once, component);
          command(twice, component);
          twice.demand(ann, component as ComponentId, ms(0));
        }
        same(twice.forecast(ann, ms(0), limit), once.forecast(ann, ms(0), limit), 'once');
      },
    },
    {
      name: 'forgets a user as if they had never been there, and leaves to others what they taught',
      run() {
        const predictor = make();
        for (let round = 0; round < 10; round++) {
          for (const component of ['a', 'b', 'c']) {
            command(predictor, component);
            command(predictor, component, bob);
            command(predictor, component === 'a' ? 'c' : 'a');
          }
        }
        predictor.forget(ann);
        const stranger = 'stranger' as UserId;
        same(predictor.forecast(ann, ms(0), limit), predictor.forecast(stranger, ms(0), limit), 'like a stranger');
        same(predictor.forecast(bob, ms(0), limit)[0]?.component, 'a', 'the habit of somebody else');
        predictor.forget('nobody' as UserId);
      },
    },
    {
      name: 'takes words and demands of a user it has not heard of',
      run() {
        const predictor = make();
        predictor.text(ann, 'show my screen');
        predictor.demand(bob, 'a' as ComponentId, ms(0));
        verify(predictor.forecast(bob, ms(0), limit), new Set(['a']));
      },
    },
  ];
}

function verify(predictions: readonly Prediction[], known: ReadonlySet<string>): void {
  for (const step of steps) {
    const ahead = predictions.filter((prediction) => prediction.step === step);
    promise(ahead.length <= limit, `${ahead.length} of at most ${limit} for step ${step}`);
    same(new Set(ahead.map(({ component }) => component)).size, ahead.length, 'each component once');
    ahead.forEach(({ component, probability, why }, at) => {
      promise(known.has(component), `${component} was demanded before`);
      promise(probability > 0 && probability <= 1, `${probability} is a probability`);
      promise(at === 0 || ahead[at - 1]!.probability >= probability, 'the likeliest first');
      promise(why.length > 0 && !why.includes('\n'), 'a reason in one line');
    });
  }
  promise(
    predictions.every(({ step }) => steps.includes(step)),
    'steps are 1, 2 and 3',
  );
}

function command(predictor: Predictor, component: string, user = ann): void {
  predictor.command(user, ms(0));
  predictor.demand(user, component as ComponentId, ms(0));
}

/** Two users with random commands. */
function live(
  predictor: Predictor,
  rng: Rng,
  commands: number,
  told: (component: ComponentId) => void = () => undefined,
): void {
  for (let done = 0; done < commands; done++) {
    const user = rng.next() < 0.5 ? ann : bob;
    predictor.command(user, ms(done));
    if (rng.next() < 0.5) predictor.text(user, ['open the door', 'play music', 'lock'][done % 3]!);
    for (let need = rng.next(); need < 0.9; need += 0.4) {
      const component = `c${Math.floor(rng.next() * 6)}` as ComponentId;
      predictor.demand(user, component, ms(done));
      told(component);
    }
  }
}
