import { afterAll, describe, expect, it } from 'vitest';
import { Files, foreload } from './cli.ts';

const files = new Files();
afterAll(() => files.remove());

async function forecast(args: readonly string[]): Promise<{
  readonly trace: string;
  readonly needs: number;
  readonly results: Readonly<Record<string, { readonly steps: Readonly<Record<string, { readonly top1: number }>> }>>;
  readonly text: { readonly top1: number } | null;
}> {
  const { code, stdout, stderr } = await foreload(['forecast', ...args, '--json']);
  if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
  return JSON.parse(stdout);
}

/** a, b, c in turn. */
const turns = Array.from({ length: 300 }, (_, i) => `${i * 1000},u,,${'abc'[i % 3]}`);

describe('forecast', () => {
  it('prints one object with exactly the fields of the contract', async () => {
    const path = files.trace(turns, 'turns.csv');
    const { stdout } = await foreload(['forecast', path, '--json']);
    expect(stdout).toMatch(/^\{.*\}\n$/);
    const json = JSON.parse(stdout);
    expect(Object.keys(json)).toEqual(['trace', 'needs', 'results', 'text']);
    expect(json).toMatchObject({ trace: 'turns', needs: 300, text: null });
    expect(Object.keys(json.results)).toEqual(['blend', 'markov2']);
    for (const result of Object.values<Record<string, object>>(json.results)) {
      expect(Object.keys(result)).toEqual(['steps', 'ece', 'bitsPerNeed', 'microsPerNeed', 'bytes']);
      expect(Object.keys(result['steps'])).toEqual(['1', '2', '3']);
      for (const step of Object.values(result['steps'])) expect(Object.keys(step)).toEqual(['top1', 'top3', 'top5']);
    }
  });

  it('foresees what is regular, at every step', async () => {
    const { results } = await forecast([files.trace(turns), '--score-from', '0.1']);
    for (const { steps } of Object.values(results)) {
      for (const step of ['1', '2', '3']) expect(steps[step].top1).toBe(1);
    }
  });

  it('takes needs of one row in order', async () => {
    // The same sequence, two to a row: what follows what is the same.
    const pairs = Array.from({ length: 150 }, (_, i) => `${i},u,,${'abc'[(2 * i) % 3]}|${'abc'[(2 * i + 1) % 3]}`);
    const { needs, results } = await forecast([files.trace(pairs), '--predictors', 'markov2', '--score-from', '0.1']);
    expect({ needs, top1: results['markov2'].steps['1'].top1 }).toEqual({ needs: 270, top1: 1 });
  });

  it('measures the predictors and steps that are asked for', async () => {
    const { results } = await forecast([files.trace(turns), '--predictors', 'history', '--steps', '2', '--first', '9']);
    expect(Object.keys(results)).toEqual(['history']);
    expect(Object.keys(results['history'].steps)).toEqual(['1', '2']);
  });

  it('learns from --train files: what people do, not who they are', async () => {
    const path = files.trace(['0,new,,a', '1,new,,b', '2,new,,c']);
    const top1 = async (...args: string[]): Promise<number> =>
      (await forecast([path, '--predictors', 'markov2', ...args])).results['markov2'].steps['1'].top1;
    expect(await top1()).toBe(0);
    const train = files.trace(turns);
    expect(await top1('--train', train)).toBe(1);
    // Twice the same file is no harm: its users are apart.
    expect(await top1('--train', train, '--train', train)).toBe(1);
  });

  it('measures own texts with the first predictor, unless --no-text', async () => {
    // Only the text tells a from b: the order is a coin's, written down.
    const coin = '1101001110100010110111000101101001'.repeat(6);
    const rows = coin
      .split('')
      .map((side, i) => `${i},u,${side === '1' ? 'send the mail' : 'build it'},${side === '1' ? 'a' : 'b'}`);
    const path = files.trace(rows);
    const both = await forecast([path, '--score-from', '0.2']);
    expect(both.text!.top1).toBe(1);
    expect(both.results['markov2'].steps['1'].top1).toBeLessThan(0.9);
    expect((await forecast([path, '--no-text'])).text).toBeNull();
  });

  it('is a table for people', async () => {
    const rows = turns.map((row) => row.replace(',,', ',"go, now",'));
    const { stdout, code } = await foreload(['forecast', files.trace(rows, 'shown.csv')]);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^shown: 300 scored needs of 1 users, 3 components\n\ntop 1, 3, 5 +step 1 +step 2 +step 3 +ECE +bits/,
    );
    // The growth of the heap under three components may be lost in what is collected.
    expect(stdout).toMatch(/\nmarkov2 +\d+\.\d % \d+\.\d % \d+\.\d % .* \d+\.\d\d .* \d[\d.]* [KM]?B\n/);
    expect(stdout).toMatch(/\nblend with own text, top 1, 3, 5: \d+\.\d % \d+\.\d % \d+\.\d %\n$/);
  });
});
