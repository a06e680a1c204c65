import { describe, expect, it } from 'vitest';
import type { ComponentId } from '../../src/model/ids.ts';
import type { Predictor } from '../../src/predict/predictor.ts';
import { instant, settled, world } from './world.ts';

/** Foretells the component whose name is typed; writes down what it is told. */
function typist() {
  const told: string[] = [];
  let draft = '';
  const predictor: Predictor = {
    name: 'typist',
    command: (user) => void told.push(`command of ${user}`),
    text() {},
    partial: (user, text) => void (told.push(`${user}: ${text}`), (draft = text)),
    demand() {},
    forecast: () =>
      draft === '' ? [] : [{ component: draft as ComponentId, step: 1, probability: 0.99, why: 'it is typed' }],
    forget() {},
  };
  return { told, ...world({ a: { loader: instant(), size: '1MB' } }, { predictor, waste: 1 }) };
}

describe('observePartial', () => {
  it('loads ahead what is being typed', async () => {
    const { foreload, time } = typist();
    foreload.observePartial({ text: 'a' });
    time.advance(0);
    await settled();
    expect((await foreload.observe({ text: 'a' }).acquire('a')).found).toBe('warm');
    await foreload.close();
  });

  it('tells many keys of one turn once, as the text stands then', async () => {
    const { foreload, time, told, notices } = typist();
    for (const text of ['o', 'op', 'ope', 'open']) foreload.observePartial({ text, user: 'ann' });
    foreload.observePartial({ text: 'play', user: 'bob' });
    expect(told).toEqual([]);
    time.advance(0);
    expect(told).toEqual(['ann: open', 'bob: play']);
    expect(notices.filter(({ kind }) => kind === 'forecast')).toHaveLength(2);
    await foreload.close();
  });

  it('is told nothing when the text is what it was, or was empty and stays so', async () => {
    const { foreload, time, told } = typist();
    for (const text of ['', 'open', 'open', '', '']) {
      foreload.observePartial({ text });
      time.advance(0);
    }
    expect(told).toEqual(['default: open', 'default: ']);
    await foreload.close();
  });

  it('ends with the command: what was not told yet never is, and the same text is news again', async () => {
    const { foreload, time, told } = typist();
    foreload.observePartial({ text: 'open' });
    foreload.observe({ text: 'open it' });
    time.advance(0);
    foreload.observePartial({ text: 'open' });
    time.advance(0);
    expect(told).toEqual(['command of default', 'default: open']);
    await foreload.close();
  });

  it('is refused once closed, and what waited is dropped', async () => {
    const { foreload, time, told } = typist();
    foreload.observePartial({ text: 'open' });
    await foreload.close();
    time.advance(0);
    expect(told).toEqual([]);
    expect(() => foreload.observePartial({ text: 'open' })).toThrow(expect.objectContaining({ code: 'closed' }));
  });
});
