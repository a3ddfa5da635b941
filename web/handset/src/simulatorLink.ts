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
  readonly sip: readonly SipLine[];
  /** What the business did that Meta does not allow. */
  readonly violations: readonly { readonly rule: string; readonly text: string }[];
}

/** One message of the SIP between the business and WhatsApp. `in` came from the business. */
export interface SipLine {
  readonly at: string;
  readonly direction: string;
  readonly firstLine: string;
  readonly method?: string | null;
  /** Null for a request. */
  readonly status?: number | null;
  readonly cseq?: number | null;
}

/** What a business sent to this user. */
export interface ChatMessage {
  readonly id: string;
  readonly at: string;
  readonly kind: 'permissionRequest' | 'callButton' | 'text' | 'template';
  readonly text: string;
  readonly button?: string | null;
  readonly payload?: string | null;
  /** After it the request or the button does nothing. */
  readonly expiresAt?: string | null;
  readonly answer: 'accept' | 'always' | 'refuse' | null;
  /** Said of templates that ask for calls too. */
  readonly asksPermission?: boolean;
}

/** One business, as this user has it in WhatsApp. */
export interface BusinessChat {
  readonly number: string;
  readonly name: string;
  readonly permission: 'none' | 'temporary' | 'permanent';
  readonly until: string | null;
  /** Calls of the business in a row that this user did not take. */
  readonly unanswered: number;
  readonly windowUntil: string | null;
  readonly messages: readonly ChatMessage[];
}

export interface SimulatedUser {
  readonly user: string;
  readonly name: string;
  readonly businesses: readonly BusinessChat[];
}

export type Decision = 'accept' | 'always' | 'refuse' | 'grant' | 'revoke';

/** Something that Meta does and a business must survive. */
export interface Misbehaviour {
  readonly id: string;
  readonly text: string;
  readonly source: string;
  readonly on: boolean;
}

export interface GraphRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly code?: number | null;
}

export interface Delivery {
  readonly at: string;
  readonly field: string;
  readonly event: string;
  readonly status: number | null;
  readonly attempt: number;
  readonly error?: string | null;
}

/** Meta's side of the numbers, their webhooks and what was asked of Graph; newest first. */
export interface GraphState {
  readonly numbers: readonly {
    readonly phoneNumberId: string;
    readonly number: string;
    readonly settings: Readonly<Record<string, unknown>>;
  }[];
  readonly webhooks: {
    readonly url: string | null;
    readonly verified: boolean;
    readonly deliveries: readonly Delivery[];
  };
  readonly requests: readonly GraphRequest[];
}

/** Messages of the simulator's events socket. */
export type SimulatorMessage =
  | { readonly type: 'call'; readonly call: SimulatedCall }
  | { readonly type: 'user'; readonly user: SimulatedUser }
  | { readonly type: 'graph'; readonly request?: GraphRequest | null; readonly delivery?: Delivery | null };

/** The simulator said no or is not there; `message` can be shown. */
export class SimulatorProblem extends Error {}

/** The handset's requests to the simulator. The only file here that fetches. */
export const simulator = {
  calls: () => send<readonly SimulatedCall[]>('GET', '/calls'),

  call: (id: string) => send<SimulatedCall>('GET', `/calls/${encodeURIComponent(id)}`),

  handset: (profile: Profile) => send<HandsetLine>('POST', '/handset', { name: profile.name, number: profile.address }),

  /** What this user was told to do by itself, here or through the API. */
  async behaviour(profile: Profile): Promise<{ behaviour: Behaviour; answerAfterSeconds: number } | null> {
    const all = await send<Record<string, { reaction: string; answerAfter: number }>>('GET', '/handsets');
    const script = all[profile.address];
    const behaviour = behaviours.find((b) => b.toLowerCase() === script?.reaction.toLowerCase());
    return script && behaviour ? { behaviour, answerAfterSeconds: script.answerAfter } : null;
  },

  user: ({ address }: Profile) => send<SimulatedUser>('GET', `/users/${encodeURIComponent(address)}`),

  /** Answers a request, or allows and revokes in the profile of the business. */
  decide: ({ address }: Profile, business: string, answer: Decision, request: string | null) =>
    send<void>('POST', `/users/${encodeURIComponent(address)}/permission`, {
      business,
      answer,
      ...(request === null ? {} : { request }),
    }),

  write: ({ address }: Profile, business: string, text: string) =>
    send<void>('POST', `/users/${encodeURIComponent(address)}/message`, { business, text }),

  graph: () => send<GraphState>('GET', '/graph'),

  misbehaviours: () => send<readonly Misbehaviour[]>('GET', '/misbehaviours'),

  misbehave: (id: string, on: boolean) => send<void>('PUT', `/misbehaviours/${encodeURIComponent(id)}`, { on }),

  setBehaviour: (profile: Profile, behaviour: Behaviour, answerAfterSeconds: number) =>
    send<void>('PUT', `/handsets/${encodeURIComponent(profile.address)}`, bodyOf(behaviour, answerAfterSeconds)),
};

/** Tells what happens, for as long as the page lives. `again` is called after a break: news may have been missed. */
export function watch(tell: (message: SimulatorMessage) => void, again: () => void): void {
  let attempt = 0;
  let before = false;
  const connect = () => {
    const socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/events`);
    socket.onopen = () => {
      attempt = 0;
      if (before) again();
      before = true;
    };
    socket.onmessage = ({ data }) => {
      const message = parsed(String(data)) as SimulatorMessage | null;
      if (message) tell(message);
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
