import { drawing } from './drawing.ts';
import { durations } from './durations.ts';
import { memoryChart } from './memory-chart.ts';
import { responseChart } from './response-chart.ts';
import { stretch } from './stretch.ts';
import { timelineBars } from './timeline-bars.ts';
import { timelineChart } from './timeline-chart.ts';
import { timelineHover } from './timeline-hover.ts';
import { warmRateChart } from './warm-rate-chart.ts';

/**
 * The script of the page. It runs in the browser, which has no modules inside one HTML file, so each part is plain JavaScript
 * text of function declarations in one shared scope; `report` is the data that the page carries.
 */
export const pageScript: string = /* js */ `(() => {
'use strict';
const report = JSON.parse(document.getElementById('report-data').textContent);
${[drawing, durations, warmRateChart, responseChart, memoryChart, timelineChart, timelineBars, timelineHover, stretch].join('')}
if (report.curve) place('warm-rate', drawWarmRate);
if (report.responses) place('responses', drawResponses);
if (report.stretch) startStretch();
})();`;
