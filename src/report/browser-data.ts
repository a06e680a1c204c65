import { type CurveData, curveData } from './curve-data.ts';
import { type PolicyLook, policyLooks, policyNames } from './policies.ts';
import type { ReportData } from './report-data.ts';
import { type ResponseData, responseData } from './response-data.ts';
import { foundKinds, origins, type StretchData, stayKinds, stretchData } from './stretch-data.ts';

/** All that the page's script reads, as JSON. Null parts have no chart. */
export interface BrowserData {
  readonly unit: 'MB' | 'slots';
  readonly looks: Readonly<Record<string, PolicyLook>>;
  readonly curve: CurveData | null;
  readonly responses: ResponseData | null;
  readonly stretch: StretchData | null;
  readonly stayKinds: readonly string[];
  readonly origins: readonly string[];
  readonly foundKinds: readonly string[];
}

export function browserData(data: ReportData): BrowserData {
  const names = policyNames(data);
  return {
    unit: data.slots ? 'slots' : 'MB',
    looks: Object.fromEntries(policyLooks(names)),
    curve: curveData(data, names),
    responses: responseData(data),
    stretch: stretchData(data),
    stayKinds,
    origins,
    foundKinds,
  };
}
