import { describe, expect, test } from 'vitest';
import { lengthProblem, soundNameFor, soundNameProblem, wavOf } from '../src/soundFile';

describe('a WAV file', () => {
  const left = new Float32Array([0, 1, -1, 0.5]);
  const right = new Float32Array([0, 1, -1, -0.5]);

  test('has one channel: the mean of all', () => {
    const view = new DataView(wavOf([left, right], 16_000).buffer);
    expect(Array.from({ length: 4 }, (_, i) => view.getInt16(44 + i * 2, true))).toEqual([0, 32_767, -32_768, 0]);
  });

  test('says what it is in its head', () => {
    const wav = wavOf([left], 16_000);
    const view = new DataView(wav.buffer);
    const text = (at: number, length: number) => new TextDecoder().decode(wav.slice(at, at + length));
    expect([text(0, 4), text(8, 8), text(36, 4)]).toEqual(['RIFF', 'WAVEfmt ', 'data']);
    expect([4, 16, 24, 28, 40].map((at) => view.getUint32(at, true))).toEqual([44, 16, 16_000, 32_000, 8]);
    expect([20, 22, 32, 34].map((at) => view.getUint16(at, true))).toEqual([1, 1, 2, 16]);
    expect(wav).toHaveLength(52);
  });

  test('is cut where the sound is too loud, and not turned over', () => {
    const view = new DataView(wavOf([new Float32Array([1.7, -3])], 16_000).buffer);
    expect([view.getInt16(44, true), view.getInt16(46, true)]).toEqual([32_767, -32_768]);
  });

  test('of nothing is empty', () => expect(wavOf([], 16_000)).toHaveLength(44));
});

test('what is too short or too long is said with the limit', () => {
  expect(lengthProblem(0)).toContain('no sound');
  expect(lengthProblem(0.09)).toContain('0.1 s');
  expect(lengthProblem(0.1)).toBeNull();
  expect(lengthProblem(300)).toBeNull();
  expect(lengthProblem(432)).toBe('This is 7.2 minutes long; at most 5 can be played.');
});

describe('a name', () => {
  test.each([
    ['closed.mp3', 'closed'],
    ['Wir sind im Urlaub (2).mp3', 'wir-sind-im-urlaub-2'],
    ['Grüße & Öffnungszeiten.final.WAV', 'grusse-offnungszeiten-final'],
    ['2026-12-24 Weihnachten.ogg', 'weihnachten'],
    ['___.wav', ''],
    ['こんにちは.m4a', ''],
    [`${'a'.repeat(39)}-b.wav`, 'a'.repeat(39)],
  ])('for %s is %s', (file, name) => expect(soundNameFor(file)).toBe(name));

  test.each(['closed', 'closed-2', 'a', 'a'.repeat(40)])('%s is fine', (name) =>
    expect(soundNameProblem(name)).toBeNull(),
  );

  test.each(['', 'Closed', '2closed', 'über', 'a b', 'a'.repeat(41)])('“%s” is not', (name) =>
    expect(soundNameProblem(name)).not.toBeNull(),
  );
});
