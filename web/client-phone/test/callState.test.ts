import { describe, expect, test } from 'vitest';
import { noCall, onCall, takesLeg, type CallEvent, type CallState } from '../src/callState';
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

const names = { ada: 'Ada', bob: 'Bob' };

function told(change: Partial<CallView> = {}, me = 'ada'): CallEvent {
  return { type: 'told', call: call(change), me, names, ringMs: 30_000, at: now };
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

  test("is nobody's while the caller is told something or that she will be called back", () => {
    for (const state of ['told', 'promised'] as const) {
      expect(after(told({ state }))).toBe(noCall);
      expect(after(told(), told({ state }))).toMatchObject({ is: 'none' });
    }
  });

  test('is not shown to an agent whom it is not offered to', () => {
    expect(after(told({ offeredTo: ['bob'] }))).toBe(noCall);
  });

  test('rings by SIP alone when ringway is away', () => {
    expect(after({ ...leg, callId: null }, { ...up, callId: null })).toMatchObject({ is: 'talking', leg: true });
  });

  test('says who took it', () => {
    const state = after(told(), leg, told({ state: 'talking', agent: 'bob' }));
    expect(state).toMatchObject({ is: 'over', mood: 'calm', sentence: 'Bob took the call.' });
  });

  test('says who took it also when the leg fell first', () => {
    const state = after(told(), leg, down, told({ state: 'talking', agent: 'bob' }));
    expect(state).toMatchObject({ is: 'over', sentence: 'Bob took the call.' });
  });

  test('vanishes when it is no longer offered here', () => {
    expect(after(told(), told({ offeredTo: ['bob'] }))).toEqual({ is: 'none', last: 'c1', givenTo: null });
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

describe('hold', () => {
  const mine = { state: 'talking', agent: 'ada', answeredAt: '2026-11-23T10:00:01Z' } as const;
  const talking = after(told(), leg, { type: 'answering' }, up, told(mine));

  test('begins when ringway says so, and its clock does not start anew with later news', () => {
    const later = { ...told({ ...mine, onHold: true }), at: now + 9000 } as CallEvent;
    const held = onCall(talking, told({ ...mine, onHold: true }));
    expect(talking).toMatchObject({ heldSince: null });
    expect(held).toMatchObject({ is: 'talking', heldSince: now, leg: true });
    expect(onCall(held, later)).toMatchObject({ heldSince: now });
    expect(onCall(held, told(mine))).toMatchObject({ heldSince: null });
  });

  test('is found again by a reloaded page', () => {
    expect(after(told({ ...mine, onHold: true }))).toMatchObject({ is: 'talking', heldSince: now, leg: false });
  });

  test('returns to its call on a page that was loaded anew, and is back when ringway says so', () => {
    const away = after(told({ ...mine, onHold: true, away: true }));
    const back = onCall(away, { ...leg, auto: true });
    expect(away).toMatchObject({ is: 'talking', returning: true, leg: false });
    expect(back).toMatchObject({ is: 'talking', leg: true });
    expect(onCall(back, told(mine))).toMatchObject({ is: 'talking', returning: false, heldSince: null, leg: true });
  });

  test('whose end nobody told does not keep the next one away, and is told later in vain', () => {
    const away = after(told({ ...mine, away: true }));
    const next = onCall(away, { ...leg, callId: 'c2' });
    expect(takesLeg(away, 'c2')).toBe(true);
    expect(next).toMatchObject({ is: 'incoming', callId: 'c2', leg: true });
    expect(onCall(next, told({ state: 'over', outcome: completed }))).toBe(next);
    expect(takesLeg(talking, 'c2')).toBe(false);
  });

  test('an older ringway says nothing of it', () => {
    expect(talking).toMatchObject({ heldSince: null, company: { is: 'none' }, giving: null });
  });
});

describe('a call that we give away', () => {
  const talking = after(told(), leg, { type: 'answering' }, up, told({ state: 'talking', agent: 'ada' }));
  const bob = { id: 'bob', name: 'Bob' };
  const moving = { state: 'offered', agent: null, transferredBy: 'ada', ringing: ['bob'], onHold: true } as const;
  const taken = { state: 'talking', agent: 'bob', transferredBy: 'ada' } as const;
  const back = { state: 'offered', agent: null, transferredBy: null, ringing: ['ada'] } as const;

  test('says to whom, whether our leg or ringway tells first', () => {
    for (const state of [
      onCall(onCall(talking, { type: 'giving', to: bob }), down),
      onCall(talking, told(moving)),
      onCall(onCall(talking, down), told(moving)),
      onCall(talking, told(taken)),
      onCall(onCall(talking, down), told(taken)),
    ])
      expect(state).toMatchObject({
        is: 'over',
        mood: 'calm',
        sentence: 'You gave the call to Bob.',
        givenTo: bob,
      });
  });

  test('stays ours when ringway refuses', () => {
    const refused = [{ type: 'giving', to: bob } as const, { type: 'notGiven' } as const].reduce<CallState>(
      onCall,
      talking,
    );
    expect(refused).toEqual(talking);
    expect(onCall(refused, down)).toMatchObject({ sentence: 'Ended.', givenTo: null });
  });

  test('keeps its sentence when the colleague takes it', () => {
    const gone = onCall(talking, told(moving));
    expect(onCall(gone, told(taken))).toBe(gone);
  });

  test('rings again when the colleague did not take it, also after its card was closed', () => {
    const gone = onCall(talking, told(moving));
    for (const state of [gone, onCall(gone, { type: 'dismissed' })])
      for (const here of [onCall(state, told(back)), onCall(state, leg), onCall(onCall(state, leg), told(back))])
        expect(here).toMatchObject({ is: 'incoming', from: { ...bob, how: 'back' } });
  });

  test('rings again though its return was told before our old leg fell', () => {
    const giving = onCall(talking, { type: 'giving', to: bob });
    const state = [told(back), down, leg, told(back)].reduce<CallState>(onCall, giving);
    expect(state).toMatchObject({ is: 'incoming', leg: true, from: { how: 'back' } });
  });

  test('rings again with the colleague’s name though ringway still says who gave it', () => {
    const gone = onCall(talking, told(moving));
    const state = onCall(gone, told({ ...moving, agent: 'ada', ringing: ['ada'] }));
    expect(state).toMatchObject({ is: 'incoming', from: { ...bob, how: 'back' } });
  });

  test('is news no more when it waits in the queue or is over', () => {
    const closed = onCall(onCall(talking, told(moving)), { type: 'dismissed' });
    expect(onCall(closed, told({ state: 'queued', ringing: [] }))).toBe(closed);
    expect(onCall(closed, told({ state: 'over', outcome: completed }))).toBe(closed);
  });

  test('is not given when another agent was only quicker', () => {
    const state = after(told(), leg, { type: 'answering' }, up, told({ state: 'talking', agent: 'bob' }));
    expect(state).toMatchObject({ is: 'over', sentence: 'Bob took the call.', givenTo: null });
  });
});

describe('a call that a colleague gives us', () => {
  const moving = {
    state: 'offered',
    agent: null,
    offeredTo: ['ada', 'bob'],
    transferredBy: 'ada',
    ringing: ['bob'],
    answeredAt: '2026-11-23T09:50:00Z',
    offeredAt: '2026-11-23T09:49:50Z',
  } as const;

  test('rings with the colleague’s name, whether ringway or SIP tells of it first', () => {
    for (const state of [after(told(moving, 'bob'), leg), after(leg, told(moving, 'bob'))])
      expect(state).toMatchObject({ is: 'incoming', from: { id: 'ada', name: 'Ada', how: 'gives' } });
  });

  test('counts down from now, not from its first offer, and does not start anew with later news', () => {
    const later = { ...told(moving, 'bob'), at: now + 5000 } as CallEvent;
    expect(after(told(moving, 'bob'), later)).toMatchObject({ since: now, until: now + 30_000 });
    expect(after(told({ ...moving, offerEndsAt: '2026-11-23T10:00:20Z' }, 'bob'))).toMatchObject({
      until: now + 20_000,
    });
  });

  test('is ours from the moment that we answer', () => {
    const state = after(
      told(moving, 'bob'),
      { type: 'answering' },
      told({ ...moving, state: 'talking', agent: 'bob', ringing: [] }, 'bob'),
    );
    expect(state).toMatchObject({ is: 'talking', since: now, leg: true, company: { is: 'none' } });
  });

  test('does not ring at those who were asked before', () => {
    expect(after(told(moving, 'ada'))).toBe(noCall);
  });
});

describe('asking a colleague first', () => {
  const mine = { state: 'talking', agent: 'ada', onHold: true } as const;
  const talking = after(told(), leg, { type: 'answering' }, up, told({ ...mine, onHold: false }));
  const ringing = told({ ...mine, colleagues: [{ agent: 'bob', state: 'ringing' }] });
  const asking = told({ ...mine, colleagues: [{ agent: 'bob', state: 'talking' }] });
  const together = told({ ...mine, onHold: false, colleagues: [{ agent: 'bob', state: 'talking' }] });

  test('goes from ringing to talking alone to talking with all three', () => {
    const asked = (stage: string) => ({ is: 'asked', colleagues: [{ id: 'bob', name: 'Bob', stage }] });
    expect(onCall(talking, ringing)).toMatchObject({ heldSince: now, company: asked('ringing') });
    expect(onCall(talking, asking)).toMatchObject({ heldSince: now, company: asked('talking') });
    expect(onCall(talking, together)).toMatchObject({ heldSince: null, company: asked('talking') });
  });

  test('ends with the customer still on hold when the colleague is gone', () => {
    const state = [ringing, asking, told(mine)].reduce<CallState>(onCall, talking);
    expect(state).toMatchObject({ is: 'talking', heldSince: now, company: { is: 'none' }, leg: true });
  });

  test('is given when it is handed over', () => {
    const state = [asking, told({ state: 'talking', agent: 'bob' })].reduce<CallState>(onCall, talking);
    expect(state).toMatchObject({ is: 'over', sentence: 'You gave the call to Bob.', givenTo: { id: 'bob' } });
  });

  test('ends with ringway’s sentence when the customer hangs up', () => {
    const state = [asking, told({ ...mine, state: 'over', outcome: completed })].reduce<CallState>(onCall, talking);
    expect(state).toMatchObject({ is: 'over', sentence: 'The customer hung up.', givenTo: null });
  });
});

describe('being asked by a colleague', () => {
  const adas = { state: 'talking', agent: 'ada', onHold: true, answeredAt: '2026-11-23T09:50:00Z' } as const;
  const ringing = told({ ...adas, ringing: ['bob'], colleagues: [{ agent: 'bob', state: 'ringing' }] }, 'bob');
  const asking = told({ ...adas, colleagues: [{ agent: 'bob', state: 'talking' }] }, 'bob');
  const together = told({ ...adas, onHold: false, colleagues: [{ agent: 'bob', state: 'talking' }] }, 'bob');
  const ada = { id: 'ada', name: 'Ada' };

  test('rings as a question, whether ringway or SIP tells of it first', () => {
    for (const state of [after(ringing, leg), after(leg, ringing)])
      expect(state).toMatchObject({ is: 'incoming', leg: true, from: { ...ada, how: 'asks' } });
  });

  test('does not count down: how long it may ring is not told', () => {
    expect(after(ringing)).toMatchObject({ until: null });
  });

  test('waits with music while the asker talks with the customer, and the asker may swap back', () => {
    const swapped = { ...adas, colleagues: [{ agent: 'bob', state: 'waiting' }], onHold: false } as const;
    expect(onCall(after(told(adas)), told(swapped))).toMatchObject({
      heldSince: null,
      company: { is: 'asked', colleagues: [{ id: 'bob', stage: 'waiting' }] },
    });
    expect(after(told(swapped, 'bob'))).toMatchObject({ company: { is: 'guest', waits: true } });
  });

  test('makes a guest, also before ringway knows that we answered', () => {
    const answered = after(ringing, leg, { type: 'answering' }, up);
    const guest = { is: 'talking', company: { is: 'guest', colleague: ada }, leg: true };
    expect(answered).toMatchObject({ ...guest, since: now + 1000 });
    expect(onCall(answered, ringing)).toMatchObject(guest);
    expect(onCall(answered, asking)).toMatchObject({ ...guest, since: now + 1000 });
    expect(onCall(onCall(answered, asking), together)).toMatchObject({ ...guest, heldSince: null });
  });

  test('makes us the owner when the colleague leaves', () => {
    const ours = told({ ...adas, agent: 'bob', onHold: false, transferredBy: 'ada', colleagues: [] }, 'bob');
    expect(after(ringing, leg, up, asking, ours)).toMatchObject({
      is: 'talking',
      since: now + 1000,
      leg: true,
      heldSince: null,
      company: { is: 'none' },
    });
  });

  test('tells who else is there, and what becomes of the call when one more is left', () => {
    const eve = { agent: 'eve', state: 'talking' } as const;
    const many = { ...adas, onHold: false, colleagues: [{ agent: 'bob', state: 'talking' }, eve] } as const;
    const guest = after(told(many, 'bob'));
    expect(guest).toMatchObject({ company: { is: 'guest', colleague: ada, others: [{ id: 'eve' }] } });
    expect(onCall(guest, told({ ...many, agent: 'bob', colleagues: [eve] }, 'bob'))).toMatchObject({
      company: { is: 'asked', colleagues: [{ id: 'eve', stage: 'talking' }] },
    });
    expect(onCall(guest, told({ ...many, colleagues: [eve] }, 'bob'))).toMatchObject({
      is: 'over',
      sentence: 'Ada went on with the customer.',
    });
  });

  test('becomes a gift when the colleague does not wait for the answer', () => {
    const given = told({ ...adas, state: 'offered', agent: null, ringing: ['bob'], transferredBy: 'ada' }, 'bob');
    expect(after(ringing, leg, given)).toMatchObject({ is: 'incoming', leg: true, from: { ...ada, how: 'gives' } });
  });

  test('is over when the colleague goes back to the customer', () => {
    const withdrawn = told(adas, 'bob');
    expect(after(ringing, leg, withdrawn)).toMatchObject({ is: 'over', sentence: 'Ada does not ask any more.' });
    expect(after(ringing, leg, up, asking, withdrawn)).toMatchObject({
      is: 'over',
      mood: 'calm',
      sentence: 'Ada went on with the customer alone.',
    });
  });

  test('that we declined stays declined', () => {
    const declined = after(ringing, leg, { ...down, sentence: 'You declined.' }, ringing, told(adas, 'bob'));
    expect(declined).toMatchObject({ is: 'over', sentence: 'You declined.' });
  });

  test('about a call that we once gave away is not giving it again', () => {
    const once = { ...adas, transferredBy: 'bob' } as const;
    const guest = after(told({ ...once, colleagues: [{ agent: 'bob', state: 'talking' }] }, 'bob'));
    const left = { ...down, sentence: 'You left the call.' };
    expect([left, told(once, 'bob')].reduce<CallState>(onCall, guest)).toMatchObject({
      sentence: 'You left the call.',
      givenTo: null,
    });
  });

  test('can happen twice in one call: the new leg says so', () => {
    const left = after(ringing, leg, up, asking, { ...down, sentence: 'You left the call.' }, { type: 'dismissed' });
    expect(onCall(onCall(left, leg), ringing)).toMatchObject({ is: 'incoming', from: { how: 'asks' } });
  });

  test('is found again by a reloaded page', () => {
    expect(after(asking)).toMatchObject({ is: 'talking', leg: false, company: { is: 'guest', colleague: ada } });
  });
});

describe('a call that we only hear', () => {
  const talking = { state: 'talking', agent: 'ada', answeredAt: '2026-11-23T10:00:00Z', offeredTo: ['ada'] } as const;
  const beside = { by: 'bob', of: 'ada', mode: 'listen', on: true } as const;
  const auto = { ...leg, auto: true } as const;
  const connecting = told({ ...talking, supervision: { ...beside, on: false } }, 'bob');
  const listening = told({ ...talking, supervision: beside }, 'bob');
  const heard = [auto, connecting, up, listening] as const;

  test('is ours to hear and nobody else of us is told that it rings', () => {
    expect(after(...heard)).toMatchObject({
      is: 'talking',
      leg: true,
      company: { is: 'supervising', colleague: { id: 'ada', name: 'Ada' }, mode: 'listen' },
      supervisor: null,
    });
    expect(after(connecting)).toBe(noCall);
  });

  test('tells whether the agent hears us, and becomes ours as a guest when we come in', () => {
    const whispering = after(...heard, told({ ...talking, supervision: { ...beside, mode: 'whisper' } }, 'bob'));
    expect(whispering).toMatchObject({ company: { is: 'supervising', mode: 'whisper' } });
    const inside = told({ ...talking, supervision: null, colleagues: [{ agent: 'bob', state: 'talking' }] }, 'bob');
    expect(onCall(whispering, inside)).toMatchObject({ is: 'talking', company: { is: 'guest' }, leg: true });
  });

  test('is over for us when the agent has left it, and says so', () => {
    const parked = told({ ...talking, state: 'parked', parkedBy: 'ada', supervision: null }, 'bob');
    expect(after(...heard, parked, down)).toMatchObject({ is: 'over', onlyAsked: true });
    const handedOver = told({ ...talking, agent: 'eve', transferredBy: 'ada', supervision: null }, 'bob');
    expect(after(...heard, handedOver)).toMatchObject({
      is: 'over',
      mood: 'calm',
      sentence: 'Ada has left the call, so you do not hear it any more.',
    });
  });

  test('says to the agent who listens, once she does', () => {
    const mine = after(told(), leg, up, told({ ...talking, supervision: { ...beside, on: false } }));
    expect(mine).toMatchObject({ is: 'talking', supervisor: null });
    expect(onCall(mine, told({ ...talking, supervision: beside }))).toMatchObject({
      supervisor: { id: 'bob', name: 'Bob', mode: 'listen' },
    });
  });
});

describe('a caller who waits in the queue', () => {
  test('rings nowhere', () => {
    expect(after(told({ state: 'queued', ringing: [] }))).toBe(noCall);
  });

  test('no longer rings here when nobody took the call, unless its leg still does', () => {
    expect(after(told(), told({ state: 'queued', ringing: [] }))).toMatchObject({ is: 'none' });
    expect(after(leg, told({ state: 'queued', ringing: [] }))).toMatchObject({ is: 'incoming', leg: true });
  });

  test('has left a page that has no sound of the call', () => {
    const silent = after(told({ state: 'talking', agent: 'ada' }));
    expect(onCall(silent, told({ state: 'queued', ringing: [] }))).toMatchObject({ is: 'over', mood: 'calm' });
    expect(onCall(silent, told({ ringing: ['ada'] }))).toMatchObject({ is: 'incoming' });
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
    ...(
      ['arriving', 'menu', 'queued', 'message', 'offered', 'calling', 'dialling', 'ringing', 'talking', 'over'] as const
    ).flatMap((state) => [
      told({ state, agent: 'ada' }),
      told({ state, agent: 'bob', direction: 'outbound' }),
      told({ state, agent: 'bob', onHold: true, ringing: ['bob'], transferredBy: 'ada' }),
      told({ state, agent: 'ada', onHold: true, colleagues: [{ agent: 'bob', state: 'ringing' }] }),
      told({ state, agent: 'bob', ringing: ['ada'], colleagues: [{ agent: 'ada', state: 'ringing' }] }),
      told({ state, agent: 'bob', colleagues: [{ agent: 'ada', state: 'talking' }] }),
    ]),
    { type: 'giving', to: { id: 'bob', name: 'Bob' } },
    { type: 'notGiven' },
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
