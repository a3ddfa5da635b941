/** What ringway and a page say to each other, as docs/agent-protocol.md writes it down. */

/** The WhatsApp user of a call. A user without a visible number has only a user id (BSUID). */
export interface Customer {
  readonly name: string | null;
  /** E.164 with plus sign. */
  readonly number: string | null;
  readonly userId: string | null;
  /** What ringway would show: the name, else the number, else the user id. */
  readonly display: string;
}

/** One of the business's own WhatsApp numbers. */
export interface LineView {
  readonly id: string;
  readonly number: string;
  readonly name: string;
  readonly media?: string;
  /** Agents who may close and open it by hand; empty: everybody. */
  readonly nightSwitch?: readonly string[];
  /** Agents who may edit its rules; an older ringway says nothing of it. */
  readonly editors?: readonly string[];
  /** Of its rules; another one: somebody has saved some. */
  readonly routesVersion?: number;
  /** How it is set by hand, against its hours; null: its hours count. */
  readonly night?: {
    readonly open: boolean;
    readonly until: string | null;
    readonly by: string;
    readonly at: string;
  } | null;
}

/** `queued`: the caller hears music until an agent is free. `promised`: hears that we will call back, and then the call ends. */
export type CallStage =
  | 'arriving'
  | 'menu'
  | 'queued'
  | 'message'
  | 'told'
  | 'promised'
  | 'offered'
  | 'parked'
  | 'calling'
  | 'dialling'
  | 'ringing'
  | 'talking'
  | 'over';

export type OutcomeKind =
  | 'completed'
  | 'abandoned'
  | 'noAnswer'
  | 'declined'
  | 'busy'
  | 'nobodySignedIn'
  | 'closed'
  | 'voicemail'
  | 'told'
  | 'callBack'
  | 'unreachable'
  | 'noPermission'
  | 'refused'
  | 'trunkDown'
  | 'agentLost'
  | 'failed';

/** How a call ended, whose doing it was, and that in one plain sentence. */
export interface Outcome {
  readonly what: OutcomeKind;
  readonly whose: 'customer' | 'agent' | 'ringway' | 'asterisk' | 'whatsapp' | 'unknown';
  readonly sentence: string;
  /** SIP status or Q.850 cause behind it, for the small print. */
  readonly sip: number | string | null;
}

/** One call as ringway tells it. Times are ISO 8601 or null while they have not come. */
export interface CallView {
  readonly id: string;
  readonly direction: 'inbound' | 'outbound';
  readonly state: CallStage;
  readonly customer: Customer;
  readonly line: { readonly id: string; readonly number: string; readonly name: string } | null;
  readonly agent: string | null;
  readonly offeredTo: readonly string[];
  readonly arrivedAt: string | null;
  readonly offeredAt: string | null;
  readonly answeredAt: string | null;
  readonly endedAt: string | null;
  /** When the ringing ends by itself; absent when ringway does not say. */
  readonly offerEndsAt?: string | null;
  readonly outcome: Outcome | null;
  /** The WhatsApp user hears music. An older ringway says nothing of this and what follows. */
  readonly onHold?: boolean;
  /** Who has put the call aside for whoever picks it up, and since when. */
  readonly parkedBy?: string | null;
  readonly parkedAt?: string | null;
  /** The agent's page was reloaded or vanished; it is rung again, and answers by itself, when its phone is registered. */
  readonly away?: boolean;
  /** Agents whose phones ring for this call now; `offeredTo` has everybody who was ever asked. */
  readonly ringing?: readonly string[];
  /** Whom the agent asked into the call, who came last at the end. On hold they are without the user, else all hear each other. */
  readonly colleagues?: readonly ColleagueView[];
  /** The supervisor who is beside the call. `whisper`: the agent alone hears them; the WhatsApp user never does. */
  readonly supervision?: {
    readonly by: string;
    readonly of: string;
    readonly mode: 'listen' | 'whisper';
    /** False while their phone is being connected. */
    readonly on: boolean;
  } | null;
  /** Who gave the call to the agent that rings or has it now. */
  readonly transferredBy?: string | null;
  /** Since when the caller waits, or when they first had to. */
  readonly queuedAt?: string | null;
  /** Of a call that lives; null when calls of its line are never recorded. */
  readonly recording?: RecordingView | null;
  /** Of a call that is over: what there is to hear; null when it was not recorded. */
  readonly recorded?: { readonly seconds: number; readonly canBeHeard: boolean; readonly fault: string | null } | null;
}

/** `waiting`: hears music, while the agent talks with the user. */
export interface ColleagueView {
  readonly agent: string;
  readonly state: 'ringing' | 'talking' | 'waiting';
}

/** How the recording of a call stands; no stage: nobody has asked for it. */
export interface RecordingView {
  readonly when: 'onDemand' | 'always';
  readonly stage: 'starting' | 'running' | 'paused' | 'failed' | null;
}

export interface TeamView {
  readonly id: string;
  readonly name: string;
}

export interface AgentView {
  readonly id: string;
  readonly name: string;
  readonly signedIn: boolean;
  readonly ready: boolean;
  /** The phone in the agent's browser is registered. */
  readonly lineUp?: boolean;
  /** `wrapUp`: after a call, not rung yet. `elsewhere`: another ringway on the same database rings her. */
  readonly state: 'free' | 'ringing' | 'talking' | 'wrapUp' | 'elsewhere' | 'away';
  /** Which one; null when this one does, or none. An older ringway says nothing of it. */
  readonly elsewhere?: Elsewhere | null;
  /** Why the agent takes no calls; null when she does, or has not said why. An older ringway says nothing of it. */
  readonly paused?: Pause | null;
}

/** The `node` of another ringway, and whether the agent is in a call there, some seconds ago. */
export interface Elsewhere {
  readonly node: string;
  readonly inCall: boolean;
}

/** What an agent can choose from when she takes no calls. */
export interface PauseReason {
  readonly id: string;
  readonly name: string;
}

export interface Pause {
  /** Id of a `PauseReason`. */
  readonly reason: string;
  readonly name: string;
  readonly since: string;
}

/** Whether a WhatsApp user may be called from one of our lines, as ringway knows it from WhatsApp. */
export interface Permission {
  /** E.164 with plus sign, or a user id (BSUID). */
  readonly user: string;
  /** The line's id: each business number has permissions of its own. */
  readonly line: string;
  /** `unknown`: WhatsApp cannot be asked; it decides when the call is placed. */
  readonly state: 'none' | 'asked' | 'temporary' | 'permanent' | 'refused' | 'blocked' | 'unknown';
  /** When a temporary permission ends. WhatsApp tells nobody when that happens. */
  readonly until: string | null;
  readonly mayCall: boolean;
  readonly mayAsk: boolean;
  /** All of it in one plain sentence. */
  readonly sentence: string;
  /** Why no call may be placed. */
  readonly why: 'no-permission' | 'call-limit' | 'blocked' | 'refused' | 'asked' | null;
  /** Requests that may still be sent to this user; null when not known. */
  readonly requestsLeftToday: number | null;
  readonly requestsLeftThisWeek: number | null;
  readonly callsLeftToday: number | null;
  /** Calls in a row that this user did not take; after four WhatsApp takes the permission back. */
  readonly unanswered: number;
  /** Until then free-form messages may be sent: 24 hours after the user's last message or call. */
  readonly windowUntil: string | null;
  readonly askedAt: string | null;
  readonly checkedAt: string | null;
}

/** Somebody who did not want to wait any longer and is to be called back. */
export interface CallBack {
  /** The id of the call in which they asked. */
  readonly id: string;
  readonly customer: Customer;
  /** The number that they called, and that calls them back. */
  readonly line: { readonly id: string; readonly number: string; readonly name: string };
  readonly askedAt: string;
  /** The agent who is calling just now. */
  readonly takenBy: string | null;
  /** They did not ask, but left a message in that call. */
  readonly leftMessage?: boolean;
  readonly permission: Permission;
}

/** Who is signed in. */
export interface Session {
  readonly agent: { readonly id: string; readonly name: string };
  /** Not told at signing in; the hello tells. */
  readonly ready?: boolean;
}

/** SIP credentials that live as long as the sign-in. Kept in memory only. */
export interface LineCredentials {
  readonly uri: string;
  readonly user: string;
  readonly password: string;
  /** Path of the SIP WebSocket on our own origin, or a whole ws(s) address. */
  readonly socket: string;
  readonly registrar?: string;
}

export interface Hello {
  readonly type: 'hello';
  readonly agent: { readonly id: string; readonly name: string };
  readonly ready: boolean;
  readonly agents: readonly AgentView[];
  readonly calls: readonly CallView[];
  readonly lines: readonly LineView[];
  /** Teams that a call can be given to. */
  readonly teams?: readonly TeamView[];
  /** Programs that talk with callers; a call's agent may be one of them. */
  readonly bots?: readonly TeamView[];
  /** Menus that a call can be given to, by their ids. */
  readonly menus?: readonly string[];
  /** Agents whose calls we may listen to. */
  readonly supervises?: readonly string[];
  /** Lines of which we may hear all recordings; of the others we hear those of our own calls. */
  readonly hears?: readonly string[];
  /** An older ringway has none. */
  readonly callBacks?: readonly CallBack[];
  /** How long a call rings, in seconds; 30 when ringway does not say. */
  readonly ringSeconds?: number;
  /** Empty or absent: nobody is asked why. */
  readonly pauseReasons?: readonly PauseReason[];
}

/** Messages of the events socket, ringway to page. */
export type RingwayMessage =
  | Hello
  | { readonly type: 'call'; readonly call: CallView }
  /** Closed or opened by hand, or by its hours again. */
  | { readonly type: 'line'; readonly line: LineView }
  | { readonly type: 'agent'; readonly agent: AgentView }
  | { readonly type: 'permission'; readonly permission: Permission }
  /** All of them, the longest first. */
  | { readonly type: 'call-backs'; readonly callBacks: readonly CallBack[] }
  /** `moved`: another page of this agent is the phone now. `asterisk-restarted`: ask for a new line. */
  | { readonly type: 'line-lost'; readonly reason: string }
  /** `signed-out` or `restarting`; the socket closes after it. */
  | { readonly type: 'bye'; readonly reason: string };
