import { expect, test } from 'vitest';
import { ladderOf, leavesOf } from '../src/ladder';

const startedAt = '2026-11-23T10:00:00.000Z';

function line(ms: number, direction: string, firstLine: string, change: object = {}) {
  return { at: new Date(Date.parse(startedAt) + ms).toISOString(), direction, firstLine, ...change };
}

test('requests and answers are arrows with their time since the first', () => {
  const rungs = ladderOf({
    startedAt,
    sip: [
      line(5, 'in', 'INVITE sip:+15550102000@wa.meta.vc SIP/2.0', { method: 'INVITE', status: null, cseq: 1 }),
      line(9, 'out', 'SIP/2.0 407 Proxy Authentication Required', { method: 'INVITE', status: 407, cseq: 1 }),
      line(815, 'out', 'SIP/2.0 180 Ringing', { method: 'INVITE', status: 180, cseq: 2 }),
      line(12_005, 'out', 'SIP/2.0 200 OK', { method: 'INVITE', status: 200, cseq: 2 }),
      line(13_005, 'out', 'SIP/2.0 500 Server Internal Error', { method: 'INVITE', status: 500, cseq: 3 }),
    ],
  });
  expect(rungs.map((r) => [r.to, r.label, r.cseq, r.tone, r.after])).toEqual([
    ['whatsapp', 'INVITE', 1, 'request', '+0.00 s'],
    ['business', '407 Proxy Authentication Required', 1, 'going', '+0.00 s'],
    ['business', '180 Ringing', 2, 'going', '+0.81 s'],
    ['business', '200 OK', 2, 'good', '+12.0 s'],
    ['business', '500 Server Internal Error', 3, 'bad', '+13.0 s'],
  ]);
  expect(rungs[0]!.spoken).toBe('+0.00 s, business to WhatsApp: INVITE sip:+15550102000@wa.meta.vc SIP/2.0');
});

test('a simulator that tells only first lines is understood as well', () => {
  const rungs = ladderOf({
    startedAt,
    sip: [line(0, 'out', 'BYE sip:ringway@127.0.0.1 SIP/2.0'), line(1, 'in', 'SIP/2.0 200 OK')],
  });
  expect(rungs.map((r) => [r.to, r.label, r.tone])).toEqual([
    ['business', 'BYE', 'request'],
    ['whatsapp', '200 OK', 'good'],
  ]);
});

test('settings become one line for each value', () => {
  const settings = {
    calling: { status: 'ENABLED', sip: { servers: [{ hostname: 'a.example', port: 5061 }] }, codecs: [] },
  };
  expect(leavesOf(settings).map((l) => `${l.path}: ${l.value}`)).toEqual([
    'calling.status: ENABLED',
    'calling.sip.servers[0].hostname: a.example',
    'calling.sip.servers[0].port: 5061',
    'calling.codecs: (none)',
  ]);
});
