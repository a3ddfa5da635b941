import { describe, expect, test } from 'vitest';
import { noCall, onCall, type CallEvent, type CallState } from '../src/callState';
import { customerOf } from '../src/format';
import type { CallView } from '../src/protocol';

const now = Date.parse('2026-11-23T10:00:00Z');
const ana = customerOf('+15550102000', 'Ana');

function call(change: Partial<CallView> = {}): CallView {
  return {
    id: 'c1',
    direction: 'inbound',
    state: 'offered',
    customer: ana,
    line: { id: 'main', number: '+15550001111', name: 'Main' },
    agent: null,
    offeredTo: ['ada', 'bob'],
    arrivedAt: '2026-11-23T10:00:00Z',
    offeredAt: '2026-11-23T10:00:00Z',
    answeredAt: null,
    endedAt: null,
    outcome: null,
    ...change,
  };
}

function told(change: Partial<CallView> = {}, takenBy: string | null = null): CallEvent {
  return { type: 'told', call: call(change), me: 'ada', takenBy, ringMs: 30_000, at: now };
}

const leg = { type: 'legOffered', callId: 'c1', who: ana, auto: false, at: now } as const;
const up = { type: 'legUp', callId: 'c1', at: now + 1000 } as const;
const down = { type: 'legDown', callId: 'c1', sentence: 'Ended.', mood: 'calm', at: now + 61_000 } as const;
const dialled = { type: 'dialled', who: ana, via: 'ringway', line: 'Main' } as const;
const completed = { what: 'completed', whose: 'customer', sentence: 'The customer hung up.', sip: null } as const;
const noAnswer = { what: 'noAnswer', whose: 'customer', sentence: 'Nobody answered.', sip: 480 } as const;

function after(...events: CallEvent[]): CallState {
  return events.reduce(onCall, noCall);
}

describe('a call that rings', () => {
  test('is there whether ringway or SIP tells of it first', () => {
    for (const state of [after(told(), leg), after(leg, told())])
      expect(state).toMatchObject({ is: 'incoming', callId: 'c1', leg: true, line: 'Main', who: { name: 'Ana' } });
  });

  test('counts down to the moment that ringway names, else to the usual ring time', () => {
    expect(after(told())).toMatchObject({ until: now + 30_000 });
    expect(after(told({ offerEndsAt: '2026-11-23T10:00:20Z' }))).toMatchObject({ until: now + 20_000 });
  });

  test('is not shown to an agent whom it is not offered to', () => {
    expect(after(told({ offeredTo: ['bob'] }))).toBe(noCall);
  });

  test('rings by SIP alone when ringway is away', () => {
    expect(after({ ...leg, callId: null }, { ...up, callId: null })).toMatchObject({ is: 'talking', leg: true });
  });

  test('says who took it', () => {
    const state = after(told(), leg, told({ state: 'talking', agent: 'bob' }, 'Bob'));
    expect(state).toMatchObject({ is: 'over', mood: 'calm', sentence: 'Bob took the call.' });
  });

  test('says who took it also when the leg fell first', () => {
    const state = after(told(), leg, down, told({ state: 'talking', agent: 'bob' }, 'Bob'));
    expect(state).toMatchObject({ is: 'over', sentence: 'Bob took the call.' });
  });

  test('vanishes when it is no longer offered here', () => {
    expect(after(told(), told({ offeredTo: ['bob'] }))).toEqual({ is: 'none', last: 'c1' });
  });

  test('goes on ringing when the word of its arrival comes after its INVITE', () => {
    expect(after(leg, told({ state: 'arriving', offeredTo: [] }))).toMatchObject({ is: 'incoming', leg: true });
  });

  test('does not come back after it was declined', () => {
    const declined = after(told(), leg, { ...down, sentence: 'You declined.' }, told());
    expect(declined).toMatchObject({ is: 'over', sentence: 'You declined.' });
    expect(onCall(onCall(declined, { type: 'dismissed' }), told())).toMatchObject({ is: 'none' });
  });
});

describe('answering', () => {
  test('a click before the INVITE is remembered', () => {
    const state = after(told(), { type: 'answering' }, leg);
    expect(state).toMatchObject({ is: 'incoming', answering: true, leg: true });
  });

  test('takes back the click when there is no microphone', () => {
    expect(after(told(), leg, { type: 'answering' }, { type: 'notAnswered' })).toMatchObject({ answering: false });
  });

  test('the timer starts with the sound and does not jump when ringway tells', () => {
    const state = after(told(), leg, { type: 'answering' }, up);
    expect(state).toMatchObject({ is: 'talking', since: now + 1000, muted: false });
    const again = onCall(state, told({ state: 'talking', agent: 'ada', answeredAt: '2026-11-23T10:00:07Z' }));
    expect(again).toMatchObject({ is: 'talking', since: now + 1000, leg: true });
  });
});

describe('a call that we place', () => {
  const placed = { type: 'placed', callId: 'c1' } as const;
  const outbound = { direction: 'outbound', agent: 'ada', offeredTo: [] } as const;

  test('goes from asking to dialling to ringing to talking', () => {
    const asking = after(dialled);
    const dialling = onCall(asking, placed);
    const own = [{ ...leg, auto: true }, up].reduce<CallState>(onCall, dialling);
    const ringing = onCall(own, told({ ...outbound, state: 'ringing' }));
    const talking = onCall(ringing, told({ ...outbound, state: 'talking', answeredAt: '2026-11-23T10:00:09Z' }));
    expect([asking, dialling, own, ringing].map((s) => s.is === 'outgoing' && s.stage)).toEqual([
      'asking',
      'dialling',
      'dialling',
      'ringing',
    ]);
    expect(talking).toMatchObject({ is: 'talking', direction: 'outbound', since: now + 9000, leg: true });
  });

  test('does not talk when only our own leg is up', () => {
    expect(after(dialled, placed, { ...leg, auto: true }, up)).toMatchObject({ is: 'outgoing', leg: true });
  });

  test('its INVITE may come before the answer to the request', () => {
    expect(after(dialled, { ...leg, auto: true }, placed)).toMatchObject({
      callId: 'c1',
      stage: 'dialling',
      leg: true,
    });
  });

  test('ringway may tell of it before the answer to the request', () => {
    expect(after(dialled, told({ ...outbound, state: 'ringing' }))).toMatchObject({ callId: 'c1', stage: 'ringing' });
  });

  test('somebody else’s ringing call does not become ours', () => {
    expect(after(dialled, told())).toMatchObject({ is: 'outgoing', callId: null });
  });

  test('ends with ringway’s sentence, whoever tells first', () => {
    const ended = told({ ...outbound, state: 'over', outcome: noAnswer });
    for (const state of [after(dialled, placed, leg, up, ended, down), after(dialled, placed, leg, up, down, ended)])
      expect(state).toMatchObject({ is: 'over', mood: 'bad', sentence: 'Nobody answered.', direction: 'outbound' });
  });

  test('that ringway refuses says why', () => {
    expect(after(dialled, { type: 'refused', sentence: 'No permission.' })).toMatchObject({
      is: 'over',
      mood: 'bad',
      sentence: 'No permission.',
    });
  });

  test('by SIP alone talks when it is answered', () => {
    const bySip = after({ ...dialled, via: 'sip' }, { type: 'farRinging' });
    expect(bySip).toMatchObject({ is: 'outgoing', stage: 'ringing' });
    expect(onCall(bySip, { ...up, callId: null })).toMatchObject({ is: 'talking', direction: 'outbound' });
  });

  test('through the API from elsewhere is ours as well', () => {
    expect(after({ ...leg, auto: true })).toMatchObject({ is: 'outgoing', via: 'ringway', leg: true });
  });
});

describe('the end', () => {
  const talking = after(told(), leg, { type: 'answering' }, up);

  test('gives the time that was talked', () => {
    expect(onCall(talking, down)).toMatchObject({ is: 'over', lastedMs: 60_000 });
    const ended = told({
      state: 'over',
      agent: 'ada',
      answeredAt: '2026-11-23T10:00:01Z',
      endedAt: '2026-11-23T10:00:31Z',
      outcome: completed,
    });
    expect(onCall(talking, ended)).toMatchObject({ lastedMs: 30_000, mood: 'calm', sentence: 'The customer hung up.' });
  });

  test('gives way to the next call', () => {
    expect(onCall(onCall(talking, down), told({ id: 'c2' }))).toMatchObject({ is: 'incoming', callId: 'c2' });
    expect(onCall(onCall(talking, down), dialled)).toMatchObject({ is: 'outgoing' });
  });

  test('of another call does not matter', () => {
    expect(onCall(talking, told({ id: 'c2', state: 'over', outcome: completed }))).toBe(talking);
    expect(onCall(talking, { ...down, callId: 'c2' })).toBe(talking);
  });
});

test('a reloaded page finds its call again, without sound', () => {
  expect(after(told({ state: 'talking', agent: 'ada', answeredAt: '2026-11-23T09:59:00Z' }))).toMatchObject({
    is: 'talking',
    leg: false,
    since: now - 60_000,
  });
});

test('no event in any state throws, and doubles change nothing', () => {
  const events: CallEvent[] = [
    dialled,
    { type: 'placed', callId: 'c1' },
    { type: 'refused', sentence: 'No.' },
    ...(['arriving', 'offered', 'calling', 'dialling', 'ringing', 'talking', 'over'] as const).flatMap((state) => [
      told({ state, agent: 'ada' }),
      told({ state, agent: 'bob', direction: 'outbound' }),
    ]),
    leg,
    { ...leg, auto: true, callId: null },
    { type: 'farRinging' },
    { type: 'answering' },
    { type: 'notAnswered' },
    up,
    down,
    { type: 'muted', muted: true },
    { type: 'dismissed' },
  ];
  const states = new Map<string, CallState>([['start', noCall]]);
  for (let round = 0; round < 4; round++)
    for (const state of [...states.values()])
      for (const event of events) {
        const next = onCall(state, event);
        states.set(JSON.stringify(next), next);
        if (event.type === 'told') expect(onCall(next, event)).toEqual(next);
      }
  expect(states.size).toBeGreaterThan(20);
});
