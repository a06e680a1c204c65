import type { UserId } from '../model/ids.ts';
import { type EngineState, tell } from './state.ts';

/** A user gives a command: what was foretold of the one before can be judged. */
export function judgeForecasts(state: EngineState, user: UserId): void {
  const { tracker, now: at } = state;
  if (!tracker) return;
  const news = tracker.command(user);
  if (news.length === 0 || !state.notices) return;
  const { all, behind } = tracker.status();
  for (const kind of news) {
    if (kind === 'accuracy') tell(state, { kind, at, accuracy: all });
    else if (behind) tell(state, { kind, at, ...behind });
  }
}
