/** Shared by all charts: colours from the palette, axes and lines, and drawing again when width, scheme or medium change. */
export const drawing: string = /* js */ `
const theme = getComputedStyle(document.documentElement);
const colour = (property) => theme.getPropertyValue(property).trim();
const fontFamily = ' system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const font = '12px' + fontFamily;

const everyDraw = [];
const drawAll = () => everyDraw.forEach((draw) => draw());
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
// Paper is light and narrow, whatever the screen is.
for (const [event, paper] of [['beforeprint', true], ['afterprint', false]]) {
  addEventListener(event, () => {
    document.documentElement.classList.toggle('paper', paper);
    drawAll();
  });
}

/** Draws a chart into an element, and again whenever it would look different. build(host, width) returns a uPlot. */
function place(id, build) {
  const host = document.getElementById(id);
  let chart;
  const draw = () => {
    const old = chart;
    chart = build(host, host.clientWidth);
    if (old) old.destroy();
  };
  draw();
  everyDraw.push(draw);
  new ResizeObserver(() => {
    if (host.clientWidth !== chart.width) draw();
  }).observe(host);
  return draw;
}

function axis(label, more) {
  return {
    label, labelFont: font, font, labelSize: 22, labelGap: 2,
    stroke: colour('--muted'),
    grid: { stroke: colour('--line'), width: 1 },
    ticks: { stroke: colour('--line'), width: 1, size: 5 },
    ...more,
  };
}

/** The series of one policy, in its own look. */
function policySeries(policy, more) {
  const look = report.looks[policy];
  return {
    label: policy, class: look.role, stroke: colour(look.colour), width: look.width, dash: look.dash,
    value: (u, value) => (value == null ? '' : value.toFixed(1) + ' %'),
    points: { show: false },
    ...more,
  };
}

/** Legend markers of lines: solid or dashed, in the colour of the series. The page's style makes them thin. */
const lineLegend = (policies) => ({
  markers: { width: () => 2, dash: (u, i) => (report.looks[policies[i - 1]]?.dash.length ? 'dashed' : 'solid'), fill: () => 'transparent' },
});

const grouped = (value) => String(Math.round(value)).replace(/\\B(?=(?:\\d{3})+$)/g, ',');
/** The pointer of a line chart: a vertical line, and a dot in the policy's colour on each series. */
const lineCursor = (policies) => ({
  y: false,
  drag: { x: false, y: false },
  points: { size: 8, fill: (u, i) => colour(report.looks[policies[i - 1]].colour) },
});

const unitOf = (value) => (report.unit === 'slots' && value === 1 ? 'slot' : report.unit);
const sizeText = (value) => (value >= 10 || Number.isInteger(value) ? grouped(value) : value.toFixed(1)) + ' ' + unitOf(value);
const percentTicks = (u, splits) => splits.map((value) => (value == null ? '' : value + ' %'));
`;
