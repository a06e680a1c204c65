import { describe, expect, it } from 'vitest';
import { ms } from '../../src/model/ids.ts';
import { availableMemory } from '../../src/probes/available-memory.ts';
import { PressureGauge } from '../../src/probes/pressure-gauge.ts';

const at = (share: number) => ({ availableBytes: share * 1000, limitBytes: 1000 });

describe('PressureGauge', () => {
  it('goes up at once, to the level of the reading', () => {
    const gauge = new PressureGauge();
    expect([0.5, 0.24, 0.14, 0.07, 0.03].map((share, i) => gauge.read(at(share), ms(i)))).toEqual([
      'low',
      'medium',
      'high',
      'critical',
      'emergency',
    ]);
  });

  it('comes down one level at a time, after the dwell time, and only past the hysteresis', () => {
    const gauge = new PressureGauge();
    gauge.read(at(0.03), ms(0));
    expect(gauge.read(at(0.05), ms(60_000))).toBe('emergency');
    expect(gauge.read(at(0.9), ms(61_000))).toBe('emergency');
    expect(gauge.read(at(0.9), ms(65_999))).toBe('emergency');
    expect(gauge.read(at(0.9), ms(66_000))).toBe('critical');
    expect(gauge.read(at(0.9), ms(71_000))).toBe('high');
    expect(gauge.read(at(0.9), ms(76_000))).toBe('medium');
    expect(gauge.read(at(0.9), ms(81_000))).toBe('low');
  });

  it('memory that swings around a border every second changes the level once', () => {
    const gauge = new PressureGauge();
    const levels = Array.from({ length: 120 }, (_, i) => gauge.read(at(i % 2 === 0 ? 0.14 : 0.17), ms(i * 1000)));
    expect(new Set(levels)).toEqual(new Set(['high']));
  });
});

describe('availableMemory', () => {
  it('reads this machine: something is available, and no more than there is', () => {
    const reading = availableMemory().read();
    expect(reading?.limitBytes).toBeGreaterThan(2 ** 20);
    expect(reading?.availableBytes).toBeGreaterThan(0);
    expect(reading?.availableBytes).toBeLessThanOrEqual(reading?.limitBytes ?? 0);
  });
});
