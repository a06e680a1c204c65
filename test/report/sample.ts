import type { PolicyRow, ReportData, RunPicture } from '../../src/report/report-data.ts';

const MB = 1_048_576;

export function figures(policy: string, change: Partial<PolicyRow> = {}): PolicyRow {
  return {
    policy,
    warmRate: 0.9,
    covered: 0.7,
    gapClosed: 0.8,
    wastedShare: 0.08,
    overheadMeanBytes: 80 * MB,
    overheadPeakBytes: 200 * MB,
    residentPeakBytes: 790 * MB,
    idleHours: 1.5,
    residentMeanBytes: 1,
    pollution: 0.01,
    responseMs: { mean: 41.5, p50: 0.4, p95: 1240, p99: 3000 },
    preloads: { timely: 120, late: 8, wasted: 11, failed: 0, cancelled: 3 },
    ...change,
  };
}

/** Loaded ahead at 0, warm at 200, needed at 500 and 900; and a second component that a demand loads. */
export function picture(policy: string, change: Partial<RunPicture> = {}): RunPicture {
  return {
    policy,
    stays: [
      { component: 'git', loadFrom: 0, warmFrom: 200, until: 1000, origin: 'speculative', outcome: 'timely' },
      { component: 'sharp', loadFrom: 600, warmFrom: 700, until: 1000, origin: 'demand', outcome: null },
    ],
    needs: [
      { component: 'git', at: 500, found: 'warm' },
      { component: 'sharp', at: 600, found: 'cold' },
      { component: 'git', at: 900, found: 'warm' },
    ],
    memory: [
      { at: 0, resident: 100 * MB, speculative: 100 * MB },
      { at: 500, resident: 100 * MB, speculative: 0 },
      { at: 600, resident: 150 * MB, speculative: 0 },
    ],
    ...change,
  };
}

export function sample(change: Partial<ReportData> = {}): ReportData {
  const policies = ['foreload', 'lru', 'clairvoyant'];
  return {
    title: 'Foreload on a small trace',
    summary: 'More needs were warm than under LRU.',
    facts: [
      ['trace', 'small.csv'],
      ['seed', '1'],
    ],
    slots: false,
    budgetBytes: 800 * MB,
    policies: [figures('foreload'), figures('lru', { warmRate: 0.75 }), figures('clairvoyant', { warmRate: 0.96 })],
    curve: [
      { budget: '10%', budgetBytes: 320 * MB, warmRate: { foreload: 0.7, lru: 0.5, clairvoyant: 0.8 } },
      { budget: '25%', budgetBytes: 800 * MB, warmRate: { foreload: 0.9, lru: 0.75, clairvoyant: 0.96 } },
    ],
    responses: policies.map((policy) => ({ policy, quantiles: Array.from({ length: 201 }, (_, i) => i * 5) })),
    stretch: 'user dev1, 09:00 to 10:30',
    pictures: policies.map((policy) => picture(policy)),
    notes: ['A need is a (command, component) pair.'],
    ...change,
  };
}
