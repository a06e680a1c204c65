import type { PressureLevel } from '../model/reason.ts';

/**
 * How much of what is idle has to leave memory: none of it, as many bytes as the reading asks back (least worth first),
 * or all of it. Where no number of bytes is told, `excess` means what was loaded ahead and has lapsed since.
 */
export type Share = 'none' | 'excess' | 'all';

/** What a pressure level asks for. One row of the response table. */
export interface PressureResponse {
  /** Share of the configured lane capacities, and of the workers of all lanes together, that may be used. */
  readonly laneShare: number;
  /** Whether preloads may begin at all, and in the background lane. */
  readonly preload: boolean;
  readonly background: boolean;
  /** Of the components loaded ahead and not demanded yet. They go before any other. */
  readonly speculation: Share;
  /** Of all others that are neither leased nor pinned. */
  readonly ordinary: Share;
}

/** The response to each level of memory pressure. */
export const pressureResponses: Readonly<Record<PressureLevel, PressureResponse>> = {
  low: { laneShare: 1, preload: true, background: true, speculation: 'none', ordinary: 'none' },
  medium: { laneShare: 1, preload: true, background: true, speculation: 'none', ordinary: 'none' },
  high: { laneShare: 0.5, preload: true, background: false, speculation: 'excess', ordinary: 'none' },
  critical: { laneShare: 0, preload: false, background: false, speculation: 'all', ordinary: 'excess' },
  emergency: { laneShare: 0, preload: false, background: false, speculation: 'all', ordinary: 'all' },
};
