import { describe, expect, test } from 'vitest';
import {
  callButton,
  chipOf,
  dayWords,
  detailsOf,
  freshMs,
  isStale,
  isWindowOpen,
  nextEnd,
  nobodyKnown,
  onPermission,
  permissionOf,
  userKey,
  type PermissionEvent,
  type PermissionState,
} from '../src/permissionState';
import type { Permission } from '../src/protocol';

const now = Date.parse('2026-11-23T10:00:00Z');
const hour = 3_600_000;
const ana = '+15550102000';
const words = { day: (at: number) => new Date(at).toISOString().slice(5, 16) };

function permission(change: Partial<Permission> = {}): Permission {
  return {
    user: ana,
    line: 'main',
    state: 'none',
    until: null,
    mayCall: false,
    mayAsk: true,
    sentence: 'Ask first.',
    why: 'no-permission',
    requestsLeftToday: 1,
    requestsLeftThisWeek: 2,
    callsLeftToday: 100,
    unanswered: 0,
    windowUntil: null,
    askedAt: null,
    checkedAt: '2026-11-23T10:00:00Z',
    ...change,
  };
}

const temporary = permission({
  state: 'temporary',
  until: '2026-11-23T12:00:00Z',
  mayCall: true,
  sentence: 'You may call until 12:00.',
  why: null,
});

function told(change: Permission, at = now): PermissionEvent {
  return { type: 'told', user: userKey(change.user), permission: change, at };
}

function after(...events: PermissionEvent[]): PermissionState {
  const looked = [{ type: 'line', line: 'main' } as const, { type: 'looked', user: ana } as const];
  return [...looked, ...events].reduce(onPermission, nobodyKnown);
}

describe('the button tells the truth', () => {
  test.each<[string, Permission | null, string, string, string | null]>([
    ['nothing is known', null, 'call', 'Call', null],
    ['WhatsApp cannot be asked', permission({ state: 'unknown', mayCall: true }), 'call', 'Call', null],
    ['it is allowed for a time', temporary, 'call', 'Call', null],
    ['it is allowed for good', permission({ state: 'permanent', mayCall: true }), 'call', 'Call', null],
    ['nobody asked yet', permission(), 'ask', 'Ask to call', 'Ask first.'],
    [
      'it was asked and not answered',
      permission({ state: 'asked', why: 'asked', sentence: 'Asked at 9.' }),
      'waiting',
      'Waiting for the answer',
      'Asked at 9.',
    ],
    ['she refused and may be asked again', permission({ state: 'refused' }), 'ask', 'Ask to call', 'Ask first.'],
    [
      'no request is left',
      permission({ mayAsk: false, sentence: 'Tomorrow again.' }),
      'cannot',
      'Cannot be called now',
      'Tomorrow again.',
    ],
    [
      'the calls of the day are used up',
      permission({ state: 'permanent', why: 'call-limit', mayAsk: false, sentence: '100 calls are the limit.' }),
      'cannot',
      'No more calls today',
      '100 calls are the limit.',
    ],
    ['she blocked us', permission({ state: 'blocked', mayAsk: false }), 'cannot', 'Cannot be called now', 'Ask first.'],
  ])('when %s', (_, known, is, text, reason) => expect(callButton(known)).toEqual({ is, text, reason }));

  test('and says "Call back" where a call was missed', () =>
    expect(callButton(temporary, 'Call back').text).toBe('Call back'));
});

describe('the chip says', () => {
  test.each<[Partial<Permission>, string, string]>([
    [temporary, 'Can call until 11-23T12:00', 'go'],
    [{ state: 'permanent', mayCall: true }, 'Always', 'go'],
    [{ state: 'permanent', mayCall: false, why: 'call-limit' }, 'Always', 'wait'],
    [{ state: 'none' }, 'Ask first', 'ask'],
    [{ state: 'asked', requestsLeftThisWeek: 1 }, 'Asked, waiting (1 of 2 this week)', 'wait'],
    [{ state: 'asked', requestsLeftThisWeek: 0 }, 'Asked, waiting (2 of 2 this week)', 'wait'],
    [{ state: 'asked', requestsLeftThisWeek: null }, 'Asked, waiting', 'wait'],
    [{ state: 'asked', requestsLeftThisWeek: 99 }, 'Asked, waiting', 'wait'],
    [{ state: 'refused' }, 'Refused', 'stop'],
    [{ state: 'blocked' }, 'Blocked', 'stop'],
  ])('%o: %s', (change, text, tone) => expect(chipOf(permission(change), words)).toEqual({ text, tone }));

  test('nothing when nothing is known', () => {
    expect(chipOf(null)).toBeNull();
    expect(chipOf(permission({ state: 'unknown' }))).toBeNull();
  });

  test('a weekday while that can mean one day only, else the date', () => {
    const { day } = dayWords('en-GB', now);
    expect(day(now + 26 * hour)).toMatch(/^Tue \d\d:\d\d$/);
    expect(day(now + 7 * 24 * hour)).toMatch(/^Mon,? 30 Nov \d\d:\d\d$/);
  });
});

describe('the details', () => {
  const textOf = (change: Partial<Permission>) =>
    detailsOf(permission(change), words).map(({ label, value }) => `${label}: ${value}`);

  test('tell what is left, and what the next unanswered calls do', () => {
    expect(textOf({ unanswered: 2, requestsLeftToday: 0, windowUntil: '2026-11-23T11:00:00Z' })).toEqual([
      'Requests left today: none',
      'Requests left this week: 2',
      'Calls left today: 100',
      'Not answered in a row: 2 of 4 – two more and the permission is gone',
      'Free messages: until 11-23T11:00',
    ]);
    expect(textOf({ unanswered: 3 })[3]).toBe('Not answered in a row: 3 of 4 – one more and the permission is gone');
    expect(textOf({ unanswered: 4 })[3]).toBe('Not answered in a row: 4 of 4: the permission is gone');
  });

  test('leave out what ringway does not know', () => {
    expect(textOf({ requestsLeftToday: null, requestsLeftThisWeek: null, callsLeftToday: null })).toEqual([
      'Free messages: only after the customer writes or calls',
    ]);
  });

  test('say when she was asked, while she has not answered', () => {
    expect(textOf({ state: 'asked', askedAt: '2026-11-23T09:00:00Z' })[0]).toBe('Asked: 11-23T09:00');
    expect(textOf({ state: 'none', askedAt: '2026-11-23T09:00:00Z' })[0]).toBe('Requests left today: 1');
  });
});

describe('a permission that ends by itself', () => {
  test('ends on the phone at that moment, without a word from WhatsApp', () => {
    const state = after(told(temporary));
    expect(nextEnd(state)).toBe(now + 2 * hour);
    expect(onPermission(state, { type: 'time', at: now + 2 * hour - 1 })).toBe(state);
    const ended = onPermission(state, { type: 'time', at: now + 2 * hour });
    expect(permissionOf(ended, ana)).toMatchObject({
      state: 'none',
      mayCall: false,
      mayAsk: true,
      why: 'no-permission',
      sentence: 'The permission has ended. Ask again before you call.',
    });
    expect(callButton(permissionOf(ended, ana)).is).toBe('ask');
    expect(nextEnd(ended)).toBeNull();
    expect(isStale(ended, ana, now + 2 * hour)).toBe(true);
  });

  test('cannot be asked for again when no request is left', () => {
    const state = after(told({ ...temporary, requestsLeftThisWeek: 0 }), { type: 'time', at: now + 3 * hour });
    expect(callButton(permissionOf(state, ana))).toMatchObject({
      is: 'cannot',
      reason: 'The permission has ended. No more requests may be sent now.',
    });
  });

  test('is ringway’s to say when our clock is ahead of it', () => {
    const state = after(told(temporary, now + 3 * hour));
    expect(onPermission(state, { type: 'time', at: now + 4 * hour })).toBe(state);
    expect(nextEnd(state)).toBeNull();
    expect(callButton(permissionOf(state, ana)).is).toBe('call');
  });

  test('leaves a permission for good alone', () => {
    const state = after(told(permission({ state: 'permanent', mayCall: true })));
    expect(nextEnd(state)).toBeNull();
    expect(onPermission(state, { type: 'time', at: now + 9000 * hour })).toBe(state);
  });

  test('closes the window for free messages too', () => {
    const state = after(told(permission({ windowUntil: '2026-11-23T11:00:00Z' })));
    expect(nextEnd(state)).toBe(now + hour);
    expect(isWindowOpen(permissionOf(state, ana))).toBe(true);
    const later = onPermission(state, { type: 'time', at: now + hour });
    expect(isWindowOpen(permissionOf(later, ana))).toBe(false);
  });
});

describe('news', () => {
  test('replaces what was known, and twice does no harm', () => {
    const state = after(told(permission()), told(temporary));
    expect(permissionOf(state, ana)).toEqual(temporary);
    expect(permissionOf(onPermission(state, told(temporary)), ana)).toEqual(temporary);
  });

  test('of another line says nothing about ours', () => {
    const state = after(told(permission()));
    expect(onPermission(state, told({ ...temporary, line: 'sales' }))).toBe(state);
  });

  test('of somebody whom nobody looked at is not kept', () => {
    const state = after();
    expect(onPermission(state, told(permission({ user: '+15550102001' })))).toBe(state);
  });

  test('of another line’s users are forgotten when the line changes', () => {
    const state = after(told(temporary), { type: 'line', line: 'sales' });
    expect(permissionOf(state, ana)).toBeNull();
  });

  test('that were missed make everything old, and leave it standing meanwhile', () => {
    const state = after(told(temporary), { type: 'missedNews' });
    expect(isStale(state, ana, now)).toBe(true);
    expect(permissionOf(state, ana)).toEqual(temporary);
    expect(onPermission(state, { type: 'missedNews' })).toBe(state);
  });

  test('hold for a while, then they are asked for again', () => {
    const state = after(told(temporary));
    expect(isStale(state, ana, now + freshMs - 1)).toBe(false);
    expect(isStale(state, ana, now + freshMs)).toBe(true);
    expect(isStale(state, '+15550102001', now)).toBe(true);
  });

  test('that do not come leave the phone as it was, and are not asked for at every key', () => {
    const failed = after({ type: 'looked', user: ana }, { type: 'missed', user: ana, at: now });
    expect(permissionOf(failed, ana)).toBeNull();
    expect(isStale(failed, ana, now)).toBe(false);
    const stands = after(told(temporary), { type: 'looked', user: ana }, { type: 'missed', user: ana, at: now });
    expect(permissionOf(stands, ana)).toEqual(temporary);
  });

  test('a ringway without permissions shows nothing', () => {
    const state = after(told(permission({ state: 'unknown', mayCall: true })));
    expect(permissionOf(state, ana)).toBeNull();
  });
});

describe('what is sent', () => {
  test('is shown as under way, then with its result, until that is read', () => {
    const sending = after(told(permission()), { type: 'sending', user: ana, what: 'request' });
    expect(sending.of[ana]).toMatchObject({ sending: 'request', result: null });
    const sent = onPermission(sending, { type: 'sent', user: ana, what: 'request', good: true, sentence: 'Asked.' });
    expect(sent.of[ana]).toMatchObject({ sending: null, result: { of: 'request', good: true, sentence: 'Asked.' } });
    const read = onPermission(sent, { type: 'read', user: ana });
    expect(read.of[ana]!.result).toBeNull();
    expect(onPermission(read, { type: 'read', user: ana })).toBe(read);
  });

  test('"asked" is no news any more when she has allowed it', () => {
    const sent = after(told(permission()), {
      type: 'sent',
      user: ana,
      what: 'request',
      good: true,
      sentence: 'Asked.',
    });
    expect(onPermission(sent, told(temporary)).of[ana]!.result).toBeNull();
    expect(onPermission(sent, told(permission({ state: 'asked' }))).of[ana]!.result).not.toBeNull();
  });
});

test('what was typed and what ringway tells meet in one spelling', () => {
  expect(['+1 (555) 010-2000', '15550102000', '+15550102000'].map(userKey)).toEqual([ana, ana, ana]);
  expect(userKey('US.13491208655302741918')).toBe('US.13491208655302741918');
});

test('a page that is open for weeks does not remember everybody', () => {
  let state = after();
  for (let i = 0; i < 500; i++) {
    const user = `+1555010${1000 + i}`;
    state = onPermission(onPermission(state, { type: 'looked', user }), told(permission({ user })));
  }
  expect(Object.keys(state.of).length).toBe(200);
  expect(permissionOf(state, '+15550101499')).not.toBeNull();
  expect(permissionOf(state, '+15550101000')).toBeNull();
});
