/** What the phone plays by itself. No files: a few oscillators. */
export type Sound = 'silent' | 'ring' | 'ringback';

type SinkContext = AudioContext & { setSinkId?: (id: string) => Promise<void> };

/** A beat in ms and the notes at its start: frequency in Hz, start and length in seconds, loudness 0 to 1. */
interface Pattern {
  readonly everyMs: number;
  readonly notes: readonly (readonly [hz: number, at: number, length: number, gain: number])[];
}

/** Two soft rising pairs, like a small bell: heard through a room, bearable all day. */
const ring: Pattern = {
  everyMs: 3000,
  notes: [
    [659.3, 0, 0.5, 0.2],
    [987.8, 0.16, 0.7, 0.16],
    [659.3, 0.9, 0.5, 0.2],
    [987.8, 1.06, 0.9, 0.16],
  ],
};

/** The ring-back of most of the world: 425 Hz, one second in five (ITU-T E.180). */
const ringback: Pattern = { everyMs: 5000, notes: [[425, 0, 1, 0.06]] };

/** DTMF rows and columns, ITU-T Q.23: what a key sounds like to the finger that pressed it. */
const rows = [697, 770, 852, 941] as const;
const columns = [1209, 1336, 1477] as const;
const keys = '123456789*0#';

/** Plays ring, ring-back and key clicks, on a chosen device where the browser can. */
export class Sounds {
  #context: SinkContext | null = null;
  #playing: Sound = 'silent';
  #beat: ReturnType<typeof setInterval> | null = null;
  #out: GainNode | null = null;
  #sink: string | null = null;

  /** Browsers let a page sound only after a click or key; this is called on the first ones. */
  unlock(): void {
    void this.#open().resume();
  }

  play(sound: Sound): void {
    if (sound === this.#playing) return;
    this.#stop();
    this.#playing = sound;
    if (sound === 'silent') return;
    const pattern = sound === 'ring' ? ring : ringback;
    const context = this.#open();
    void context.resume();
    const out = new GainNode(context);
    out.connect(context.destination);
    this.#out = out;
    const once = () => this.#notes(context, out, pattern, sound === 'ring');
    once();
    this.#beat = setInterval(once, pattern.everyMs);
  }

  key(digit: string): void {
    const at = keys.indexOf(digit);
    if (at < 0) return;
    const context = this.#open();
    for (const hz of [rows[Math.floor(at / 3)]!, columns[at % 3]!])
      note(context, context.destination, hz, 0, 0.11, 0.03, false);
  }

  async useSpeaker(deviceId: string | null): Promise<void> {
    this.#sink = deviceId;
    await this.#context?.setSinkId?.(deviceId ?? '').catch(() => {});
  }

  #open(): SinkContext {
    if (!this.#context) {
      this.#context = new AudioContext();
      if (this.#sink) void this.#context.setSinkId?.(this.#sink).catch(() => {});
    }
    return this.#context;
  }

  #notes(context: AudioContext, out: AudioNode, pattern: Pattern, bell: boolean): void {
    for (const [hz, at, length, gain] of pattern.notes) note(context, out, hz, at, length, gain, bell);
  }

  #stop(): void {
    if (this.#beat) clearInterval(this.#beat);
    this.#beat = null;
    const out = this.#out;
    this.#out = null;
    if (!out || !this.#context) return;
    // A short fall instead of a click.
    out.gain.setTargetAtTime(0, this.#context.currentTime, 0.02);
    setTimeout(() => out.disconnect(), 200);
  }
}

function note(
  context: AudioContext,
  out: AudioNode,
  hz: number,
  at: number,
  length: number,
  gain: number,
  bell: boolean,
): void {
  const start = context.currentTime + at;
  const oscillator = new OscillatorNode(context, { frequency: hz, type: bell ? 'triangle' : 'sine' });
  const envelope = new GainNode(context, { gain: 0 });
  envelope.gain.setValueAtTime(0, start);
  envelope.gain.linearRampToValueAtTime(gain, start + 0.015);
  if (bell) envelope.gain.exponentialRampToValueAtTime(0.0005, start + length);
  else {
    envelope.gain.setValueAtTime(gain, start + length - 0.02);
    envelope.gain.linearRampToValueAtTime(0, start + length);
  }
  oscillator.connect(envelope).connect(out);
  oscillator.start(start);
  oscillator.stop(start + length + 0.05);
}
