/** Memory and timeline as one view: the same policy, the same range of time, the same pointer. */
export const stretch: string = /* js */ `
function startStretch() {
  const { pictures, end } = report.stretch;
  const buttons = [...document.querySelectorAll('[data-picture]')];
  const showAll = document.getElementById('show-all');
  let shown = buttons.findIndex((button) => button.getAttribute('aria-pressed') === 'true');
  // A little room at both ends, so that the marks there are whole.
  const all = { min: -end / 100, max: end * 1.01 };
  let range = all;
  const charts = new Map();
  const zoom = (to) => charts.forEach((chart) => chart.setScale('x', to));

  const view = {
    picture: () => pictures[shown],
    gutter: () => (document.getElementById('memory').clientWidth < 560 ? 84 : 160),
    scaleX: () => ({ time: false, auto: false, ...range }),
    cursor: () => ({
      y: false,
      drag: { x: true, y: false },
      // The pointer moves in both charts; a drag is one chart's, and the zoom that follows from it reaches the other by zoomed().
      sync: { key: 'stretch', scales: ['x', null], filters: { pub: (type) => type === 'mousemove' || type === 'mouseleave' } },
      bind: { dblclick: () => () => zoom(all) },
    }),
    zoomed(u) {
      const { min, max } = u.scales.x;
      range = { min, max };
      showAll.disabled = min <= all.min && max >= all.max;
      for (const chart of charts.values()) {
        if (chart.scales.x.min !== min || chart.scales.x.max !== max) chart.setScale('x', range);
      }
    },
  };

  const placed = Object.entries({ memory: drawMemory, timeline: drawTimeline }).filter(([id]) => document.getElementById(id)).map(([id, draw]) =>
    place(id, (host, width) => {
      const chart = draw(host, width, view);
      charts.set(id, chart);
      return chart;
    }));
  showAll.addEventListener('click', () => zoom(all));
  buttons.forEach((button, index) => button.addEventListener('click', () => {
    shown = index;
    buttons.forEach((each) => each.setAttribute('aria-pressed', String(each === button)));
    placed.forEach((draw) => draw());
  }));
}
`;
