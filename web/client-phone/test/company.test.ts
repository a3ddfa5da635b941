import { describe, expect, test } from 'vitest';
import { areTogether, canAdd, canMerge, canSwap, heirOf, type Asked, type Company } from '../src/company';

const held = 1;
const bob = (stage: Asked['stage']): Asked => ({ id: 'bob', name: 'Bob', stage });
const eve = (stage: Asked['stage']): Asked => ({ id: 'eve', name: 'Eve', stage });
const having = (heldSince: number | null, ...colleagues: Asked[]) => ({
  heldSince,
  company: (colleagues.length === 0 ? { is: 'none' } : { is: 'asked', colleagues }) as Company,
});

describe('with colleagues in the call', () => {
  test('one turns between one who has answered and the customer, until all are together', () => {
    expect(canSwap(having(held, bob('ringing')))).toBe(false);
    expect(canSwap(having(held, bob('talking')))).toBe(true);
    expect(canSwap(having(null, bob('waiting')))).toBe(true);
    expect(canSwap(having(null, bob('talking')))).toBe(false);
    expect(canSwap(having(held, bob('talking'), eve('talking')))).toBe(false);
  });

  test('all come together who have answered', () => {
    expect(canMerge(having(held, bob('ringing')))).toBe(false);
    expect(canMerge(having(held, bob('talking'), eve('ringing')))).toBe(true);
    expect(canMerge(having(null, bob('talking'), eve('talking')))).toBe(false);
    expect(areTogether(having(null, bob('talking'), eve('ringing')))).toBe(true);
    expect(areTogether(having(null, bob('waiting')))).toBe(false);
    expect(areTogether(having(held, bob('talking')))).toBe(false);
    expect(areTogether(having(null))).toBe(false);
  });

  test('one more is asked when nobody rings or waits, up to eight', () => {
    expect(canAdd(having(null))).toBe(false);
    expect(canAdd(having(null, bob('talking')))).toBe(true);
    expect(canAdd(having(held, bob('talking')))).toBe(true);
    expect(canAdd(having(null, bob('talking'), eve('ringing')))).toBe(false);
    expect(canAdd(having(null, bob('waiting')))).toBe(false);
    expect(canAdd(having(null, ...Array.from({ length: 8 }, () => bob('talking'))))).toBe(false);
  });

  test('the first who has answered has the call when we leave it', () => {
    expect(heirOf({ is: 'asked', colleagues: [eve('ringing'), bob('talking')] })).toEqual({ id: 'bob', name: 'Bob' });
    expect(heirOf({ is: 'asked', colleagues: [bob('ringing')] })).toEqual({ id: 'bob', name: 'Bob' });
  });
});
