import { expect, test } from 'vitest';
import { backoffMs } from '../src/backoff';
import { socketAddress } from '../src/sipLine';

test('the SIP socket stands on the page’s own origin, safe where the page is', () => {
  expect(socketAddress('/sip', { protocol: 'https:', host: 'calls.example' })).toBe('wss://calls.example/sip');
  expect(socketAddress('/sip', { protocol: 'http:', host: 'localhost:8080' })).toBe('ws://localhost:8080/sip');
  expect(socketAddress('wss://other.example/ws', { protocol: 'http:', host: 'x' })).toBe('wss://other.example/ws');
});

test('attempts are spread, and never further apart than 15 s', () => {
  expect([0, 1, 2, 99].map((n) => backoffMs(n, () => 0))).toEqual([150, 500, 1000, 5000]);
  expect([0, 1, 2, 99].map((n) => backoffMs(n, () => 1))).toEqual([450, 1500, 3000, 15_000]);
});
