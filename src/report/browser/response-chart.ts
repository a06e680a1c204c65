/** Cumulative share of commands against response time. Steps, because a share holds until the next measured time. */
export const responseChart: string = /* js */ `
function drawResponses(host, width) {
  const { policies, times, shares } = report.responses;
  host.classList.add('lines');
  return new uPlot({
    width, height: 340,
    scales: {
      x: { time: false, distr: 3, range: () => [times[0], times[times.length - 1]] },
      y: { range: () => [0, 100] },
    },
    cursor: lineCursor(policies),
    legend: lineLegend(policies),
    series: [
      { label: 'within', value: (u, value) => (value == null ? '' : answerTime(value)) },
      ...policies.map((policy) => policySeries(policy, { paths: uPlot.paths.stepped({ align: 1 }) })),
    ],
    axes: [
      axis('response time (ms, logarithmic)', {
        size: 28, space: 44, filter: roundTimes,
        values: (u, splits) => splits.map((value) => (value == null ? '' : value === times[0] ? '\\u2264 ' + value : grouped(value))),
      }),
      axis('answered (% of commands)', { size: 54, values: percentTicks }),
    ],
  }, [times, ...shares], host);
}

/** Labels at 1, 2 and 5 of each decade where there is room for them, else at 1. */
function roundTimes(u, splits) {
  const roomy = Math.abs(u.valToPos(2, 'x') - u.valToPos(1, 'x')) >= 48;
  const leading = (value) => Math.round(value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9)));
  return splits.map((value) => ((roomy ? [1, 2, 5] : [1]).includes(leading(value)) ? value : null));
}

const answerTime = (ms) => (ms < 10 ? ms.toFixed(1) : grouped(ms)) + ' ms';
`;
