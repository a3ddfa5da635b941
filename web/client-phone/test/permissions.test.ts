import { beforeEach, describe, expect, test } from 'vitest';
import { permissionOf, type PermissionState } from '../src/permissionState';
import { Permissions } from '../src/permissions';
import type { CallView, Permission } from '../src/protocol';
import { RingwayProblem } from '../src/ringwayLink';

const ana = '+15550102000';
const start = Date.parse('2026-11-23T10:00:00Z');

let now: number;
let timers: { at: number; run: () => void }[];
let requests: string[];
let answer: (user: string) => Permission | Error;
let shown: PermissionState;
let book: Permissions;

beforeEach(() => {
  now = start;
  timers = [];
  requests = [];
  answer = (user) => permission(user);
  const give = (what: string, user: string) => {
    requests.push(`${what} ${user}`);
    const given = answer(user);
    return given instanceof Error ? Promise.reject(given) : Promise.resolve(given);
  };
  book = new Permissions(
    {
      permission: (user) => give('look', user),
      ask: (user, line, wording) => give(`ask ${line} ${'text' in wording ? wording.text : wording.template}`, user),
      sendCallButton: async (user) => void (await give('button', user)),
      callLink: async (line) => `https://wa.me/call/${line}`,
    },
    (state) => (shown = state),
    {
      now: () => now,
      after: (ms, run) => {
        const timer = { at: now + ms, run };
        timers.push(timer);
        return () => {
          timers = timers.filter((t) => t !== timer);
        };
      },
    },
  );
  book.useLine('main');
});

describe('a number that is typed', () => {
  test('is asked about when the typing rests, not at every key', async () => {
    for (const typed of ['+1555010', '+15550102', '+15550102000']) {
      book.typing(typed);
      await pass(100);
    }
    expect(requests).toEqual([]);
    await pass(450);
    expect(requests).toEqual([`look ${ana}`]);
    expect(permissionOf(shown, ana)).toMatchObject({ state: 'none' });
  });

  test('and taken away again is not asked about', async () => {
    book.typing(ana);
    book.typing(null);
    await pass(5_000);
    expect(requests).toEqual([]);
  });

  test('is asked about once by many who look at the same time, and not again soon', async () => {
    await Promise.all([book.look(ana), book.look(ana)]);
    await book.look(ana);
    expect(requests).toHaveLength(1);
    await pass(120_000);
    await book.look(ana);
    expect(requests).toHaveLength(2);
  });
});

describe('time', () => {
  test('ends a permission on the page, and ringway is asked what is left', async () => {
    answer = (user) => permission(user, { state: 'temporary', mayCall: true, until: '2026-11-23T10:30:00Z' });
    await book.look(ana);
    answer = (user) => new RingwayProblem('offline', `${user}`, 0);
    await pass(30 * 60_000 - 1);
    expect(permissionOf(shown, ana)).toMatchObject({ mayCall: true });
    await pass(1);
    expect(permissionOf(shown, ana)).toMatchObject({ state: 'none', mayCall: false });
    expect(requests).toHaveLength(2);
    await pass(3_600_000);
    expect(requests).toHaveLength(2);
  });

  test('further away than a timer can sleep still comes', async () => {
    const until = new Date(start + 40 * 86_400_000).toISOString();
    await book.look(ana);
    book.told(permission(ana, { state: 'temporary', mayCall: true, until }));
    await pass(40 * 86_400_000);
    expect(permissionOf(shown, ana)).toMatchObject({ mayCall: false });
  });
});

describe('the history', () => {
  const calls = Array.from({ length: 30 }, (_, i) => call(`+155501020${10 + (i >> 1)}`));

  test('is looked up one after another, each customer once, the newest only', async () => {
    book.lookAtHistory(calls);
    expect(requests).toHaveLength(1);
    await pass(0);
    expect(requests).toHaveLength(8);
    expect(new Set(requests).size).toBe(8);
  });

  test('is left alone by a line without permissions', async () => {
    answer = (user) => permission(user, { state: 'unknown', mayCall: true });
    book.lookAtHistory(calls);
    await pass(0);
    expect(requests).toHaveLength(1);
  });

  test('is left alone when ringway does not answer', async () => {
    answer = () => new RingwayProblem('http-404', 'Ringway answered 404.', 404);
    book.lookAtHistory(calls);
    await pass(0);
    expect(requests).toHaveLength(1);
  });
});

describe('asking', () => {
  test('sends the words from our line and shows that she was asked', async () => {
    answer = (user) => permission(user, { state: 'asked', why: 'asked' });
    await book.request(ana, { text: 'May we call?' });
    expect(requests).toEqual([`ask main May we call? ${ana}`]);
    expect(shown.of[ana]).toMatchObject({ permission: { state: 'asked' }, sending: null, result: { good: true } });
  });

  test('that is refused shows ringway’s sentence, and what ringway knows', async () => {
    await book.look(ana);
    answer = (user) =>
      requests.at(-1)!.startsWith('ask')
        ? new RingwayProblem('needs-template', 'She has not written for 24 hours: choose a template.', 409)
        : permission(user, { requestsLeftToday: 0 });
    await book.request(ana, { text: 'May we call?' });
    await pass(0);
    expect(shown.of[ana]!.result).toEqual({
      of: 'request',
      good: false,
      sentence: 'She has not written for 24 hours: choose a template.',
    });
    expect(shown.of[ana]!.permission).toMatchObject({ requestsLeftToday: 0 });
  });

  test('twice at once is asked once', async () => {
    await Promise.all([book.request(ana, { text: 'a' }), book.request(ana, { text: 'b' })]);
    expect(requests).toHaveLength(1);
  });
});

describe('news and answers', () => {
  const asked = permission(ana, { state: 'asked', why: 'asked' });
  const allowed = permission(ana, { state: 'temporary', mayCall: true, until: '2026-11-30T10:00:00Z', why: null });

  test('that the customer has allowed it is not undone by the answer to our request, which is older and comes later', async () => {
    await book.look(ana);
    answer = () => asked;
    const request = book.request(ana, { text: 'May we call?' });
    book.told(asked);
    book.told(allowed);
    await request;
    expect(permissionOf(shown, ana)).toEqual(allowed);
    expect(shown.of[ana]).toMatchObject({ sending: null, result: null });
  });

  test('that came while ringway was asked is not undone by what ringway answers', async () => {
    const look = book.look(ana);
    book.told(allowed);
    await look;
    expect(permissionOf(shown, ana)).toEqual(allowed);
  });

  test('that came before does not outlive a later answer', async () => {
    await book.look(ana);
    book.told(allowed);
    answer = () => permission(ana, { state: 'refused', why: 'refused' });
    await book.lookAgain(ana);
    expect(permissionOf(shown, ana)).toMatchObject({ state: 'refused' });
  });

  test('that were missed are asked for at once where somebody waits for them', async () => {
    answer = (user) => (user === ana ? asked : permission(user));
    await book.look(ana);
    await book.look('+15550102001');
    requests = [];
    answer = () => allowed;
    book.missedNews();
    book.lookAtHistory([call('+15550102002')]);
    await pass(0);
    expect(requests).toEqual([`look ${ana}`, 'look +15550102002']);
    expect(permissionOf(shown, ana)).toEqual(allowed);
  });
});

test('a call button and a link go from our line', async () => {
  await book.sendCallButton(ana, 'Call us', 'Call');
  expect(shown.of[ana]!.result).toMatchObject({ of: 'button', good: true });
  expect(await book.callLink()).toBe('https://wa.me/call/main');
});

function permission(user: string, change: Partial<Permission> = {}): Permission {
  return {
    user,
    line: 'main',
    state: 'none',
    until: null,
    mayCall: false,
    mayAsk: true,
    sentence: 'Ask first.',
    why: 'no-permission',
    requestsLeftToday: 1,
    requestsLeftThisWeek: 2,
    callsLeftToday: null,
    unanswered: 0,
    windowUntil: null,
    askedAt: null,
    checkedAt: null,
    ...change,
  };
}

function call(number: string): CallView {
  return { customer: { name: null, number, userId: null, display: number } } as CallView;
}

async function pass(ms: number): Promise<void> {
  const until = now + ms;
  for (;;) {
    await settle();
    const due = timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
    if (!due) break;
    timers = timers.filter((t) => t !== due);
    now = due.at;
    due.run();
  }
  now = until;
  await settle();
}

async function settle(): Promise<void> {
  for (let i = 0; i < 100; i++) await Promise.resolve();
}
