import { steps } from '../../model/prediction.ts';
import { Weights } from './weights.ts';

export const startingWeights = (): Weights[] => steps.map(() => new Weights());
