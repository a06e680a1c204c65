import { megabytes, percent, plain } from './table.js';

/** Mean responses closer than this share of the larger one are within what two runs of one policy differ by. */
const noise = 0.1;

/** Who won, by how much and at what price, in one sentence. */
export function verdict({ foreload, lru }) {
  const ours = foreload.responseMs.mean;
  const theirs = lru.responseMs.mean;
  if (ours === null || theirs === null) return 'No winner: a policy served no command.';
  const warm = `${percent(foreload.warmRate)} of the commands found their component warm against ${percent(lru.warmRate)}`;
  const price = priceOf(foreload, lru);
  const times = `${plain(ours)} ms against ${plain(theirs)} ms on average`;
  if (Math.abs(ours - theirs) <= noise * Math.max(ours, theirs)) {
    return `No clear winner: Foreload and LRU waited about as long (${times}); ${warm}; ${price}.`;
  }
  if (ours < theirs) {
    return `Foreload won: components were usable after ${times} with LRU, ${percent(1 - ours / theirs)} less waiting; ${warm}; ${price}.`;
  }
  return `LRU won: with Foreload components were usable only after ${times}, ${percent(ours / theirs - 1)} more waiting; ${warm}; ${price}.`;
}

function priceOf({ memory, preloads, found }, lru) {
  const { timely, late, wasted } = preloads;
  const failures = `${found.failed} commands failed with Foreload, ${lru.found.failed} with LRU; `;
  const price = `its price: ${wasted} of its ${timely + late + wasted} preloads were wasted`;
  const loads = found.failed + lru.found.failed > 0 ? failures + price : price;
  if (!memory || !lru.memory) return loads;
  const more = memory.mean - lru.memory.mean;
  return `${loads}, ${megabytes(Math.abs(more))} MB ${more < 0 ? 'less' : 'more'} memory on average`;
}
