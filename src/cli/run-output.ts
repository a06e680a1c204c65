import type { Prediction } from '../model/prediction.ts';

/** What became of one demand. */
export interface DemandResult {
  readonly component: string;
  readonly found: 'warm' | 'loading' | 'cold' | 'failed';
  readonly ms: number;
  readonly error?: string;
}

/** A component that is expected. */
type Expected = Pick<Prediction, 'component' | 'step' | 'probability' | 'why'>;

export interface CommandResult {
  readonly text: string;
  readonly user: string;
  readonly demands: readonly DemandResult[];
  readonly forecast: readonly Expected[];
}

/** What was expected while a command was being typed. */
export interface PartialResult {
  readonly partial: string;
  readonly user: string;
  readonly forecast: readonly Expected[];
}

/** Forecast components that are shown for a command. */
const shown = 3;

/** The likeliest components, each with its likeliest step. */
export function likeliestOf(forecast: readonly Prediction[]): Expected[] {
  const best = new Map<string, Expected>();
  for (const { component, step, probability, why } of [...forecast].sort((a, b) => b.probability - a.probability)) {
    if (!best.has(component)) best.set(component, { component, step, probability, why });
  }
  return [...best.values()].slice(0, shown);
}

/** One line for a command, or for what is being typed. */
export function describe(result: CommandResult | PartialResult): string {
  const { user, forecast } = result;
  const who = user === 'default' ? '' : `${user}: `;
  const words = 'partial' in result ? `${result.partial}...` : result.text || '(no text)';
  const demands = 'partial' in result ? [] : result.demands;
  const got = demands.map(({ component, found, ms }) => `${component} ${found} ${ms.toFixed(0)} ms`).join(', ');
  const next = forecast
    .map(({ component, probability }) => `${component} ${Math.round(probability * 100)} %`)
    .join(', ');
  return `${who}${words}${got ? `  |  ${got}` : ''}${next ? `  |  expects ${next}` : ''}`;
}
