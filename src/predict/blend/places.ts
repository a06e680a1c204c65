import { type Evidence, mostCandidates } from './evidence.ts';

/** Where {@link likeliest} leaves the candidates it found, the likeliest first. */
export const places: Uint8Array = new Uint8Array(mostCandidates);

/** Puts the `limit` likeliest candidates into {@link places}; how many there are. Equal ones keep their order. */
export function likeliest({ probability, count }: Evidence, limit: number): number {
  const most = Math.min(limit, count);
  let filled = 0;
  for (let at = 0; at < count; at++) {
    const value = probability[at]!;
    if (filled === most && value <= probability[places[filled - 1]!]!) continue;
    let place = filled < most ? filled++ : filled - 1;
    while (place > 0 && probability[places[place - 1]!]! < value) {
      places[place] = places[place - 1]!;
      place--;
    }
    places[place] = at;
  }
  return filled;
}
