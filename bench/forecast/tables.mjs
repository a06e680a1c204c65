// The results as tables in Markdown.

export const percent = (share) => (share === null || share === undefined ? '–' : (share * 100).toFixed(1));
const shares = (top) => (top ? [top.top1, top.top3, top.top5].map(percent).join(' / ') : '–');
const points = (difference) => `${difference >= 0 ? '+' : '−'}${Math.abs(difference * 100).toFixed(1)}`;
const number = (value, digits = 1) => (value === null || value === undefined ? '–' : value.toFixed(digits));

export function table(heading, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heading), line(heading.map(() => '---')), ...rows.map(line)];
}

export function accuracyLines(results) {
  return results.flatMap(({ trace, needs, users, components, contestants, against }) => [
    '',
    `${trace}: ${needs} scored needs of ${users} users, ${components} components. Top-1 / 3 / 5 in %`,
    '',
    ...table(
      ['', 'step 1', 'step 2', 'step 3', 'earlier texts', 'own text', 'ECE', 'bits', 'µs a need', 'MB'],
      contestants.map(({ name, steps, earlierTexts, own, ece, bitsPerNeed, microsPerNeed, bytes }) => [
        name,
        shares(steps?.['1']),
        shares(steps?.['2']),
        shares(steps?.['3']),
        shares(earlierTexts?.['1']),
        shares(own),
        number(ece, 3),
        number(bitsPerNeed, 2),
        number(microsPerNeed, 0),
        number(bytes === undefined ? null : bytes / 2 ** 20),
      ]),
    ),
    ...Object.entries(against).flatMap(([name, tops]) => ['', ...againstLines(name, tops)]),
  ]);
}

function againstLines(name, tops) {
  return Object.entries(tops).map(([top, { baseline, share, mean, low, high, by, tenths }]) => {
    const interval = `${points(mean)} [${points(low)}, ${points(high)}] points, 95 % by ${by}`;
    const each = tenths ? `; by tenth ${tenths.map(points).join(' ')}` : '';
    return `${name} ${top} against ${baseline} (${percent(share)}): ${interval}${each}`;
  });
}
