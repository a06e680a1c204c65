import { fileURLToPath } from 'node:url';
import { childProcess } from 'foreload/loaders/child-process';
import { worker } from 'foreload/loaders/worker';
import { Conversation } from './conversation.js';

/** A module of `workers/` in a thread of its own; its functions are called by name. */
export function inWorker(file) {
  return worker({ module: new URL(`./workers/${file}`, import.meta.url) });
}

/** A program of `programs/` in a process of its own, which answers requests. Ready once it has answered the first one. */
export function inChild(file, firstRequest) {
  return childProcess({
    command: process.execPath,
    args: [fileURLToPath(new URL(`./programs/${file}`, import.meta.url))],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    async ready(child) {
      const conversation = new Conversation(child);
      await conversation.ask(await firstRequest());
      return conversation;
    },
  });
}
