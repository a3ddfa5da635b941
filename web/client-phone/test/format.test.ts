import { describe, expect, test } from 'vitest';
import { customerOf, dialable, formatDuration, formatNumber, nameAndNumber, tidyDialled } from '../src/format';

describe('numbers are shown in groups', () => {
  test.each([
    ['+15550102000', '+1 555 010 2000'],
    ['+4915123456789', '+49 151 2345 6789'],
    ['+5511987654321', '+55 119 8765 4321'],
    ['+353851234567', '+353 851 234 567'],
    ['+', '+'],
    ['+1', '+1'],
    ['Ana', 'Ana'],
  ])('%s as %s', (number, shown) => expect(formatNumber(number)).toBe(shown));
});

describe('whatever is typed or pasted is dialled as E.164, or not at all', () => {
  test.each([
    ['+1 (555) 010-2000', '+15550102000'],
    ['15550102000', '+15550102000'],
    ['0049 151 23456789', '+4915123456789'],
    ['tel:+1-555-010-2000', '+15550102000'],
    ['\u202a+1 555 010 2000\u202c', '+15550102000'],
    ['US.13491208655302741918', 'US.13491208655302741918'],
    ['0151 23456789', null],
    ['+12', null],
    ['+1234567890123456', null],
    ['call me', null],
    ['', null],
  ])('%s as %s', (text, dialled) => expect(dialable(text)).toBe(dialled));
});

describe('the dial field tidies itself', () => {
  test.each([
    ['+1555010', '+1 555 010'],
    ['0015550102000', '+1 555 010 2000'],
    [' +1 555 010 2000 ', '+1 555 010 2000'],
    ['555', '555'],
    ['+', '+'],
    ['US.1349', 'US.1349'],
  ])('%s becomes %s', (typed, shown) => expect(tidyDialled(typed)).toBe(shown));
});

test('durations are minutes and seconds, hours when there are any', () => {
  expect([0, 999, 61_000, 3_600_000, -5].map(formatDuration)).toEqual(['0:00', '0:00', '1:01', '1:00:00', '0:00']);
});

test('the name stands over the number, and a user without a number has an id', () => {
  expect(nameAndNumber(customerOf('+15550102000', 'Ana'))).toEqual({ title: 'Ana', detail: '+1 555 010 2000' });
  expect(nameAndNumber(customerOf('+15550102000'))).toEqual({ title: '+1 555 010 2000', detail: '' });
  expect(nameAndNumber(customerOf('US.13491208655302741918'))).toEqual({
    title: 'WhatsApp user',
    detail: 'US.13491208655302741918',
  });
});
