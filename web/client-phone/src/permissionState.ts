import { dialable } from './format';
import type { Permission } from './protocol';

/**
 * What the phone knows of whom it may call from its line, for each user that somebody looked at.
 *
 *   (unseen) ── looked ──► looking ── told, answered ──► known ── time, later than `until` ──► known, ended
 *                             └────────── missed ──────► failed                    ◄── told, answered ──┘
 *
 * WhatsApp tells nobody when a permission ends, so time is one of the events.
 */
export interface PermissionState {
  /** The line that calls go out from; null while no line is known. */
  readonly line: string | null;
  readonly of: Readonly<Record<string, Known>>;
}

export interface Known {
  /** Null: ringway was asked and has not answered, or could not. */
  readonly permission: Permission | null;
  readonly is: 'looking' | 'known' | 'failed';
  /** When it was told (ms since 1970). */
  readonly at: number;
  /** It may have changed without a word: ask again when somebody looks. */
  readonly old: boolean;
  /** How many times ringway has told of this user unasked. */
  readonly news: number;
  /** What is being sent to this user now, and what came of the last one. */
  readonly sending: Sending | null;
  readonly result: { readonly of: Sending; readonly good: boolean; readonly sentence: string } | null;
}

export type Sending = 'request' | 'button';

export type PermissionEvent =
  | { readonly type: 'line'; readonly line: string | null }
  /** The connection was away: what was known may be old. */
  | { readonly type: 'missedNews' }
  | { readonly type: 'looked'; readonly user: string }
  /** News, which ringway tells unasked, and in order. */
  | { readonly type: 'told'; readonly user: string; readonly permission: Permission; readonly at: number }
  /** What we have asked for; `news`: as much of it as had been told when we asked. */
  | {
      readonly type: 'answered';
      readonly user: string;
      readonly permission: Permission;
      readonly news: number;
      readonly at: number;
    }
  | { readonly type: 'missed'; readonly user: string; readonly at: number }
  | { readonly type: 'sending'; readonly user: string; readonly what: Sending }
  | {
      readonly type: 'sent';
      readonly user: string;
      readonly what: Sending;
      readonly good: boolean;
      readonly sentence: string;
    }
  | { readonly type: 'read'; readonly user: string }
  | { readonly type: 'time'; readonly at: number };

export const nobodyKnown: PermissionState = { line: null, of: {} };

/** WhatsApp's limits for one user and number (Meta, Calling: User call permissions, 2026). */
export const requestsAWeek = 2;
export const unansweredAllowed = 4;
/** Ringway tells every change; this is for what it does not tell, such as a limit that ends with the day. */
export const freshMs = 120_000;
/** As many users are remembered; who is looked at again is asked for again. */
const usersKept = 200;

/** State and event in, state out: no clock, no I/O. What changes nothing gives the same state. */
export function onPermission(state: PermissionState, event: PermissionEvent): PermissionState {
  switch (event.type) {
    case 'line':
      return event.line === state.line ? state : { line: event.line, of: {} };
    case 'missedNews':
      return withAll(state, (known) => (known.old ? known : { ...known, old: true }));
    case 'looked':
      return withUser(state, event.user, (known) => ({ ...known, is: known.permission ? 'known' : 'looking' }));
    case 'told':
      return heard(state, event, (known) => ({ ...known, news: known.news + 1 }));
    case 'answered':
      // News has overtaken it: each change is told as it comes, so the news is as new as this answer, or will be.
      return newsOf(state, event.user) === event.news ? heard(state, event) : state;
    case 'missed':
      return withUser(state, event.user, (known) => ({
        ...known,
        is: known.permission ? 'known' : 'failed',
        at: event.at,
        old: false,
      }));
    case 'sending':
      return withUser(state, event.user, (known) => ({ ...known, sending: event.what, result: null }));
    case 'sent':
      return withUser(state, event.user, (known) => ({
        ...known,
        sending: null,
        // The customer may have been quicker than the answer to us.
        result:
          event.good && isAllowed(event.what, known.permission)
            ? null
            : { of: event.what, good: event.good, sentence: event.sentence },
      }));
    case 'read':
      return state.of[event.user]?.result
        ? withUser(state, event.user, (known) => ({ ...known, result: null }))
        : state;
    case 'time':
      return withAll(state, (known) => aged(known, event.at));
    default:
      return never(event);
  }
}

/** What is known of this user; null when nothing is, or when WhatsApp cannot be asked: then calls go as ever. */
export function permissionOf(state: PermissionState, user: string | null): Permission | null {
  const permission = user === null ? null : (state.of[user]?.permission ?? null);
  return permission === null || permission.state === 'unknown' ? null : permission;
}

/** Whether ringway should be asked about this user. */
export function isStale(state: PermissionState, user: string, now: number): boolean {
  const known = state.of[user];
  return !known || known.old || now - known.at >= freshMs;
}

/** How much news of this user has been told. */
export function newsOf(state: PermissionState, user: string): number {
  return state.of[user]?.news ?? 0;
}

/** Those whose answer somebody waits for. */
export function awaited(state: PermissionState): readonly string[] {
  return Object.keys(state.of).filter((user) => state.of[user]?.permission?.state === 'asked');
}

/** When the next permission or window ends by itself (ms since 1970); null when none does. */
export function nextEnd(state: PermissionState): number | null {
  let next: number | null = null;
  for (const known of Object.values(state.of))
    for (const end of endsOf(known)) if (next === null || end < next) next = end;
  return next;
}

/** What the big button of the phone is for. `reason` stands under it. */
export interface CallButton {
  readonly is: 'call' | 'ask' | 'waiting' | 'cannot';
  readonly text: string;
  readonly reason: string | null;
}

/** The truth, as far as it is known; where nothing is known, the call is tried and WhatsApp decides. */
export function callButton(permission: Permission | null, callText = 'Call'): CallButton {
  if (!permission || permission.state === 'unknown') return { is: 'call', text: callText, reason: null };
  const { sentence: reason } = permission;
  if (permission.mayCall) return { is: 'call', text: callText, reason: null };
  if (permission.state === 'asked') return { is: 'waiting', text: 'Waiting for the answer', reason };
  if (permission.mayAsk) return { is: 'ask', text: 'Ask to call', reason };
  return {
    is: 'cannot',
    text: permission.why === 'call-limit' ? 'No more calls today' : 'Cannot be called now',
    reason,
  };
}

/** The chip beside a number: what it says, and how it looks. */
export interface Chip {
  readonly text: string;
  readonly tone: 'go' | 'ask' | 'wait' | 'stop';
}

export function chipOf(permission: Permission | null, words: Words = plainWords): Chip | null {
  if (!permission) return null;
  switch (permission.state) {
    case 'permanent':
      return { text: 'Always', tone: permission.mayCall ? 'go' : 'wait' };
    case 'temporary': {
      const until = ms(permission.until);
      return {
        text: until === null ? 'Can call' : `Can call until ${words.day(until)}`,
        tone: permission.mayCall ? 'go' : 'wait',
      };
    }
    case 'asked':
      return { text: `Asked, waiting${usedThisWeek(permission)}`, tone: 'wait' };
    case 'none':
      return { text: 'Ask first', tone: 'ask' };
    case 'refused':
      return { text: 'Refused', tone: 'stop' };
    case 'blocked':
      return { text: 'Blocked', tone: 'stop' };
    case 'unknown':
      return null;
    default:
      return never(permission.state);
  }
}

/** What stands behind the chip, line by line. */
export function detailsOf(
  permission: Permission,
  words: Words = plainWords,
): readonly { label: string; value: string }[] {
  const window = ms(permission.windowUntil);
  const asked = ms(permission.askedAt);
  const streak = streakOf(permission);
  return [
    ...(asked !== null && permission.state === 'asked' ? [{ label: 'Asked', value: words.day(asked) }] : []),
    ...amount('Requests left today', permission.requestsLeftToday),
    ...amount('Requests left this week', permission.requestsLeftThisWeek),
    ...amount('Calls left today', permission.callsLeftToday),
    ...(streak ? [{ label: 'Not answered in a row', value: streak }] : []),
    {
      label: 'Free messages',
      value: window === null ? 'only after the customer writes or calls' : `until ${words.day(window)}`,
    },
  ];
}

/** How times are told; the page gives its own language. */
export interface Words {
  readonly day: (at: number) => string;
}

/** `Tue 14:05`; a date when it is more than six days away, where a weekday alone could mean two. */
export function dayWords(locale: string | undefined, now: number): Words {
  return {
    day: (at) => {
      const far = Math.abs(at - now) > 6 * 86_400_000;
      const day = new Date(at).toLocaleDateString(
        locale,
        far ? { weekday: 'short', day: 'numeric', month: 'short' } : { weekday: 'short' },
      );
      return `${day} ${new Date(at).toLocaleTimeString(locale, { hour: '2-digit', minute: '2-digit' })}`;
    },
  };
}

const plainWords: Words = { day: (at) => new Date(at).toISOString() };

/** Whether a text may be sent to this user without a template. */
export function isWindowOpen(permission: Permission | null): boolean {
  return permission?.windowUntil != null;
}

/** Numbers are kept in one spelling, so that what was typed and what ringway tells meet. */
export function userKey(text: string): string {
  return dialable(text) ?? text;
}

function aged(known: Known, now: number): Known {
  const { permission } = known;
  if (!permission) return known;
  let next = permission;
  if (next.windowUntil !== null && endedSince(known, next.windowUntil, now)) next = { ...next, windowUntil: null };
  if (next.state === 'temporary' && next.until !== null && endedSince(known, next.until, now)) {
    const mayAsk = (next.requestsLeftToday ?? 1) > 0 && (next.requestsLeftThisWeek ?? 1) > 0;
    next = {
      ...next,
      state: 'none',
      until: null,
      mayCall: false,
      mayAsk,
      why: 'no-permission',
      sentence: `The permission has ended. ${mayAsk ? 'Ask again before you call.' : 'No more requests may be sent now.'}`,
    };
  }
  return next === permission ? known : { ...known, permission: next, old: true };
}

/** Ended since we were told. What ringway says of a time that is past by our clock is ringway's word: its clock counts. */
function endedSince(known: Known, end: string, now: number): boolean {
  const at = ms(end);
  return at !== null && known.at < at && at <= now;
}

function endsOf(known: Known): readonly number[] {
  const { permission } = known;
  if (!permission) return [];
  return [permission.state === 'temporary' ? permission.until : null, permission.windowUntil]
    .map(ms)
    .filter((at): at is number => at !== null && at > known.at);
}

function usedThisWeek({ requestsLeftThisWeek: left }: Permission): string {
  // More than WhatsApp's usual two: an account with limits of its own, of which we know only what is left.
  if (left === null || left >= requestsAWeek) return '';
  return ` (${requestsAWeek - left} of ${requestsAWeek} this week)`;
}

function streakOf({ unanswered }: Permission): string | null {
  if (unanswered <= 0) return null;
  const left = unansweredAllowed - unanswered;
  const more = ['', 'one more', 'two more', 'three more'][left];
  return `${unanswered} of ${unansweredAllowed}${more ? ` – ${more} and the permission is gone` : ': the permission is gone'}`;
}

function amount(label: string, value: number | null): readonly { label: string; value: string }[] {
  return value === null ? [] : [{ label, value: value === 0 ? 'none' : String(value) }];
}

const neverSeen: Known = {
  permission: null,
  is: 'looking',
  at: 0,
  old: true,
  news: 0,
  sending: null,
  result: null,
};

function heard(
  state: PermissionState,
  { user, permission, at }: { readonly user: string; readonly permission: Permission; readonly at: number },
  count: (known: Known) => Known = (known) => known,
): PermissionState {
  // Ringway tells every page of every user; we keep those whom somebody looked at here.
  if (!state.of[user]) return state;
  // Each number has its own permissions; another line's say nothing about ours.
  if (state.line !== null && permission.line !== state.line) return state;
  return withUser(state, user, (known) => ({
    ...count(known),
    permission,
    is: 'known',
    at,
    old: false,
    result: isAllowed(known.result?.of ?? null, permission) ? null : known.result,
  }));
}

/** What was asked for is allowed: there is nothing more to say about the asking. */
function isAllowed(what: Sending | null, permission: Permission | null): boolean {
  return what === 'request' && permission !== null && permission.mayCall;
}

function withUser(state: PermissionState, user: string, change: (known: Known) => Known): PermissionState {
  const before = state.of[user] ?? neverSeen;
  const { [user]: _, ...others } = state.of;
  const kept = Object.entries(others).slice(-(usersKept - 1));
  return { ...state, of: { ...Object.fromEntries(kept), [user]: change(before) } };
}

function withAll(state: PermissionState, change: (known: Known) => Known): PermissionState {
  let changed = false;
  const of = Object.fromEntries(
    Object.entries(state.of).map(([user, known]) => {
      const next = change(known);
      changed ||= next !== known;
      return [user, next];
    }),
  );
  return changed ? { ...state, of } : state;
}

function ms(iso: string | null): number | null {
  if (iso === null) return null;
  const at = Date.parse(iso);
  return Number.isNaN(at) ? null : at;
}

function never(left: never): never {
  throw new Error(`Unknown: ${JSON.stringify(left)}`);
}
