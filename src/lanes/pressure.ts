import type { PressureLevel } from '../model/reason.ts';

/** What a pressure level asks for. One row of the response table. */
export interface PressureResponse {
  /** Share of the configured lane capacities that may be used. */
  readonly laneShare: number;
  /** Whether preloads may begin at all, and in the background lane. */
  readonly preload: boolean;
  readonly background: boolean;
  /** What has to leave memory: idle speculative components, or everything that is neither leased nor pinned. */
  readonly unload: 'nothing' | 'lapsed-speculation' | 'speculation' | 'unleased';
}

/** The response to each level of memory pressure. */
export const pressureResponses: Readonly<Record<PressureLevel, PressureResponse>> = {
  low: { laneShare: 1, preload: true, background: true, unload: 'nothing' },
  medium: { laneShare: 1, preload: true, background: true, unload: 'nothing' },
  high: { laneShare: 0.5, preload: true, background: false, unload: 'lapsed-speculation' },
  critical: { laneShare: 0, preload: false, background: false, unload: 'speculation' },
  emergency: { laneShare: 0, preload: false, background: false, unload: 'unleased' },
};
