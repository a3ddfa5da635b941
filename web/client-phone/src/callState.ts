import {
  alone,
  colleague,
  companyOf,
  guestIn,
  supervisorOf,
  type Colleague,
  type Company,
  type Supervisor,
} from './company';
import type { CallView, Customer, RecordingView } from './protocol';

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
 *
 * A call may move between colleagues. Who gives it away is done with it (`over`, `givenTo`), and if it comes back it is
 * `incoming` again. Who is only asked into it is `talking` as a guest, and becomes its owner when it is handed over.
 */
export type CallState =
  | {
      readonly is: 'none';
      /** The call that was last here: news of it no longer matter, unless it was given away and comes back. */
      readonly last: string | null;
      readonly givenTo: Colleague | null;
    }
  | (Shared & {
      readonly is: 'incoming';
      readonly since: number;
      /** When the ringing ends by itself, if known (ms since 1970). */
      readonly until: number | null;
      readonly leg: boolean;
      /** The user has said yes; sound is on its way. */
      readonly answering: boolean;
      /** The colleague through whom it comes; null when it comes from the customer alone. */
      readonly from: Bringer | null;
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
      /** Since when the customer hears music; null: hears us. */
      readonly heldSince: number | null;
      /** Our page was reloaded or cut off: the customer hears music until our sound is back. */
      readonly returning: boolean;
      readonly company: Company;
      /** The supervisor who hears our call; null: nobody does. */
      readonly supervisor: Supervisor | null;
      /** Null: calls of this line are never recorded. */
      readonly recording: RecordingView | null;
      /** To whom we are giving the call at this moment: if our leg ends now, that is why. */
      readonly giving: Colleague | null;
    })
  | (Shared & {
      readonly is: 'over';
      readonly direction: Direction;
      /** Calm: somebody hung up. Bad: it did not come about, and the sentence says why. */
      readonly mood: 'calm' | 'bad';
      readonly sentence: string;
      readonly lastedMs: number | null;
      /** The customer is not gone: a colleague has the call, or is rung for it. */
      readonly givenTo: Colleague | null;
      /** A colleague asked us about it and it never was ours: that the colleague has it is no news. */
      readonly onlyAsked: boolean;
    });

type Free = Extract<CallState, { is: 'none' | 'over' }>;

export type Direction = 'inbound' | 'outbound';

/** `gives`: the call is to be ours. `asks`: it stays the colleague's. `back`: we gave it, the colleague did not take it. */
export interface Bringer extends Colleague {
  readonly how: 'gives' | 'asks' | 'back';
}

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
      /** What the agents are called, by id. */
      readonly names: Readonly<Record<string, string>>;
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
  | { readonly type: 'giving'; readonly to: Colleague }
  | { readonly type: 'notGiven' }
  | { readonly type: 'dismissed' };

export const noCall: CallState = { is: 'none', last: null, givenTo: null };

const parked = 'You parked the call.';

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
      return state.is === 'over' ? { is: 'none', last: state.callId, givenTo: state.givenTo } : state;
    case 'giving':
      return state.is === 'talking' ? { ...state, giving: event.to } : state;
    case 'notGiven':
      return state.is === 'talking' ? { ...state, giving: null } : state;
    default:
      return never(event);
  }
}

/**
 * Whether a leg may come. Beside a free page there is the leg that we wait for; and one of another call while ours has none: Ringway
 * rings only who is free, so our call is over, and the news of it is still under way.
 */
export function takesLeg(state: CallState, callId: string | null): boolean {
  return isFree(state) || sameCall(state, callId) || isForgotten(state, callId);
}

function isForgotten(state: CallState, callId: string | null): boolean {
  return state.is === 'talking' && !state.leg && callId !== null && state.callId !== callId;
}

/** Whether a new call may begin here. */
export function isFree(state: CallState): state is Free {
  return state.is === 'none' || state.is === 'over';
}

/** Whether this call rings for this agent now. An older ringway tells only whom it was offered to. */
export function ringsFor(call: CallView, me: string): boolean {
  if (call.state === 'talking') return guestIn(call, me)?.state === 'ringing';
  return call.state === 'offered' && (call.ringing ?? call.offeredTo).includes(me);
}

/** Whether we hear this call as its supervisor. */
function isBeside(call: CallView, me: string): boolean {
  return call.supervision?.by === me;
}

function told(state: CallState, event: Extract<CallEvent, { type: 'told' }>): CallState {
  const { call, me } = event;
  const mine = call.agent === me;
  const guest = guestIn(call, me) !== undefined;
  const rings = ringsFor(call, me);

  if (state.is === 'none')
    return state.last === call.id && !comesBack(state.givenTo, event) ? state : begun(event, state);
  if (state.is === 'over') {
    if (state.callId !== null && state.callId === call.id)
      return comesBack(state.givenTo, event) ? begun(event, state) : corrected(state, event);
    return begun(event, state);
  }
  const beside = isBeside(call, me);
  const forMe = mine || guest || beside || call.offeredTo.includes(me);
  if (state.callId !== null ? state.callId !== call.id : !mayBe(state, call, forMe)) return state;

  const known = { ...state, callId: call.id, who: better(call.customer, state.who), line: lineOf(call) ?? state.line };
  switch (call.state) {
    case 'over':
      return over(known, call.direction, moodOf(call), sentenceOf(call), lasted(call));
    case 'talking':
      if (guest && rings && known.is === 'incoming') return { ...known, from: bringerOf(event, known.from) };
      // Our leg is quicker than these words: they still say that we ring.
      if (guest && rings) return known;
      if (beside && call.supervision?.on !== true && known.is !== 'talking') return known;
      if (!mine && !guest && !beside) return takenAway(known, event);
      return {
        is: 'talking',
        callId: call.id,
        who: known.who,
        line: known.line,
        direction: call.direction,
        since: known.is === 'talking' ? known.since : begunAt(event, known),
        muted: known.is === 'talking' && known.muted,
        // Who has answered by a click is about to have sound; who only hears of it has none here.
        leg: known.leg || (known.is === 'incoming' && known.answering),
        heldSince: held(event, known),
        returning: returns(call, me),
        company: companyOf(event.call, event.me, event.names),
        supervisor: supervisorOf(event.call, event.me, event.names),
        recording: call.recording ?? null,
        giving: known.is === 'talking' ? known.giving : null,
      };
    case 'arriving':
      // Nobody is chosen yet, so it says nothing about us: our leg is quicker than these words.
      return known;
    case 'parked':
      // Whoever parks it is done with it, until it rings again.
      return known.is === 'talking' && call.parkedBy === me && !known.returning ? left(known, event.at, parked) : known;
    case 'menu':
    case 'queued':
    case 'message':
    case 'told':
    case 'promised':
    case 'offered':
      if (known.is === 'incoming') {
        if (rings) return { ...known, until: ends(event, known.until), from: bringerOf(event, known.from) };
        // A leg that is here ends by itself, and may be quicker than these words.
        return known.leg ? known : { is: 'none', last: call.id, givenTo: null };
      }
      if (known.is !== 'talking') return known;
      if (call.transferredBy === me && !rings) return given(known, event, goal(event));
      // A leg that is here is quicker than these words; without one the call has left this page.
      if (known.leg) return known;
      return rings
        ? begun(event, { is: 'none', last: null, givenTo: null })
        : left(known, event.at, 'The customer waits for another agent.');
    case 'calling':
    case 'dialling':
      return known.is === 'outgoing' ? { ...known, stage: 'dialling' } : known;
    case 'ringing':
      return known.is === 'outgoing' ? { ...known, stage: 'ringing' } : known;
    default:
      return never(call.state);
  }
}

function returns(call: CallView, me: string): boolean {
  return call.away === true && call.agent === me;
}

/** A call that ringway tells us of and that was not here before, or is here once more. */
function begun(event: Extract<CallEvent, { type: 'told' }>, before: Free): CallState {
  const { call, me, at } = event;
  const shared = { callId: call.id, who: call.customer, line: lineOf(call) };
  if (ringsFor(call, me)) {
    return {
      ...shared,
      is: 'incoming',
      since: isOfferedAgain(call) ? at : (when(call.offeredAt) ?? at),
      until: ends(event, null),
      leg: false,
      answering: false,
      from: bringerOf(event, backFrom(before, call.id)),
    };
  }
  switch (call.state) {
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
        : before;
    case 'talking':
      return call.agent === me || guestIn(call, me)
        ? {
            ...shared,
            is: 'talking',
            direction: call.direction,
            since: when(call.answeredAt) ?? at,
            muted: false,
            leg: false,
            heldSince: held(event, null),
            returning: returns(call, me),
            company: companyOf(event.call, event.me, event.names),
            supervisor: supervisorOf(event.call, event.me, event.names),
            recording: call.recording ?? null,
            giving: null,
          }
        : before;
    case 'arriving':
    case 'menu':
    case 'queued':
    case 'message':
    case 'told':
    case 'promised':
    case 'offered':
    case 'parked':
    case 'over':
      return before;
    default:
      return never(call.state);
  }
}

/** Another agent has the call that we had, or that rang here. */
function takenAway(
  known: Exclude<CallState, Free> & { callId: string },
  event: Extract<CallEvent, { type: 'told' }>,
): CallState {
  const { call, me, names } = event;
  if (known.is === 'talking') {
    if (known.company.is === 'supervising')
      return { ...left(known, event.at, unheard(known.company, call)), onlyAsked: true };
    if (known.company.is === 'guest') {
      const { colleague: host, others } = known.company;
      const sentence = `${host.name} went on with the customer${others.length === 0 ? ' alone' : ''}.`;
      return { ...left(known, event.at, sentence), onlyAsked: true };
    }
    const to = call.agent === null ? known.giving : colleague(call.agent, names);
    const asked = known.company.is === 'asked' && known.company.colleagues.some(({ id }) => id === to?.id);
    if (to && (call.transferredBy === me || asked || known.giving)) return given(known, event, to);
  }
  if (known.is === 'incoming' && known.from?.how === 'asks')
    return {
      ...over(known, call.direction, 'calm', `${known.from.name} does not ask any more.`, null),
      onlyAsked: true,
    };
  return over(known, call.direction, 'calm', takenSentence(event), null);
}

/** Why we do not hear the call any more that we were beside. */
function unheard({ colleague }: { readonly colleague: Colleague }, call: CallView): string {
  return call.agent === colleague.id
    ? `You do not hear ${colleague.name}'s call any more.`
    : `${colleague.name} has left the call, so you do not hear it any more.`;
}

function given(
  known: Extract<CallState, { is: 'talking' }>,
  event: { readonly at: number },
  to: Colleague | null,
): CallState {
  const receiver = to ?? known.giving;
  return { ...left(known, event.at, gaveSentence(receiver)), givenTo: receiver };
}

/** We are out of a call that goes on without us. */
function left(
  known: Extract<CallState, { is: 'talking' }>,
  at: number,
  sentence: string,
): Extract<CallState, { is: 'over' }> {
  return over(known, known.direction, 'calm', sentence, at - known.since);
}

function gaveSentence(to: Colleague | null): string {
  return to ? `You gave the call to ${to.name}.` : 'You gave the call away.';
}

/** Who rings for a call that was given away. */
function goal(event: Extract<CallEvent, { type: 'told' }>): Colleague | null {
  const [first] = event.call.ringing ?? [];
  return first === undefined ? null : colleague(first, event.names);
}

/** Ringway would not ring us again for a call that we gave away unless the colleague had not taken it. */
function comesBack(givenTo: Colleague | null, event: Extract<CallEvent, { type: 'told' }>): boolean {
  return givenTo !== null && event.call.ringing !== undefined && ringsFor(event.call, event.me);
}

function backFrom(before: Free, callId: string | null): Bringer | null {
  const last = before.is === 'none' ? before.last : before.callId;
  return before.givenTo !== null && callId !== null && last === callId ? { ...before.givenTo, how: 'back' } : null;
}

function bringerOf(event: Extract<CallEvent, { type: 'told' }>, known: Bringer | null): Bringer | null {
  const { call, me, names } = event;
  if (guestIn(call, me)) return call.agent === null ? null : { ...colleague(call.agent, names), how: 'asks' };
  const by = call.transferredBy ?? null;
  if (by !== null && by !== me) return { ...colleague(by, names), how: 'gives' };
  return known?.how === 'back' ? known : null;
}

/** Through a colleague: our own part of it, which begins now. */
function begunAt(event: Extract<CallEvent, { type: 'told' }>, known: Exclude<CallState, Free>): number {
  if (known.is === 'incoming' && known.from) return event.at;
  return when(event.call.answeredAt) ?? event.at;
}

function held(event: Extract<CallEvent, { type: 'told' }>, known: CallState | null): number | null {
  if (!event.call.onHold) return null;
  return (known?.is === 'talking' ? known.heldSince : null) ?? event.at;
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
  if (call.state === 'parked' && call.parkedBy === event.me) return { ...state, mood: 'calm', sentence: parked };
  if (state.givenTo !== null || state.onlyAsked) return state;
  if (call.transferredBy === event.me && call.agent !== event.me && state.lastedMs !== null) {
    const to = call.state === 'talking' && call.agent !== null ? colleague(call.agent, event.names) : goal(event);
    return { ...state, mood: 'calm', sentence: gaveSentence(to), givenTo: to };
  }
  if (call.state === 'talking' && call.agent !== event.me && state.lastedMs === null)
    return { ...state, mood: 'calm', sentence: takenSentence(event) };
  return state;
}

function legOffered(state: CallState, event: Extract<CallEvent, { type: 'legOffered' }>): CallState {
  if (isForgotten(state, event.callId)) return legOffered(noCall, event);
  if (isFree(state)) {
    const shared = { callId: event.callId, who: event.who, line: null };
    return event.auto
      ? { ...shared, is: 'outgoing', via: 'ringway', stage: 'dialling', leg: true }
      : {
          ...shared,
          is: 'incoming',
          since: event.at,
          until: null,
          leg: true,
          answering: false,
          from: backFrom(state, event.callId),
        };
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
  const asker = state.is === 'incoming' && state.from?.how === 'asks' ? state.from : null;
  return {
    is: 'talking',
    callId: state.callId,
    who: state.who,
    line: state.line,
    direction: state.is === 'outgoing' ? 'outbound' : 'inbound',
    since: event.at,
    muted: false,
    leg: true,
    // Until ringway says more: who asks us has put the customer on hold.
    heldSince: asker === null ? null : event.at,
    returning: false,
    supervisor: null,
    recording: null,
    company:
      asker === null ? alone : { is: 'guest', colleague: { id: asker.id, name: asker.name }, waits: false, others: [] },
    giving: null,
  };
}

function legDown(state: CallState, event: Extract<CallEvent, { type: 'legDown' }>): CallState {
  if (isFree(state) || !sameCall(state, event.callId)) return state;
  if (state.is === 'talking' && state.giving) return given(state, event, state.giving);
  const ended = over(
    state,
    state.is === 'talking' ? state.direction : state.is === 'outgoing' ? 'outbound' : 'inbound',
    event.mood,
    event.sentence,
    state.is === 'talking' ? event.at - state.since : null,
  );
  const onlyAsked =
    (state.is === 'incoming' && state.from?.how === 'asks') ||
    (state.is === 'talking' && (state.company.is === 'guest' || state.company.is === 'supervising'));
  return { ...ended, onlyAsked };
}

function over(
  from: Shared,
  direction: Direction,
  mood: 'calm' | 'bad',
  sentence: string,
  lastedMs: number | null,
): Extract<CallState, { is: 'over' }> {
  const { callId, who, line } = from;
  return { is: 'over', callId, who, line, direction, mood, sentence, lastedMs, givenTo: null, onlyAsked: false };
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
  const name = event.call.agent === null ? undefined : event.names[event.call.agent];
  return name ? `${name} took the call.` : 'Somebody else took the call.';
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

/** Its times are those of the first offer: the caller was answered since, if only by music. */
function isOfferedAgain(call: CallView): boolean {
  return call.answeredAt !== null || (call.queuedAt ?? null) !== null;
}

function ends(event: Extract<CallEvent, { type: 'told' }>, known: number | null): number | null {
  const { call, ringMs, at } = event;
  const said = when(call.offerEndsAt ?? null);
  if (said !== null) return said;
  // How long a colleague may think about a question is not told.
  if (call.state !== 'offered') return null;
  if (isOfferedAgain(call)) return known ?? at + ringMs;
  const offered = when(call.offeredAt);
  return offered === null ? null : offered + ringMs;
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
