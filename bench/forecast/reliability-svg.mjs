// Reliability diagrams as one SVG picture: a row for each trace and predictor, a column for each step. A dot is a bin of
// forecasts: how sure they were to the right, how often they came upwards, its area by their number.

const plot = 150;
const gap = 40;
const left = 210;
const top = 50;

export function reliabilitySvg(results, predictors) {
  const rows = results.flatMap(({ trace, contestants }) =>
    contestants
      .filter(({ name, reliability }) => predictors.includes(name) && reliability)
      .map(({ name, reliability, ece }) => ({ trace, name, reliability, ece })),
  );
  const width = left + 3 * (plot + gap);
  const height = top + rows.length * (plot + gap);
  const cells = rows.flatMap(({ trace, name, reliability, ece }, row) => {
    const y = top + row * (plot + gap);
    return [
      label(10, y + plot / 2 - 8, trace, 'bold'),
      label(10, y + plot / 2 + 10, `${name}, ECE ${ece === null ? '–' : ece.toFixed(3)}`),
      ...reliability.map((bins, step) => diagram(bins, left + step * (plot + gap), y)),
    ];
  });
  const heads = [1, 2, 3].map((step) => label(left + (step - 1) * (plot + gap), 35, `step ${step}`, 'bold'));
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="white"/>
${label(10, 18, 'How often the likeliest candidate came (up), by how sure the forecast was (right); both 0 to 1')}
${[...heads, ...cells].join('\n')}
</svg>
`;
}

function diagram(bins, x, y) {
  const all = bins.reduce((sum, { cases }) => sum + cases, 0);
  const dots = bins
    .filter(({ cases }) => cases > 0)
    .map(({ cases, sure, came }) => {
      const at = [x + (sure / cases) * plot, y + plot - (came / cases) * plot].map((value) => value.toFixed(1));
      const radius = 1 + 11 * Math.sqrt(cases / all);
      return `<circle cx="${at[0]}" cy="${at[1]}" r="${radius.toFixed(1)}" fill="#2563eb" fill-opacity="0.55"/>`;
    });
  return [
    `<rect x="${x}" y="${y}" width="${plot}" height="${plot}" fill="none" stroke="#999"/>`,
    `<line x1="${x}" y1="${y + plot}" x2="${x + plot}" y2="${y}" stroke="#999" stroke-dasharray="4 3"/>`,
    ...dots,
    label(x - 4, y + plot + 14, '0'),
    label(x + plot - 4, y + plot + 14, '1'),
  ].join('\n');
}

function label(x, y, words, weight = 'normal') {
  const escaped = words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  return `<text x="${x}" y="${y}" font-weight="${weight}">${escaped}</text>`;
}
