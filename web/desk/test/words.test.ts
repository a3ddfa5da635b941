import type { AgentView } from '@ringway/client-phone';
import { describe, expect, test } from 'vitest';
import { agentText, pauseText } from '../src/ui/words';

const noon = Date.parse('2026-11-23T12:00:00Z');
const lunch = { reason: 'lunch', name: 'Lunch', since: '2026-11-23T12:00:00+00:00' };
const bob: AgentView = {
  id: 'bob',
  name: 'Bob',
  signedIn: true,
  ready: false,
  lineUp: true,
  state: 'away',
  paused: lunch,
};
const minute = 60_000;

describe('a pause', () => {
  test('is told with its minutes, then with its hours', () => {
    expect(pauseText(lunch, noon + 12.9 * minute)).toBe('Lunch, 12 min');
    expect(pauseText(lunch, noon + 60 * minute)).toBe('Lunch, 1 h 0 min');
    expect(pauseText(lunch, noon + 135 * minute)).toBe('Lunch, 2 h 15 min');
  });

  test('that has just begun, or begins in a moment by our clock, has no minutes', () => {
    expect(pauseText(lunch, noon + 59_000)).toBe('Lunch');
    expect(pauseText(lunch, noon - 5 * minute)).toBe('Lunch');
    expect(pauseText({ ...lunch, since: 'soon' }, noon)).toBe('Lunch');
  });
});

describe('a colleague', () => {
  test('on a break is shown with the reason', () => {
    expect(agentText(bob, noon + 12 * minute)).toBe('Lunch, 12 min');
  });

  test('who has not said why is not ready, also when ringway is an older one', () => {
    expect(agentText({ ...bob, paused: null }, noon)).toBe('Not ready');
    const { paused: _, ...old } = bob;
    expect(agentText(old, noon)).toBe('Not ready');
  });

  test('on a break who talks in a call of her own is in a call', () => {
    expect(agentText({ ...bob, state: 'talking' }, noon)).toBe('In a call');
  });

  test('whose calls come at another ringway is shown there', () => {
    const there: AgentView = {
      ...bob,
      ready: true,
      paused: null,
      state: 'elsewhere',
      elsewhere: { node: 'n2', inCall: false },
    };
    expect(agentText(there, noon)).toBe('At n2');
    expect(agentText({ ...there, elsewhere: { node: 'n2', inCall: true } }, noon)).toBe('In a call at n2');
    expect(agentText({ ...there, signedIn: false, paused: lunch }, noon + 12 * minute)).toBe('Lunch, 12 min');
  });

  test('who has signed out is signed out, whatever was said before', () => {
    expect(agentText({ ...bob, signedIn: false }, noon)).toBe('Signed out');
  });
});
