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
      const bytes = grown(name, { users, components: 100, seed }, users * commandsOfUser);
      yield {
        name,
        users,
        components: 100,
        commands: users * commandsOfUser,
        bytes,
        bytesPerUser: bytes / users,
      };
    }
    for (const components of [1000, 10_000]) {
      say(`memory: ${name}, ${components} components`);
      const bytes = grown(name, { users: 1, components, seed }, components * 10);
      const perComponent = { bytesPerComponent: bytes / components };
      yield { name, users: 1, components, commands: components * 10, bytes, ...perComponent };
    }
  }
}

function grown(name, shape, commands) {
  const events = stream(shape);
  const before = heapBytes(events);
  const predictor = contestant(name)();
  for (let command = 0; command < commands; command++) {
    const [user, component, now] = events.next().value;
    predictor.command(user, now);
    predictor.demand(user, component, now);
  }
  return heapBytes([predictor, events]) - before;
}

export function memoryLines(results) {
  const of = (value) => (value === undefined ? '–' : value.toFixed(0));
  return [
    '',
    'memory by growth of the heap',
    '',
    ...table(
      ['', 'users', 'components', 'commands', 'MB', 'bytes a user', 'bytes a component'],
      results.map(({ name, users, components, commands, bytes, bytesPerUser, bytesPerComponent }) => [
        name,
        users,
        components,
        commands,
        (bytes / 2 ** 20).toFixed(1),
        of(bytesPerUser),
        of(bytesPerComponent),
      ]),
    ),
  ];
}
