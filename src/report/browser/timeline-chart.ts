/** One row per component, on the same time axis and with the same left edge as the memory chart above it. */
export const timelineChart: string = /* js */ `
const rowHeight = 20;

function drawTimeline(host, width, view) {
  const { rows, end } = report.stretch;
  const chart = new uPlot({
    width, height: rows.length * rowHeight + 28 + 22 + 2,
    padding: [2, null, null, null],
    scales: {
      x: view.scaleX(),
      y: { dir: -1, range: () => [0, rows.length] },
    },
    cursor: { ...view.cursor(), points: { show: false } },
    legend: { show: false },
    series: [{}, { paths: () => null, points: { show: false } }],
    axes: [
      axis('time since the start', { size: 28, space: 70, incrs: timeSteps, values: timeTicks }),
      axis('component', {
        size: view.gutter(), grid: { show: false }, ticks: { show: false },
        splits: () => rows.map((id, row) => row + 0.5),
        values: (u, splits) => splits.map((at) => shortened(u, rows[at - 0.5], view.gutter() - 12)),
      }),
    ],
    hooks: {
      setScale: [(u, key) => key === 'x' && view.zoomed(u)],
      drawClear: [drawStripes],
      draw: [(u) => drawRows(u, view.picture())],
    },
  }, [[0, end], [null, null]], host);
  hover(chart, view);
  return chart;
}

/** Every other row is shaded, so that the eye stays in its row. */
function drawStripes(u) {
  const { ctx, bbox } = u;
  const height = bbox.height / report.stretch.rows.length;
  ctx.save();
  ctx.fillStyle = colour('--stripe');
  for (let row = 0; row < report.stretch.rows.length; row += 2) ctx.fillRect(bbox.left, bbox.top + row * height, bbox.width, height);
  ctx.restore();
}

/** The id, cut where the gutter ends; the tooltip has all of it. */
function shortened(u, id, room) {
  u.ctx.font = 12 * devicePixelRatio + 'px' + fontFamily;
  const fits = (text) => u.ctx.measureText(text).width <= room * devicePixelRatio;
  if (fits(id)) return id;
  let length = Math.min(id.length, 60);
  while (length > 1 && !fits(id.slice(0, length) + '\\u2026')) length--;
  return id.slice(0, length) + '\\u2026';
}
`;
