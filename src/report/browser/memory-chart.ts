/** Memory held over time: the speculative part on top of the demanded one, and the budget. */
export const memoryChart: string = /* js */ `
function drawMemory(host, width, view) {
  const { memory, budget } = view.picture();
  const series = (label, property, value) => ({
    label, value: (u, y, s, i) => (i == null ? '' : sizeText(value(i))),
    fill: colour(property), width: 0, points: { show: false }, paths: uPlot.paths.stepped({ align: 1 }),
  });
  return new uPlot({
    width, height: 260,
    scales: {
      x: view.scaleX(),
      y: { range: () => [0, report.stretch.peak * 1.06 || 1] },
    },
    cursor: { ...view.cursor(), points: { show: false } },
    legend: { markers: { width: (u, i) => (i === 3 ? 2 : 0), dash: () => 'dashed' } },
    series: [
      { label: 'at', value: (u, at) => (at == null ? '' : clock(at)) },
      // Drawn up to the whole of what is held; the demanded part then covers its share.
      series('speculative, not yet demanded', '--speculative', (i) => memory.resident[i] - memory.used[i]),
      series('resident, demanded at least once', '--demanded', (i) => memory.used[i]),
      { label: 'budget', class: 'line', stroke: colour('--budget'), width: 2, dash: [6, 4], points: { show: false }, value: () => sizeText(budget) },
    ],
    axes: [
      axis('time since the start', { size: 28, space: 70, incrs: timeSteps, values: timeTicks }),
      axis('memory (' + report.unit + ')', { size: view.gutter(), labelGap: 52 - view.gutter(), values: (u, splits) => splits.map(grouped) }),
    ],
    hooks: { setScale: [(u, key) => key === 'x' && view.zoomed(u)] },
  }, [memory.at, memory.resident, memory.used, memory.at.map(() => budget)], host);
}
`;
