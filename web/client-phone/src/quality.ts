/** One reading of a call's statistics, cumulative where the browser counts. Times in ms, levels 0 to 1. */
export interface Reading {
  readonly rttMs: number | null;
  /** Jitter of what we hear. */
  readonly jitterMs: number | null;
  readonly received: number;
  readonly lost: number;
  /** Part of our own packets that did not arrive (0 to 1), as the other side reports it. */
  readonly lostOut: number | null;
  readonly heardLevel: number | null;
  readonly microphoneLevel: number | null;
}

export interface Quality {
  readonly rttMs: number | null;
  readonly jitterMs: number | null;
  /** Loss on the way to us and from us, 0 to 1, over the last readings. */
  readonly lossIn: number;
  readonly lossOut: number;
  /** Estimated mean opinion score, 1 to 4.5. */
  readonly mos: number;
  readonly bars: 1 | 2 | 3;
  /** What is wrong, in a few plain words; null when nothing is. */
  readonly reason: string | null;
  readonly heardLevel: number | null;
  readonly microphoneLevel: number | null;
}

/** Readings kept: five, two seconds apart, so that one bad moment alarms nobody. */
export const readingsKept = 5;
/** About -66 dBFS: below any room's noise; a device that is switched off gives zeros. */
const silence = 0.0005;

export function readingOf(report: RTCStatsReport): Reading {
  const reading = {
    rttMs: null as number | null,
    jitterMs: null as number | null,
    received: 0,
    lost: 0,
    lostOut: null as number | null,
    heardLevel: null as number | null,
    microphoneLevel: null as number | null,
  };
  report.forEach((entry: Record<string, unknown>) => {
    const number = (key: string) => (typeof entry[key] === 'number' ? (entry[key] as number) : null);
    switch (entry.type) {
      case 'inbound-rtp':
        if (entry.kind !== 'audio') break;
        reading.received = number('packetsReceived') ?? 0;
        reading.lost = number('packetsLost') ?? 0;
        reading.jitterMs = inMs(number('jitter'));
        reading.heardLevel = number('audioLevel');
        break;
      case 'remote-inbound-rtp':
        reading.lostOut = number('fractionLost');
        reading.rttMs ??= inMs(number('roundTripTime'));
        break;
      case 'candidate-pair':
        if (entry.nominated === true && entry.state === 'succeeded')
          reading.rttMs = inMs(number('currentRoundTripTime')) ?? reading.rttMs;
        break;
      case 'media-source':
        if (entry.kind === 'audio') reading.microphoneLevel = number('audioLevel');
        break;
    }
  });
  return reading;
}

/** The last readings (oldest first) as what a person wants to know. Thresholds as Twilio publishes them. */
export function qualityOf(readings: readonly Reading[], muted: boolean): Quality {
  const last = readings.at(-1)!;
  const first = readings[0]!;
  const received = last.received - first.received;
  const lost = Math.max(0, last.lost - first.lost);
  const lossIn = received + lost > 0 ? lost / (received + lost) : 0;
  const lossOut = average(readings.flatMap((r) => r.lostOut ?? []));
  const mos = mosOf(last.rttMs ?? 0, last.jitterMs ?? 0, Math.max(lossIn, lossOut));
  const reason = reasonOf(readings, muted, received, lossIn, lossOut);
  return {
    rttMs: last.rttMs,
    jitterMs: last.jitterMs,
    lossIn,
    lossOut,
    mos,
    bars: mos >= 3.8 ? 3 : mos >= 3.2 ? 2 : 1,
    reason,
    heardLevel: last.heardLevel,
    microphoneLevel: last.microphoneLevel,
  };
}

function reasonOf(
  readings: readonly Reading[],
  muted: boolean,
  received: number,
  lossIn: number,
  lossOut: number,
): string | null {
  const full = readings.length >= readingsKept;
  const often = (bad: (r: Reading) => boolean) => readings.filter(bad).length >= 3;
  if (full && received === 0) return 'Nothing is heard from the other side';
  if (full && !muted && readings.every((r) => r.microphoneLevel !== null && r.microphoneLevel < silence))
    return 'Your microphone seems silent';
  if (readings.length >= 2 && lossIn > 0.03) return 'Sound gets lost on the way to you';
  if (readings.length >= 2 && lossOut > 0.03) return 'Your sound gets lost on the way';
  if (often((r) => (r.rttMs ?? 0) > 400)) return 'The connection is slow';
  if (often((r) => (r.jitterMs ?? 0) > 30)) return 'The connection is uneven';
  return null;
}

/** ITU-T G.107 in its short form: delay and loss take from R, R becomes a score. Loss weighs as for Opus with FEC. */
function mosOf(rttMs: number, jitterMs: number, loss: number): number {
  const delay = rttMs / 2 + 2 * jitterMs + 20;
  const delayed = delay < 160 ? delay / 40 : (delay - 120) / 10;
  const r = Math.max(0, Math.min(93.2, 93.2 - delayed - 180 * loss));
  return 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r);
}

function average(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, v) => sum + v, 0) / values.length;
}

function inMs(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
