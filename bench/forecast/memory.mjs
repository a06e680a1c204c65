// Part `memory`: how much a predictor holds for each user and each component, by the growth of the heap.
import { heapBytes } from '../../dist/cli/heap.js';
import { contestant } from './contestants.mjs';
import { stream } from './stream.mjs';
import { table } from './tables.mjs';

const commandsOfUser = 10;

export function* memory({ predictors, seed, say }) {
  for (const name of predictors) {
    for (const users of [1000, 100_000]) {
      say(`memory: ${name}, ${users} users`);
      const grew = grown(name, { users, components: 100, seed }, users * commandsOfUser);
      yield { name, users, components: 100, ...grew, bytesPerUser: grew.bytes / users };
    }
    for (const components of [1000, 10_000]) {
      say(`memory: ${name}, ${components} components`);
      const grew = grown(name, { users: 1, components, seed }, components * 10);
      yield { name, users: 1, components, ...grew, bytesPerComponent: grew.bytes / components };
    }
  }
}

function grown(name, shape, commands) {
  const contexts = contextsIn(shape, commands);
  const events = stream(shape);
  const before = heapBytes(events);
  const predictor = contestant(name)();
  for (let command = 0; command < commands; command++) {
    const [user, component, now] = events.next().value;
    predictor.command(user, now);
    predictor.demand(user, component, now);
  }
  const bytes = heapBytes([predictor, events]) - before;
  return { commands, contexts, bytes, bytesPer1000Contexts: (bytes / contexts) * 1000 };
}

/** How many different pasts of two components the users had, each user's counted apart. */
function contextsIn(shape, commands) {
  const events = stream(shape);
  const pasts = new Map();
  const seen = new Set();
  for (let command = 0; command < commands; command++) {
    const [user, component] = events.next().value;
    const past = `${pasts.get(user) ?? ''},${component}`.split(',').slice(-2).join();
    pasts.set(user, past);
    seen.add(`${user}:${past}`);
  }
  return seen.size;
}

export function memoryLines(results) {
  const of = (value) => (value === undefined ? '–' : value.toFixed(0));
  return [
    '',
    'memory by growth of the heap',
    '',
    ...table(
      [
        '',
        'users',
        'components',
        'commands',
        'contexts',
        'MB',
        'MB a 1,000 contexts',
        'bytes a user',
        'bytes a component',
      ],
      results.map(({ name, users, components, commands, contexts, bytes, ...per }) => [
        name,
        users,
        components,
        commands,
        contexts,
        (bytes / 2 ** 20).toFixed(1),
        (per.bytesPer1000Contexts / 2 ** 20).toFixed(2),
        of(per.bytesPerUser),
        of(per.bytesPerComponent),
      ]),
    ),
  ];
}
