/** Bars and marks of the timeline. Only the visible range is touched, and what would fall on the same pixels is drawn once. */
export const timelineBars: string = /* js */ `
function drawRows(u, picture) {
  const { ctx, bbox } = u;
  const { min, max } = u.scales.x;
  const height = bbox.height / report.stretch.rows.length;
  const toX = (at) => bbox.left + ((at - min) / (max - min)) * bbox.width;
  const hatchings = new Map();
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  picture.stays.forEach((stays, row) => drawStays(ctx, visible(stays, min, max, 2), toX, bbox.top + row * height, height, hatchings));
  const needs = picture.needs.map((row) => visible(row, min, max, 0));
  const busiest = Math.max(...needs.map((row) => row.length));
  const radius = Math.min(4, Math.max(1.75, bbox.width / devicePixelRatio / busiest / 3)) * devicePixelRatio;
  needs.forEach((row, index) => drawNeeds(ctx, row, toX, bbox.top + (index + 0.5) * height, radius));
  ctx.restore();
}

/** The items from the first that ends inside the range to the last that begins in it. Items of one row never overlap. */
function visible(items, min, max, endField) {
  const firstWhere = (test) => {
    let low = 0, high = items.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (test(items[middle])) high = middle;
      else low = middle + 1;
    }
    return low;
  };
  return items.slice(firstWhere((item) => item[endField] >= min), firstWhere((item) => item[0] > max));
}

function drawStays(ctx, stays, toX, top, height, hatchings) {
  const y = Math.round(top + height * 0.2);
  const tall = Math.round(height * 0.6);
  let drawnTo = -Infinity;
  for (const [loadFrom, warmFrom, until, kind] of stays) {
    const name = report.stayKinds[kind];
    const from = toX(loadFrom);
    const to = Math.max(toX(until), from + devicePixelRatio);
    if (to <= drawnTo) continue;
    drawnTo = to;
    const warm = warmFrom === null ? to : Math.min(to, Math.max(from, toX(warmFrom)));
    if (warm - from >= 1) {
      ctx.fillStyle = hatchings.get(name) ?? hatching(ctx, name, hatchings);
      ctx.fillRect(from, y, warm - from, tall);
    }
    ctx.fillStyle = colourOf('--stay-' + name, hatchings);
    ctx.fillRect(warm, y, to - warm, tall);
  }
}

/** A lighter, striped version of a stay's colour: it occupies memory and is not usable yet. */
function hatching(ctx, name, hatchings) {
  const side = 6 * devicePixelRatio;
  const tile = document.createElement('canvas');
  tile.width = tile.height = side;
  const pen = tile.getContext('2d');
  pen.fillStyle = pen.strokeStyle = colour('--stay-' + name);
  pen.globalAlpha = 0.3;
  pen.fillRect(0, 0, side, side);
  pen.globalAlpha = 1;
  pen.lineWidth = side / 3;
  pen.beginPath();
  for (const shift of [-side, 0, side]) {
    pen.moveTo(shift - 1, side + 1);
    pen.lineTo(shift + side + 1, -1);
  }
  pen.stroke();
  hatchings.set(name, ctx.createPattern(tile, 'repeat'));
  return hatchings.get(name);
}

/** The palette is asked once per colour and drawing. */
function colourOf(property, known) {
  if (!known.has(property)) known.set(property, colour(property));
  return known.get(property);
}

/** Warm needs first, so that no dot ever hides a cold one. The more needs are in sight, the smaller their marks. */
function drawNeeds(ctx, needs, toX, y, radius) {
  const card = colour('--card');
  report.foundKinds.forEach((name, found) => {
    const path = new Path2D();
    let last = -Infinity;
    for (const [at, kind] of needs) {
      const x = toX(at);
      if (kind !== found || x - last < radius / 2) continue;
      last = x;
      markShapes[name](path, x, y, radius);
    }
    // A rim in the card's colour keeps the mark apart from the bar; the cross is all line, so its rim is a wider line.
    const line = radius * 0.7;
    ctx.lineJoin = ctx.lineCap = 'round';
    ctx.strokeStyle = card;
    ctx.lineWidth = name === 'cold' ? line * 1.9 : line;
    ctx.stroke(path);
    ctx.strokeStyle = ctx.fillStyle = colour('--need-' + name);
    ctx.lineWidth = line;
    if (name === 'cold') ctx.stroke(path);
    else ctx.fill(path);
  });
}

/** Shapes differ as well as colours: dot, diamond, cross. */
const markShapes = {
  warm(path, x, y, r) {
    path.moveTo(x + r, y);
    path.arc(x, y, r, 0, 2 * Math.PI);
  },
  loading(path, x, y, r) {
    const side = r * 1.3;
    path.moveTo(x, y - side);
    path.lineTo(x + side, y);
    path.lineTo(x, y + side);
    path.lineTo(x - side, y);
    path.closePath();
  },
  cold(path, x, y, r) {
    path.moveTo(x - r, y - r);
    path.lineTo(x + r, y + r);
    path.moveTo(x + r, y - r);
    path.lineTo(x - r, y + r);
  },
};
`;
