import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { build } from '../../scripts/build.mjs';
import type { Notice } from '../../src/model/notice.ts';
import { Port } from '../../src/ring/port.ts';
import { createForeload, type Foreload } from '../../src/runtime/foreload.ts';
import { instant } from './world.ts';

const components = { a: { loader: instant('a'), size: '1MB' }, b: { loader: instant('b'), size: '1MB' } };
let open: { foreload: Foreload<typeof components>; notices: Notice[] }[] = [];

function start() {
  const foreload = createForeload({ components, pressure: false, budget: '10MB', preload: false });
  const notices: Notice[] = [];
  foreload.events.on('notice', (notice) => notices.push(notice));
  open.push({ foreload, notices });
  return { foreload, notices };
}

afterEach(async () => {
  for (const { foreload } of open) await foreload.close();
  open = [];
});

async function until(what: () => boolean): Promise<void> {
  while (!what()) await new Promise((resolve) => setImmediate(resolve));
}

const demanded = (notices: readonly Notice[]) =>
  notices.flatMap((notice) =>
    notice.kind === 'demanded' ? [`${notice.user} ${notice.component} ${notice.found}`] : [],
  );

describe('a port', () => {
  test('what a worker tells is as if it were told here', async () => {
    const { foreload, notices } = start();
    const port = new Port(foreload.port());
    expect(port.observe({ user: 'ann', text: 'grüße aus Zürich 🚲', tags: ['desk', 'night'] })).toBe(true);
    expect(port.used('b', 'ann')).toBe(true);
    await until(() => demanded(notices).length === 1);
    expect(demanded(notices)).toEqual(['ann b cold']);
    port.observe({ user: 'ann', text: 'x' });
    port.used('b', 'ann');
    port.used('a');
    await until(() => demanded(notices).length === 3);
    expect(demanded(notices)).toEqual(['ann b cold', 'ann b warm', 'default a cold']);
    const ann = foreload.status().forecast.users.find(({ user }) => user === 'ann');
    expect(ann?.commands).toBeGreaterThan(0);
  });

  test('refuses what nobody knows and what is too long, and counts what finds no room', () => {
    const { foreload } = start();
    const port = new Port(foreload.port());
    expect(() => port.used('z')).toThrow('there is no component "z"; known: a, b');
    expect(() => port.observe({ text: 'x'.repeat(8000) })).toThrow('7152 bytes');
    expect(port.observe({ text: 'x'.repeat(7000) })).toBe(true);
    let told = 1;
    while (port.observe({ text: 'y' })) told++;
    expect(told).toBeGreaterThan(100);
    expect(port.dropped).toBe(1);
  });

  test('is refused in a clear line when all are in use', () => {
    const { foreload } = start();
    for (let n = 0; n < 31; n++) foreload.port();
    expect(() => foreload.port()).toThrow(
      expect.objectContaining({
        name: 'ForeloadError',
        code: 'invalid-option',
        message:
          'no port is free: found 31 in use; tell whose each port is by its of(worker): it is free again once that worker ends',
      }),
    );
  });

  test('after close nothing is taken up', async () => {
    const { foreload } = start();
    const port = new Port(foreload.port());
    await foreload.close();
    expect(port.observe({ text: 'x' })).toBe(false);
    expect(() => foreload.port()).toThrow('closed');
  });

  test('many workers tell at once, and one that ends at any point gives its place back', async () => {
    build();
    const { foreload, notices } = start();
    const dist = pathToFileURL(fileURLToPath(new URL('../../dist/ring/worker.js', import.meta.url))).href;
    const code = `
      const { workerData, parentPort } = require('node:worker_threads');
      import(${JSON.stringify(dist)}).then(({ attachPort }) => {
        const port = attachPort(workerData.port);
        for (let n = 0; n < workerData.times; n++) while (!port.used('a', 'user' + workerData.id));
        parentPort.postMessage('done');
        if (workerData.times > 1e6) for (;;) port.used('b', 'gone');
      });`;
    const hire = (id: number, times: number): Worker => {
      const port = foreload.port();
      const worker = new Worker(code, { eval: true, workerData: { port, id, times } });
      port.of(worker);
      return worker;
    };
    const steady = [0, 1].map((id) => hire(id, 200));
    await Promise.all(steady.map((worker) => once(worker, 'message')));
    await until(() => demanded(notices).length === 400);
    expect(demanded(notices).filter((line) => line.startsWith('user0'))).toHaveLength(200);
    await Promise.all(steady.map((worker) => worker.terminate()));
    // Ended while they tell, again and again: 31 places would be used up.
    for (let round = 0; round < 34; round++) {
      const worker = hire(2, 1e9);
      await once(worker, 'online');
      await until(() => notices.some((notice) => notice.kind === 'demanded' && notice.user === 'user2'));
      notices.length = 0;
      await worker.terminate();
    }
    const port = new Port(foreload.port());
    await until(() => port.used('b', 'last'));
    await until(() => demanded(notices).some((line) => line.startsWith('last b')));
  }, 60_000);
});
beforeAll(() => build(), 120_000);
