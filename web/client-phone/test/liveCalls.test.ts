import { describe, expect, test } from 'vitest';
import { customerOf } from '../src/format';
import { LiveCalls } from '../src/liveCalls';
import type { CallView } from '../src/protocol';

const now = Date.parse('2026-11-23T10:10:00Z');

function call(id: string, change: Partial<CallView>): CallView {
  return {
    id,
    direction: 'inbound',
    state: 'talking',
    customer: customerOf('+15550102000', 'Ana'),
    line: { id: 'main', number: '+15550001111', name: 'Main' },
    agent: 'ada',
    offeredTo: ['ada'],
    arrivedAt: '2026-11-23T10:00:00Z',
    offeredAt: null,
    answeredAt: null,
    endedAt: null,
    outcome: null,
    ...change,
  };
}

function live(...calls: CallView[]): LiveCalls {
  const all = new LiveCalls();
  for (const one of calls) all.told(one);
  return all;
}

describe('calls of others', () => {
  test('wait in the order of their time, and who has talked meanwhile waits anew', () => {
    const calls = live(
      call('new', { state: 'queued', queuedAt: '2026-11-23T10:08:00Z' }),
      call('old', { state: 'queued', queuedAt: '2026-11-23T10:02:00Z' }),
      call('again', { state: 'queued', queuedAt: '2026-11-23T10:01:00Z', answeredAt: '2026-11-23T10:05:00Z' }),
    );
    expect(calls.ofOthers('bob', now).queued.map((one) => one.call.id)).toEqual(['old', 'new', 'again']);
    expect(calls.ofOthers('bob', now + 5000).queued[2]?.since).toBe(now);
  });

  test('are parked until they are over', () => {
    const calls = live(call('c', { state: 'parked', parkedBy: 'ada', parkedAt: '2026-11-23T10:08:00Z' }));
    expect(calls.ofOthers('bob', now).parked).toHaveLength(1);
    calls.told(call('c', { state: 'over' }));
    expect(calls.ofOthers('bob', now).parked).toHaveLength(0);
  });

  test('can be listened to where we may, and nobody else does, and we are not in it', () => {
    const calls = live(
      call('mine to hear', {}),
      call('of another team', { agent: 'eve' }),
      call('heard already', { supervision: { by: 'eve', of: 'ada', mode: 'listen', on: true } }),
      call('with us', { colleagues: [{ agent: 'bob', state: 'talking' }] }),
      call('away', { away: true }),
      call('rings', { state: 'offered', agent: null }),
    );
    expect(calls.ofOthers('bob', now).supervisable).toHaveLength(0);
    calls.supervises = new Set(['ada']);
    expect(calls.ofOthers('bob', now).supervisable.map((one) => one.id)).toEqual(['mine to hear']);
  });
});
