import { backoffMs, type LineCredentials } from '@ringway/client-phone';

/** Who this phone belongs to. A user who hides the number has only a user id. */
export interface Profile {
  readonly name: string;
  /** E.164 with plus sign, or a user id like `US.13491208655302741918`. */
  readonly address: string;
}

/** What the simulator's WhatsApp user does by itself when a business calls. */
export const behaviours = ['screen', 'answer', 'decline', 'ignore', 'unreachable', 'noPermission'] as const;
export type Behaviour = (typeof behaviours)[number];

/** How the handset is registered, and whom it may call. */
export interface HandsetLine extends LineCredentials {
  readonly lines?: readonly { readonly number: string; readonly name: string }[];
}

/** One call as the simulator tells it: WhatsApp's side of the story. */
export interface SimulatedCall {
  readonly id: string;
  /** `userInitiated` or `businessInitiated`; the case of the first letter is not to be relied on. */
  readonly direction: string;
  readonly state: string;
  readonly user: string;
  readonly business: string;
  readonly startedAt: string;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  readonly finalStatus: number | null;
  readonly endedBy: { readonly whose: string; readonly why: string } | null;
  readonly sip: readonly { readonly at: string; readonly direction: string; readonly firstLine: string }[];
  /** What the business did that Meta does not allow. */
  readonly violations: readonly { readonly rule: string; readonly text: string }[];
}

/** The simulator said no or is not there; `message` can be shown. */
export class SimulatorProblem extends Error {}

/** The handset's requests to the simulator. The only file here that fetches. */
export const simulator = {
  calls: () => send<readonly SimulatedCall[]>('GET', '/calls'),

  handset: (profile: Profile) => send<HandsetLine>('POST', '/handset', { name: profile.name, number: profile.address }),

  /** What this user was told to do by itself, here or through the API. */
  async behaviour(profile: Profile): Promise<{ behaviour: Behaviour; answerAfterSeconds: number } | null> {
    const all = await send<Record<string, { reaction: string; answerAfter: number }>>('GET', '/handsets');
    const script = all[profile.address];
    const behaviour = behaviours.find((b) => b.toLowerCase() === script?.reaction.toLowerCase());
    return script && behaviour ? { behaviour, answerAfterSeconds: script.answerAfter } : null;
  },

  setBehaviour: (profile: Profile, behaviour: Behaviour, answerAfterSeconds: number) =>
    send<void>('PUT', `/handsets/${encodeURIComponent(profile.address)}`, bodyOf(behaviour, answerAfterSeconds)),
};

/** Tells every change of every call, for as long as the page lives; after a break the calls that matter come again. */
export function watchCalls(tell: (call: SimulatedCall) => void): void {
  let attempt = 0;
  const connect = () => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/events`);
    socket.onopen = () => (attempt = 0);
    socket.onmessage = ({ data }) => {
      const message = parsed(String(data)) as { type?: string; call?: SimulatedCall } | null;
      if (message?.type === 'call' && message.call) tell(message.call);
    };
    socket.onclose = () => setTimeout(connect, backoffMs(attempt++, Math.random));
  };
  connect();
}

function bodyOf(behaviour: Behaviour, answerAfterSeconds: number): Record<string, unknown> {
  switch (behaviour) {
    case 'screen':
      return {};
    case 'answer':
      return { answerAfter: answerAfterSeconds };
    default:
      return { [behaviour]: true };
  }
}

async function send<T>(method: string, path: string, body?: unknown): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      cache: 'no-store',
      signal: AbortSignal.timeout(10_000),
    });
  } catch {
    throw new SimulatorProblem('The simulator cannot be reached.');
  }
  const text = await response.text();
  if (!response.ok) {
    const said = parsed(text) as { detail?: string; title?: string } | null;
    throw new SimulatorProblem(said?.detail ?? said?.title ?? `The simulator answered ${response.status}.`);
  }
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
