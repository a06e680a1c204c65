import { ms, type UserId } from '../model/ids.ts';
import { userLimit } from '../model/limits.ts';
import { Generations } from '../predict/generations.ts';
import type { Timers } from '../time/clock.ts';

/**
 * What users are typing or saying. However often a text changes, it is told at most once a turn of the event loop, and
 * only as it stands then. A text is kept until its command is given or it is taken back, and no longer; of no more users
 * than {@link userLimit}.
 */
export class Drafts {
  readonly #timers: Timers;
  readonly #tell: (user: UserId, text: string) => void;
  #texts = new Generations<UserId, string>(userLimit);
  readonly #untold = new Set<UserId>();
  #cancel: (() => void) | null = null;

  constructor(timers: Timers, tell: (user: UserId, text: string) => void) {
    this.#timers = timers;
    this.#tell = tell;
  }

  /** The text so far replaces what was there before; '' takes it back. */
  typed(user: UserId, text: string): void {
    if (text === (this.#texts.get(user) ?? '')) return;
    if (text === '') this.#texts.delete(user);
    else this.#texts.set(user, text);
    this.#untold.add(user);
    this.#cancel ??= this.#timers.start(ms(0), () => this.#tellAll());
  }

  /** The user gives a command: whatever was typed is that command now. */
  given(user: UserId): void {
    this.#texts.delete(user);
    this.#untold.delete(user);
  }

  stop(): void {
    this.#cancel?.();
    this.#untold.clear();
    this.#texts = new Generations(userLimit);
  }

  #tellAll(): void {
    this.#cancel = null;
    const users = [...this.#untold];
    this.#untold.clear();
    for (const user of users) this.#tell(user, this.#texts.get(user) ?? '');
  }
}
