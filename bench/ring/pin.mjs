// Keeps the calling thread on one core, where Linux and `taskset` are there.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export function pin(core) {
  try {
    // The file tells of the thread that reads it, and this reads on its own thread.
    const [thread] = readFileSync('/proc/thread-self/stat', 'utf8').split(' ');
    execFileSync('taskset', ['-p', '-c', String(core), thread], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
