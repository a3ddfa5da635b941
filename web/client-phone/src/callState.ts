import type { CallView, Customer } from './protocol';

/**
 * The one call that a phone has, as its user sees it.
 *
 *            told/legOffered            answered, legUp
 *   none ───────────────────► incoming ────────────────► talking ──► over
 *     └── dialled ──► outgoing: asking → dialling → ringing ──┘        │
 *     ◄──────────────────────── dismissed ─────────────────────────────┘
 *
 * Two witnesses tell of the same call and either may come first: ringway (`told`) and the SIP leg (`leg…`). Ringway
 * knows the far end, the leg knows our own sound. `leg` says whether our own leg is there.
 */
export type CallState =
  | {
      readonly is: 'none';
      /** The call that was last here: news of it no longer matter. */ readonly last: string | null;
    }
  | (Shared & {
      readonly is: 'incoming';
      readonly since: number;
      /** When the ringing ends by itself, if known (ms since 1970). */
      readonly until: number | null;
      readonly leg: boolean;
      /** The user has said yes; sound is on its way. */
      readonly answering: boolean;
    })
  | (Shared & {
      readonly is: 'outgoing';
      /** Who knows the far end: ringway's messages, or the SIP answers to our own INVITE. */
      readonly via: 'ringway' | 'sip';
      readonly stage: 'asking' | 'dialling' | 'ringing';
      readonly leg: boolean;
    })
  | (Shared & {
      readonly is: 'talking';
      readonly direction: Direction;
      readonly since: number;
      readonly muted: boolean;
      /** False: the call goes on, but its sound is not on this page (it was reloaded, or lives elsewhere). */
      readonly leg: boolean;
    })
  | (Shared & {
      readonly is: 'over';
      readonly direction: Direction;
      /** Calm: somebody hung up. Bad: it did not come about, and the sentence says why. */
      readonly mood: 'calm' | 'bad';
      readonly sentence: string;
      readonly lastedMs: number | null;
    });

export type Direction = 'inbound' | 'outbound';

interface Shared {
  /** Ringway's id; null until it is known. */
  readonly callId: string | null;
  readonly who: Customer;
  /** Name or number of the business's line. */
  readonly line: string | null;
}

/** What can happen to it. */
export type CallEvent =
  | { readonly type: 'dialled'; readonly who: Customer; readonly via: 'ringway' | 'sip'; readonly line: string | null }
  | { readonly type: 'placed'; readonly callId: string }
  | { readonly type: 'refused'; readonly sentence: string }
  | {
      readonly type: 'told';
      readonly call: CallView;
      /** Our own agent id. */
      readonly me: string;
      /** Name of the agent who has the call, if it is not us. */
      readonly takenBy: string | null;
      readonly ringMs: number;
      readonly at: number;
    }
  | {
      readonly type: 'legOffered';
      readonly callId: string | null;
      readonly who: Customer;
      /** Ringway asks us to answer without a click: it is the first half of a call that we placed. */
      readonly auto: boolean;
      readonly at: number;
    }
  | { readonly type: 'farRinging' }
  | { readonly type: 'answering' }
  | { readonly type: 'notAnswered' }
  | { readonly type: 'legUp'; readonly callId: string | null; readonly at: number }
  | {
      readonly type: 'legDown';
      readonly callId: string | null;
      readonly sentence: string;
      readonly mood: 'calm' | 'bad';
      readonly at: number;
    }
  | { readonly type: 'muted'; readonly muted: boolean }
  | { readonly type: 'dismissed' };

export const noCall: CallState = { is: 'none', last: null };

/** State and event in, state out: no clock, no I/O. What cannot apply changes nothing. */
export function onCall(state: CallState, event: CallEvent): CallState {
  switch (event.type) {
    case 'dialled':
      return isFree(state)
        ? {
            is: 'outgoing',
            callId: null,
            who: event.who,
            line: event.line,
            via: event.via,
            stage: event.via === 'sip' ? 'dialling' : 'asking',
            leg: false,
          }
        : state;
    case 'placed':
      return state.is === 'outgoing' && state.callId === null
        ? { ...state, callId: event.callId, stage: state.stage === 'asking' ? 'dialling' : state.stage }
        : state;
    case 'refused':
      return state.is === 'outgoing' ? over(state, 'outbound', 'bad', event.sentence, null) : state;
    case 'told':
      return told(state, event);
    case 'legOffered':
      return legOffered(state, event);
    case 'farRinging':
      return state.is === 'outgoing' ? { ...state, stage: 'ringing' } : state;
    case 'answering':
      return state.is === 'incoming' ? { ...state, answering: true } : state;
    case 'notAnswered':
      return state.is === 'incoming' ? { ...state, answering: false } : state;
    case 'legUp':
      return legUp(state, event);
    case 'legDown':
      return legDown(state, event);
    case 'muted':
      return state.is === 'talking' ? { ...state, muted: event.muted } : state;
    case 'dismissed':
      return state.is === 'over' ? { is: 'none', last: state.callId } : state;
    default:
      return never(event);
  }
}

/** Whether a new call may begin here. */
export function isFree(state: CallState): state is Extract<CallState, { is: 'none' | 'over' }> {
  return state.is === 'none' || state.is === 'over';
}

function told(state: CallState, event: Extract<CallEvent, { type: 'told' }>): CallState {
  const { call, me } = event;
  const mine = call.agent === me;
  const forMe = mine || call.offeredTo.includes(me);

  if (state.is === 'none') return state.last === call.id || !forMe ? state : begun(event, state);
  if (state.is === 'over') {
    if (state.callId !== null && state.callId === call.id) return corrected(state, event);
    return forMe && call.state !== 'over' ? begun(event, state) : state;
  }
  if (state.callId !== null ? state.callId !== call.id : !mayBe(state, call, forMe)) return state;

  const known = { ...state, callId: call.id, who: better(call.customer, state.who), line: lineOf(call) ?? state.line };
  switch (call.state) {
    case 'over':
      return over(known, call.direction, moodOf(call), sentenceOf(call), lasted(call));
    case 'talking':
      if (!mine) return over(known, call.direction, 'calm', takenSentence(event), null);
      return {
        is: 'talking',
        callId: call.id,
        who: known.who,
        line: known.line,
        direction: call.direction,
        since: known.is === 'talking' ? known.since : (when(call.answeredAt) ?? event.at),
        muted: known.is === 'talking' && known.muted,
        // Who has answered by a click is about to have sound; who only hears of it has none here.
        leg: known.leg || (known.is === 'incoming' && known.answering),
      };
    case 'arriving':
      // Nobody is chosen yet, so it says nothing about us: our leg is quicker than these words.
      return known;
    case 'offered':
      if (known.is !== 'incoming') return known;
      return forMe ? { ...known, until: ends(event) } : { is: 'none', last: call.id };
    case 'calling':
    case 'dialling':
      return known.is === 'outgoing' ? { ...known, stage: 'dialling' } : known;
    case 'ringing':
      return known.is === 'outgoing' ? { ...known, stage: 'ringing' } : known;
    default:
      return never(call.state);
  }
}

/** A call that ringway tells us of and that was not here before. */
function begun(event: Extract<CallEvent, { type: 'told' }>, otherwise: CallState): CallState {
  const { call, me, at } = event;
  const shared = { callId: call.id, who: call.customer, line: lineOf(call) };
  switch (call.state) {
    case 'offered':
      return {
        ...shared,
        is: 'incoming',
        since: when(call.offeredAt) ?? at,
        until: ends(event),
        leg: false,
        answering: false,
      };
    case 'calling':
    case 'dialling':
    case 'ringing':
      return call.agent === me
        ? {
            ...shared,
            is: 'outgoing',
            via: 'ringway',
            stage: call.state === 'ringing' ? 'ringing' : 'dialling',
            leg: false,
          }
        : otherwise;
    case 'talking':
      return call.agent === me
        ? {
            ...shared,
            is: 'talking',
            direction: call.direction,
            since: when(call.answeredAt) ?? at,
            muted: false,
            leg: false,
          }
        : otherwise;
    case 'arriving':
    case 'over':
      return otherwise;
    default:
      return never(call.state);
  }
}

/** Ringway's word on an ended call is better than what our own leg could guess. */
function corrected(state: Extract<CallState, { is: 'over' }>, event: Extract<CallEvent, { type: 'told' }>): CallState {
  const { call } = event;
  if (call.state === 'over')
    return {
      ...state,
      who: better(call.customer, state.who),
      mood: moodOf(call),
      sentence: sentenceOf(call),
      lastedMs: lasted(call) ?? state.lastedMs,
    };
  if (call.state === 'talking' && call.agent !== event.me && state.lastedMs === null)
    return { ...state, mood: 'calm', sentence: takenSentence(event) };
  return state;
}

function legOffered(state: CallState, event: Extract<CallEvent, { type: 'legOffered' }>): CallState {
  if (isFree(state)) {
    const shared = { callId: event.callId, who: event.who, line: null };
    return event.auto
      ? { ...shared, is: 'outgoing', via: 'ringway', stage: 'dialling', leg: true }
      : { ...shared, is: 'incoming', since: event.at, until: null, leg: true, answering: false };
  }
  if (!sameCall(state, event.callId)) return state;
  const here = { ...state, callId: state.callId ?? event.callId, leg: true };
  // Ringway rings us first when it has taken our call, so it has.
  return here.is === 'outgoing' && here.stage === 'asking' ? { ...here, stage: 'dialling' } : here;
}

function legUp(state: CallState, event: Extract<CallEvent, { type: 'legUp' }>): CallState {
  if (isFree(state) || !sameCall(state, event.callId)) return state;
  if (state.is === 'talking') return { ...state, leg: true };
  if (state.is === 'outgoing' && state.via === 'ringway') return { ...state, leg: true };
  return {
    is: 'talking',
    callId: state.callId,
    who: state.who,
    line: state.line,
    direction: state.is === 'outgoing' ? 'outbound' : 'inbound',
    since: event.at,
    muted: false,
    leg: true,
  };
}

function legDown(state: CallState, event: Extract<CallEvent, { type: 'legDown' }>): CallState {
  if (isFree(state) || !sameCall(state, event.callId)) return state;
  return over(
    state,
    state.is === 'talking' ? state.direction : state.is === 'outgoing' ? 'outbound' : 'inbound',
    event.mood,
    event.sentence,
    state.is === 'talking' ? event.at - state.since : null,
  );
}

function over(
  from: Shared,
  direction: Direction,
  mood: 'calm' | 'bad',
  sentence: string,
  lastedMs: number | null,
): CallState {
  return { is: 'over', callId: from.callId, who: from.who, line: from.line, direction, mood, sentence, lastedMs };
}

function sameCall(state: Shared, callId: string | null): boolean {
  return state.callId === null || callId === null || state.callId === callId;
}

/** Whether a call that ringway tells of can be the one we have without an id yet. */
function mayBe(state: Exclude<CallState, { is: 'none' | 'over' }>, call: CallView, forMe: boolean): boolean {
  if (!forMe || call.state === 'over') return false;
  return (state.is === 'outgoing') === (call.direction === 'outbound');
}

function takenSentence(event: Extract<CallEvent, { type: 'told' }>): string {
  return event.takenBy ? `${event.takenBy} took the call.` : 'Somebody else took the call.';
}

function sentenceOf(call: CallView): string {
  return call.outcome?.sentence ?? 'The call has ended.';
}

function moodOf(call: CallView): 'calm' | 'bad' {
  switch (call.outcome?.what) {
    case undefined:
    case 'completed':
    case 'abandoned':
      return 'calm';
    case 'declined':
      // Our own no needs no alarm; the customer's is news.
      return call.direction === 'inbound' ? 'calm' : 'bad';
    default:
      return 'bad';
  }
}

function better(told: Customer, known: Customer): Customer {
  return {
    name: told.name ?? known.name,
    number: told.number ?? known.number,
    userId: told.userId ?? known.userId,
    display: told.display || known.display,
  };
}

function lineOf(call: CallView): string | null {
  return call.line ? call.line.name || call.line.number : null;
}

function ends(event: Extract<CallEvent, { type: 'told' }>): number | null {
  const said = when(event.call.offerEndsAt ?? null);
  if (said !== null) return said;
  const offered = when(event.call.offeredAt);
  return offered === null ? null : offered + event.ringMs;
}

function lasted(call: CallView): number | null {
  const from = when(call.answeredAt);
  const to = when(call.endedAt);
  return from === null || to === null ? null : to - from;
}

function when(iso: string | null): number | null {
  if (iso === null) return null;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}

/** The compiler proves that nothing was forgotten; at run time a newer ringway may still say something new. */
function never(left: never): never {
  throw new Error(`Unknown: ${JSON.stringify(left)}`);
}
