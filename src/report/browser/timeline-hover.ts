/** The tooltip of the timeline: the stay and the need under the pointer, as text. */
export const timelineHover: string = /* js */ `
function hover(u, view) {
  const tip = document.createElement('div');
  tip.className = 'tooltip';
  tip.hidden = true;
  u.root.append(tip);
  u.over.addEventListener('mouseleave', () => { tip.hidden = true; });
  u.over.addEventListener('mousemove', (event) => {
    const row = Math.floor((event.offsetY / u.over.clientHeight) * report.stretch.rows.length);
    const lines = describe(u, view.picture(), row, event.offsetX);
    tip.hidden = lines.length === 0;
    if (tip.hidden) return;
    tip.replaceChildren(...lines.map((text, index) => Object.assign(document.createElement(index ? 'span' : 'b'), { textContent: text })));
    const left = u.over.offsetLeft + event.offsetX;
    const top = u.over.offsetTop + event.offsetY;
    tip.style.left = Math.max(0, Math.min(left + 14, u.root.clientWidth - tip.offsetWidth)) + 'px';
    tip.style.top = (top + 18 + tip.offsetHeight > u.root.clientHeight ? top - tip.offsetHeight - 12 : top + 18) + 'px';
  });
}

/** Nothing, or the component and then one line per fact about what lies within a few pixels. */
function describe(u, picture, row, x) {
  const id = report.stretch.rows[row];
  if (id === undefined) return [];
  const reach = 6;
  const from = u.posToVal(x - reach, 'x'), at = u.posToVal(x, 'x'), to = u.posToVal(x + reach, 'x');
  const need = nearest(visible(picture.needs[row], from, to, 0), (item) => Math.abs(item[0] - at));
  const stay = nearest(visible(picture.stays[row], from, to, 2), (item) => Math.max(item[0] - at, at - item[2], 0));
  if (!need && !stay) return [];
  return [id, ...(need ? ['needed at ' + clock(need[0]) + ': ' + report.foundKinds[need[1]]] : []), ...(stay ? stayLines(stay) : [])];
}

function nearest(items, distance) {
  return items.reduce((best, item) => (!best || distance(item) < distance(best) ? item : best), undefined);
}

function stayLines([loadFrom, warmFrom, until, kind, origin]) {
  const outcome = report.stayKinds[kind];
  return [
    'from ' + clock(loadFrom) + ' to ' + clock(until) + ' (' + duration(until - loadFrom) + ')',
    warmFrom === null ? 'never became warm' : 'loading took ' + duration(warmFrom - loadFrom),
    'origin: ' + report.origins[origin],
    ...(outcome === 'demand' ? [] : ['outcome: ' + outcome]),
  ];
}
`;
