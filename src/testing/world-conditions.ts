import type { EngineEvent } from '../model/event.ts';
import { bytes, type Bytes } from '../model/ids.ts';
import type { WorldAction } from './world-action.ts';

type Condition = 'pressure' | 'interference' | 'budget' | 'settings' | 'warm' | 'close';

/** What changes for everyone, as the engine is told of it. @param first the first budget, of which actions name multiples */
export function conditionOf(action: Extract<WorldAction, { kind: Condition }>, first: number): EngineEvent {
  switch (action.kind) {
    case 'pressure': {
      const { kind, level, excess, room } = action;
      const owed = excess === undefined ? {} : { excessBytes: bytes(Math.round(first * excess)) };
      return { kind, level, ...owed, ...(room === undefined ? {} : rooms(first * room)) };
    }
    case 'budget':
      return { kind: 'budget', bytes: budgetOf(first, action.size) };
    case 'settings': {
      const { budget, ...others } = action.settings;
      return {
        kind: 'settings',
        settings: budget === undefined ? others : { ...others, budget: budgetOf(first, budget) },
      };
    }
    case 'interference':
    case 'warm':
    case 'close':
      return action;
  }
}

const budgetOf = (first: number, size: number): Bytes => bytes(Math.max(1, Math.round(first * size)));
const rooms = (size: number): { roomBytes: Bytes; demandBytes: Bytes } => ({
  roomBytes: bytes(Math.round(size)),
  demandBytes: bytes(Math.round(2 * size)),
});
