import process from 'node:process';
import { onTestFinished } from 'vitest';

/** What surfaces as uncaught while a test runs, instead of ending it. */
export function uncaught(): unknown[] {
  const caught: unknown[] = [];
  const others = process.rawListeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', (error) => void caught.push(error));
  onTestFinished(() => {
    process.removeAllListeners('uncaughtException');
    for (const other of others) process.on('uncaughtException', other as (error: Error) => void);
  });
  return caught;
}
