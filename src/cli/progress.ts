import { setImmediate } from 'node:timers/promises';
import type { CliIo } from './io.ts';

/** Shows how far a long piece of work is. */
export interface Progress {
  /** To be awaited now and then with the share done. @throws the reason of the interrupt, if there was one */
  readonly report: (done: number) => Promise<void>;
  /** Removes the bar. */
  readonly end: () => void;
}

const redrawMs = 100;
const barWidth = 24;

/** A bar on stderr with the time that is left, where stderr is a terminal; nothing otherwise. */
export function startProgress({ stderr, columns, clock, signal }: CliIo, what: string): Progress {
  const began = clock.now();
  let drawn = began;
  let visible = false;
  return {
    report: async (done) => {
      // Lets an interrupt arrive.
      await setImmediate();
      signal.throwIfAborted();
      const now = clock.now();
      if (columns === 0 || now - drawn < redrawMs) return;
      drawn = now;
      visible = true;
      const filled = Math.round(done * barWidth);
      const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
      const left = done > 0.01 ? `, ${duration(((now - began) / done) * (1 - done))} left` : '';
      const line = `${what} ${bar} ${Math.floor(done * 100)} %${left}`;
      stderr(`\r${line.slice(0, columns - 1)}\u001b[K`);
    },
    end: () => {
      if (visible) stderr('\r\u001b[K');
      visible = false;
    },
  };
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} min`;
}
