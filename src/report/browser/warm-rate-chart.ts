/** Warm rate against budget, one line per policy. Budgets that grow by factors get a logarithmic axis. */
export const warmRateChart: string = /* js */ `
function drawWarmRate(host, width) {
  const { policies, labels, sizes, rates, run } = report.curve;
  const first = sizes[0], last = sizes[sizes.length - 1];
  const byFactors = first > 0 && last / first >= 8;
  const known = rates.flat().filter((rate) => rate !== null);
  const floor = Math.max(0, Math.floor((Math.min(...known, 100) - 2) / 10) * 10);
  // A budget given as a share shows its size below; one given as a size would only say it twice.
  const relative = labels.some((label) => label.includes('%'));
  const axisLabel = (size) => (relative ? labels[sizes.indexOf(size)] + '\\n' : '') + sizeText(size);
  host.classList.add('lines');
  return new uPlot({
    width, height: 340,
    scales: {
      x: { time: false, distr: byFactors ? 3 : 1, log: 2, range: () => edges(first, last, byFactors) },
      y: { range: () => [floor, 100] },
    },
    cursor: lineCursor(policies),
    legend: lineLegend(policies),
    series: [
      { label: 'budget', value: (u, value, s, i) => (i == null ? '' : axisLabel(sizes[i]).replace('\\n', ' = ')) },
      ...policies.map((policy) => policySeries(policy, {
        spanGaps: false,
        points: { show: sizes.length < 30, size: report.looks[policy].role === 'ours' ? 9 : 6, fill: colour('--card') },
      })),
    ],
    axes: [
      axis('memory budget (' + report.unit + ')', {
        size: relative ? 46 : 28,
        splits: (u) => roomy(u, sizes),
        filter: (u, splits) => splits,
        values: (u, splits) => splits.map(axisLabel),
      }),
      axis('warm rate (% of needs)', { size: 54, values: percentTicks }),
    ],
    hooks: { draw: [(u) => drawRunBudget(u, run)] },
  }, [sizes, ...rates], host);
}

/** A little room left and right of the first and last budget. */
function edges(first, last, byFactors) {
  if (first === last) return [first * 0.5, first * 1.5 || 1];
  const room = byFactors ? Math.pow(last / first, 0.04) : (last - first) * 0.04;
  return byFactors ? [first / room, last * room] : [first - room, last + room];
}

/** The budgets whose labels fit beside each other. The last one always does. */
function roomy(u, sizes) {
  const least = 74;
  const kept = [];
  for (const size of [...sizes].reverse()) {
    const x = u.valToPos(size, 'x');
    if (!kept.length || kept[0].x - x >= least) kept.unshift({ size, x });
  }
  return kept.map(({ size }) => size);
}

function drawRunBudget(u, run) {
  const { min, max } = u.scales.x;
  if (run < min || run > max) return;
  const x = Math.round(u.valToPos(run, 'x', true));
  const { ctx, bbox } = u;
  ctx.save();
  ctx.strokeStyle = ctx.fillStyle = colour('--budget');
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.font = 12 * devicePixelRatio + 'px' + fontFamily;
  const right = x < bbox.left + bbox.width / 2;
  ctx.textAlign = right ? 'left' : 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText('this run', x + (right ? 6 : -6) * devicePixelRatio, bbox.top + bbox.height - 5 * devicePixelRatio);
  ctx.restore();
}
`;
