import { describe, expect, test } from 'vitest';
import { bubblesOf, buttonHeaders, permissionNow, permissionSentence } from '../src/chat';
import type { BusinessChat, ChatMessage } from '../src/simulatorLink';

const now = Date.parse('2026-11-23T10:00:00Z');

function message(change: Partial<ChatMessage> = {}): ChatMessage {
  return { id: 'w1', at: '2026-11-23T09:00:00Z', kind: 'text', text: 'Hello', answer: null, ...change };
}

const request = (change: Partial<ChatMessage> = {}) =>
  message({ kind: 'permissionRequest', expiresAt: '2026-11-30T09:00:00Z', ...change });

function chat(...messages: ChatMessage[]): BusinessChat {
  return {
    number: '+15550001111',
    name: 'Main',
    permission: 'none',
    until: null,
    unanswered: 0,
    windowUntil: null,
    messages,
  };
}

const bubbles = (...messages: ChatMessage[]) => bubblesOf(chat(...messages), 'Main', [], now);

describe('a permission request', () => {
  test('can be answered while it lives', () =>
    expect(bubbles(request())[0]).toMatchObject({
      heading: 'Main would like to call you',
      does: 'answer',
      note: null,
    }));

  test('shows its answer instead of the buttons', () => {
    const notes = (['accept', 'always', 'refuse'] as const).map((answer) => bubbles(request({ answer }))[0]);
    expect(notes.map((b) => [b!.does, b!.note])).toEqual([
      [null, 'You allowed calls for 7 days'],
      [null, 'You always allow calls'],
      [null, 'You did not allow calls'],
    ]);
  });

  test('expires by itself', () => {
    const old = request({ expiresAt: '2026-11-23T10:00:00Z' });
    expect(bubbles(old)[0]).toMatchObject({ does: null, note: 'This request has expired' });
  });

  test('expires when a newer one is answered, and not when an older one was', () => {
    const older = request({ id: 'w1' });
    const newer = request({ id: 'w2', at: '2026-11-23T09:30:00Z' });
    expect(bubbles(older, { ...newer, answer: 'refuse' })[0]!.does).toBeNull();
    expect(bubbles({ ...older, answer: 'refuse' }, newer)[1]!.does).toBe('answer');
  });

  test('may be a template', () =>
    expect(bubbles(message({ kind: 'template', asksPermission: true }))[0]!.does).toBe('answer'));
});

test('a call button calls until it expires', () => {
  const button = message({
    kind: 'callButton',
    button: 'Call us',
    payload: 'order 7',
    expiresAt: '2026-11-23T11:00:00Z',
  });
  expect(bubbles(button)[0]).toMatchObject({ does: 'call', button: 'Call us', payload: 'order 7' });
  expect(bubblesOf(chat(button), 'Main', [], now + 3_600_000)[0]).toMatchObject({
    does: null,
    note: 'This button has expired',
  });
});

test('a tapped button tells its payload, and can tell nothing more', () => {
  expect(buttonHeaders('order 7')).toEqual(['x-wa-meta-cta-payload: order 7']);
  expect(buttonHeaders('a\r\nVia: evil')).toEqual(['x-wa-meta-cta-payload: a Via: evil']);
  expect([null, '', ' \n'].map(buttonHeaders)).toEqual([[], [], []]);
});

test('what the user wrote stands between what the business wrote', () => {
  const written = [{ id: 'u1', at: '2026-11-23T09:30:00Z', business: '+15550001111', text: 'Hi' }];
  const all = bubblesOf(chat(message(), message({ id: 'w2', at: '2026-11-23T09:45:00Z' })), 'Main', written, now);
  expect(all.map((b) => `${b.from} ${b.id}`)).toEqual(['business w1', 'user u1', 'business w2']);
});

test('a chat that nobody knows yet is empty', () => expect(bubblesOf(null, 'Main', [], now)).toEqual([]));

test('a temporary permission ends without a word', () => {
  const temporary = { ...chat(), permission: 'temporary', until: '2026-11-23T10:00:00Z' } as const;
  expect(permissionNow(temporary, now - 1)).toBe('temporary');
  expect(permissionNow(temporary, now)).toBe('none');
  const day = (at: number) => new Date(at).toISOString().slice(11, 16);
  expect(permissionSentence(temporary, 'Main', day)).toBe('Main may call you until 10:00');
  expect(permissionSentence(chat(), 'Main', day)).toBe('Main may not call you');
});
