import { describe, expect, test } from 'vitest';
import { peakHz } from '../src/ears';
import { qualityOf, readingOf, type Reading } from '../src/quality';

function readings(count: number, of: (i: number) => Partial<Reading> = () => ({})): Reading[] {
  return Array.from({ length: count }, (_, i) => ({
    rttMs: 40,
    jitterMs: 4,
    received: 100 * i,
    lost: 0,
    lostOut: 0,
    heardLevel: 0.1,
    microphoneLevel: 0.1,
    ...of(i),
  }));
}

describe('how good a call is', () => {
  test('a good one has three bars and no reason', () => {
    expect(qualityOf(readings(5), false)).toMatchObject({ bars: 3, reason: null });
  });

  test.each([
    ['Sound gets lost on the way to you', (i: number) => ({ received: 90 * i, lost: 10 * i })],
    ['Your sound gets lost on the way', () => ({ lostOut: 0.1 })],
    ['The connection is slow', () => ({ rttMs: 500 })],
    ['The connection is uneven', () => ({ jitterMs: 45 })],
    ['Your microphone seems silent', () => ({ microphoneLevel: 0 })],
    ['Nothing is heard from the other side', () => ({ received: 0 })],
  ])('%s', (reason, of) => expect(qualityOf(readings(5, of), false).reason).toBe(reason));

  test('a muted microphone may be silent', () => {
    expect(
      qualityOf(
        readings(5, () => ({ microphoneLevel: 0 })),
        true,
      ).reason,
    ).toBeNull();
  });

  test('one bad moment alarms nobody', () => {
    const moment = readings(5, (i) => (i === 2 ? { rttMs: 900, jitterMs: 80 } : {}));
    expect(qualityOf(moment, false).reason).toBeNull();
  });

  test('the score falls with loss and delay, and stays between 1 and 4.5', () => {
    const score = (of: Partial<Reading>) =>
      qualityOf(
        readings(5, () => of),
        false,
      ).mos;
    expect(score({})).toBeGreaterThan(4.2);
    expect(score({ lostOut: 0.05 })).toBeLessThan(score({ lostOut: 0.01 }));
    expect(score({ rttMs: 800 })).toBeLessThan(score({ rttMs: 300 }));
    expect(score({ rttMs: 5000, lostOut: 1 })).toBeGreaterThanOrEqual(1);
  });
});

test('a browser’s report becomes a reading', () => {
  const report = new Map<string, Record<string, unknown>>([
    ['a', { type: 'inbound-rtp', kind: 'audio', packetsReceived: 500, packetsLost: 5, jitter: 0.012, audioLevel: 0.2 }],
    ['b', { type: 'remote-inbound-rtp', kind: 'audio', fractionLost: 0.02, roundTripTime: 0.2 }],
    ['c', { type: 'candidate-pair', nominated: true, state: 'succeeded', currentRoundTripTime: 0.05 }],
    ['d', { type: 'media-source', kind: 'audio', audioLevel: 0.3 }],
    ['e', { type: 'inbound-rtp', kind: 'video', packetsReceived: 9 }],
  ]);
  expect(readingOf(report as unknown as RTCStatsReport)).toEqual({
    rttMs: 50,
    jitterMs: 12,
    received: 500,
    lost: 5,
    lostOut: 0.02,
    heardLevel: 0.2,
    microphoneLevel: 0.3,
  });
});

test('the strongest frequency is found between the bins', () => {
  const binHz = 48_000 / 8192;
  const at = 700 / binHz;
  const spectrum = Array.from({ length: 4096 }, (_, bin) => -20 - 6 * (bin - at) ** 2);
  expect(peakHz(spectrum, binHz)).toBeCloseTo(700, 3);
});
