import type { ForecastStatus } from '../model/accuracy.ts';
import type { Prediction } from '../model/prediction.ts';
import type { ForeloadStatus } from '../runtime/foreload.ts';
import { percent } from './table.ts';

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

/** What a run came to: its demands and preloads, and how good its forecasts were once some could be judged. */
export function summary(
  { needs, warm, loading, cold, preloads }: ForeloadStatus['ledger'],
  forecast: ForecastStatus,
): string {
  const { timely, late, wasted, open } = preloads;
  const demands = `${needs} demands: ${warm} warm, ${loading} loading, ${cold} cold`;
  return `${demands}; preloads: ${timely} timely, ${late} late, ${wasted + open} unused\n${forecastLine(forecast)}`;
}

function forecastLine({ all, behind }: ForecastStatus): string {
  if (all.commands === 0) return '';
  const { top1, top3, top5, ece } = all.steps[1];
  const shares = [top1, top3, top5].map(percent).join(', ');
  const ahead = behind ? `; ${behind.simple} does better by ${percent(behind.regret)} in top ${behind.top}` : '';
  return `forecasts of ${all.commands} commands: top 1, 3, 5 ${shares}; calibration error ${percent(ece)}${ahead}\n`;
}
