import type { CommandId, UserId } from '../model/ids.ts';
import { userLimit } from '../model/limits.ts';
import { Generations } from '../predict/generations.ts';
import type { Timers } from '../time/clock.ts';
import { CommandPulse } from './command-pulse.ts';

/** The latest command of each user, of those active last. */
export class OpenCommands {
  readonly #timers: Timers;
  readonly #served: (command: CommandId, user: UserId) => void;
  readonly #latest = new Generations<UserId, CommandPulse>(userLimit);
  #last = 0;

  /** @param served told when a command has been served for now */
  constructor(timers: Timers, served: (command: CommandId, user: UserId) => void) {
    this.#timers = timers;
    this.#served = served;
  }

  /** How many are remembered, at most. */
  get size(): number {
    return this.#latest.size;
  }

  latest(user: UserId): CommandPulse | undefined {
    return this.#latest.get(user);
  }

  /** A user gives a command; it takes the place of the one before. */
  begin(user: UserId): CommandPulse {
    this.#latest.get(user)?.drop();
    const id = ++this.#last as CommandId;
    const pulse = new CommandPulse(id, user, this.#timers, () => this.#served(id, user));
    this.#latest.set(user, pulse);
    return pulse;
  }

  /** Nothing more is told of any of them. */
  stop(): void {
    for (const [, pulse] of this.#latest.entries()) pulse.drop();
  }
}
