// What this process holds: programs, ports, handles, timers and memory, so that a leak shows as a difference.
import { createHook } from 'node:async_hooks';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { processTreesSync } from '../../dist/loaders/process-tree.js';

const timers = new Set(['Timeout', 'Immediate']);
const handles = new Set([
  'FSEVENTWRAP',
  'HTTPCLIENTREQUEST',
  'MESSAGEPORT',
  'PIPESERVERWRAP',
  'PIPEWRAP',
  'PROCESSWRAP',
  'TCPSERVERWRAP',
  'TCPWRAP',
  'TLSWRAP',
  'WORKER',
]);
const alive = new Map();

/** From now on every timer and handle is counted, those too that do not keep the process alive. */
export function beginCounting() {
  createHook({
    init(id, type) {
      if (timers.has(type) || handles.has(type)) alive.set(id, type);
    },
    destroy(id) {
      alive.delete(id);
    },
  }).enable();
}

const count = (types) => [...alive.values()].filter((type) => types.has(type)).length;

/** Programs below this one, but for the three that all of them share: the watchman, what changes their cores, what starts them. */
function programs() {
  return processTreesSync([process.pid])[0].filter(
    ({ pid, parent }) => pid !== process.pid && !(parent === process.pid && isShared(pid)),
  ).length;
}

function isShared(pid) {
  try {
    return /while read -r (change leader|whose from)|--eval\0\nconst \{ spawn \}/.test(
      readFileSync(`/proc/${pid}/cmdline`, 'latin1'),
    );
  } catch {
    return false;
  }
}

/** Numbers of the sockets that this process has open. */
function sockets() {
  const links = readdirSync('/proc/self/fd').map((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      // The one by which the folder is read.
      return '';
    }
  });
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

function ports() {
  const own = sockets();
  const lines = ['tcp', 'tcp6'].flatMap((file) =>
    readFileSync(`/proc/self/net/${file}`, 'latin1').split('\n').slice(1),
  );
  const listening = '0A';
  return lines.filter((line) => {
    const fields = line.trim().split(/\s+/);
    return fields[3] === listening && own.has(fields[9]);
  }).length;
}

/** Foreload's own timers end within a second: what is there all the time is what stays. */
async function leastTimers() {
  let least = count(timers);
  for (let look = 0; look < 8; look++) {
    await delay(200);
    least = Math.min(least, count(timers));
  }
  return least;
}

/** Bytes of a line of `/proc/self/status`. */
const ofStatus = (name) =>
  1024 * Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync('/proc/self/status', 'latin1'))[1]);

/**
 * Everything that could leak, once what closes has closed and the garbage is gone. The garbage last: V8 makes the space for young
 * objects small again only where little was allocated of late, and it grows to 32 MB with whatever work is done.
 * `anon`: resident memory without the pages of files, which the system takes back as it likes; `heapTotal` of it is V8's for
 * this thread, and nearly all of the rest malloc's.
 */
export async function audit() {
  const timers = await leastTimers();
  for (let turn = 0; turn < 5; turn++) {
    globalThis.gc();
    await delay(100);
  }
  const { rss, heapTotal, heapUsed, external } = process.memoryUsage();
  return {
    programs: programs(),
    ports: ports(),
    timers,
    handles: count(handles),
    descriptors: readdirSync('/proc/self/fd').length,
    threads: readdirSync('/proc/self/task').length,
    rss,
    anon: ofStatus('RssAnon'),
    heapTotal,
    heap: heapUsed,
    external,
  };
}

/** What is alive, by type: to find out what leaked. */
export function aliveByType() {
  const types = {};
  for (const type of alive.values()) types[type] = (types[type] ?? 0) + 1;
  return types;
}
