import type { SimulatedCall } from './simulatorLink';

/** One arrow of the ladder. */
export interface Rung {
  /** From the business to WhatsApp, or back. */
  readonly to: 'whatsapp' | 'business';
  /** `INVITE`, or `180 Ringing`. */
  readonly label: string;
  /** The number of the request within the dialogue (CSeq), where it helps to tell two apart. */
  readonly cseq: number | null;
  readonly tone: 'request' | 'going' | 'good' | 'bad';
  /** Since the call began, `+0.81 s`. */
  readonly after: string;
  readonly firstLine: string;
  /** For who hears the ladder instead of seeing it. */
  readonly spoken: string;
}

const statusLine = /^SIP\/2\.0 (\d{3}) ?(.*)$/;

/** The SIP of one call as a ladder, in the order in which it was seen. */
export function ladderOf(call: Pick<SimulatedCall, 'sip' | 'startedAt'>): readonly Rung[] {
  const start = Date.parse(call.sip[0]?.at ?? call.startedAt);
  return call.sip.map((line) => {
    const [, code, reason] = statusLine.exec(line.firstLine) ?? [];
    const status = line.status ?? (code ? Number(code) : null);
    const to = line.direction === 'in' ? 'whatsapp' : 'business';
    const label = status === null ? (line.method ?? line.firstLine.split(' ')[0]!) : [status, reason].join(' ').trim();
    const after = afterText(Date.parse(line.at) - start);
    return {
      to,
      label,
      cseq: line.cseq ?? null,
      tone: toneOf(status),
      after,
      firstLine: line.firstLine,
      spoken: `${after}, ${to === 'whatsapp' ? 'business to WhatsApp' : 'WhatsApp to business'}: ${line.firstLine}`,
    };
  });
}

/** A setting of Graph as `path: value`, for each value that is none of its kind's containers. */
export function leavesOf(value: unknown, path = ''): readonly { readonly path: string; readonly value: string }[] {
  if (Array.isArray(value)) {
    return value.length === 0 ? [{ path, value: '(none)' }] : value.flatMap((v, i) => leavesOf(v, `${path}[${i}]`));
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return entries.length === 0
      ? [{ path, value: '(none)' }]
      : entries.flatMap(([key, v]) => leavesOf(v, path === '' ? key : `${path}.${key}`));
  }
  return [{ path, value: String(value) }];
}

function toneOf(status: number | null): Rung['tone'] {
  if (status === null) return 'request';
  if (status < 200) return 'going';
  // 401 and 407 are how SIP asks for a password: part of every call.
  return status < 300 ? 'good' : status === 401 || status === 407 ? 'going' : 'bad';
}

function afterText(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  return `+${seconds < 10 ? seconds.toFixed(2) : seconds.toFixed(1)} s`;
}
