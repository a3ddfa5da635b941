/** A file that somebody has chosen, made what ringway takes: a WAV file with 16-bit samples at 16 kHz and one channel. */

/** What ringway plays to callers; more would be thrown away there. */
const rate = 16_000;
const longestSeconds = 300;
const shortestSeconds = 0.1;
/** Decoded it may take twenty times as much of the browser's memory. */
const mostBytes = 100_000_000;
const headBytes = 44;

export interface SoundFile {
  readonly wav: Uint8Array<ArrayBuffer>;
  readonly seconds: number;
}

/** The file cannot be used; `message` is fit to be shown. */
export class SoundFileError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'SoundFileError';
  }
}

/** Reads whatever the browser can decode. */
export async function readSoundFile(file: Blob): Promise<SoundFile> {
  if (file.size > mostBytes) throw new SoundFileError('This file has more than 100 MB. Save a smaller one.');
  const bytes = await file.arrayBuffer();
  let sound: AudioBuffer;
  try {
    // A context of our rate has the browser convert it, with better filters than ours would be.
    sound = await new OfflineAudioContext(1, 1, rate).decodeAudioData(bytes);
  } catch {
    throw new SoundFileError('The browser cannot read this file as sound. Try MP3, WAV, M4A or Ogg.');
  }
  const why = lengthProblem(sound.duration);
  if (why !== null) throw new SoundFileError(why);
  const channels = Array.from({ length: sound.numberOfChannels }, (_, i) => sound.getChannelData(i));
  return { wav: wavOf(channels, sound.sampleRate), seconds: sound.duration };
}

export function lengthProblem(seconds: number): string | null {
  if (seconds < shortestSeconds) return 'There is no sound in this file, or less than 0.1 s.';
  if (seconds <= longestSeconds) return null;
  return `This is ${(seconds / 60).toFixed(1)} minutes long; at most ${longestSeconds / 60} can be played.`;
}

/** One channel; of several the mean. */
export function wavOf(channels: readonly Float32Array[], sampleRate: number): Uint8Array<ArrayBuffer> {
  const count = channels[0]?.length ?? 0;
  const file = new Uint8Array(headBytes + count * 2);
  const view = new DataView(file.buffer);
  for (const [at, text] of [
    [0, 'RIFF'],
    [8, 'WAVEfmt '],
    [36, 'data'],
  ] as const)
    file.set(new TextEncoder().encode(text), at);
  const numbers = [
    [4, file.length - 8],
    [16, 16],
    [24, sampleRate],
    [28, sampleRate * 2],
    [40, count * 2],
  ] as const;
  for (const [at, value] of numbers) view.setUint32(at, value, true);
  // PCM, one channel; two bytes a sample, 16 bit.
  for (const [at, value] of [[20, 1], [22, 1], [32, 2], [34, 16]] as const) view.setUint16(at, value, true); // prettier-ignore
  for (let i = 0; i < count; i++) {
    let sum = 0;
    for (const channel of channels) sum += channel[i]!;
    const mean = Math.max(-1, Math.min(1, sum / channels.length));
    view.setInt16(headBytes + i * 2, Math.round(mean < 0 ? mean * 32_768 : mean * 32_767), true);
  }
  return file;
}

/** A name for a sound, from the file's: `Wir sind im Urlaub (2).mp3` is `wir-sind-im-urlaub-2`. */
export function soundNameFor(fileName: string): string {
  return fileName
    .replace(/\.[^.]*$/, '')
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}

/** What is wrong with a name; null when nothing is. */
export function soundNameProblem(name: string): string | null {
  if (name === '') return 'Give the sound a name.';
  return /^[a-z][a-z0-9-]{0,39}$/.test(name)
    ? null
    : 'A name has small letters, digits and dashes, a letter first, at most 40.';
}
