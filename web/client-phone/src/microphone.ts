/** Why there is no microphone, told apart because the cure differs. */
export type MicrophoneTrouble = 'insecure' | 'denied' | 'missing' | 'busy' | 'unknown';

/** There is no sound to send, and `message` tells the user what to do. */
export class MicrophoneError extends Error {
  constructor(readonly trouble: MicrophoneTrouble) {
    super(sentences[trouble]);
    this.name = 'MicrophoneError';
  }
}

const sentences: Record<MicrophoneTrouble, string> = {
  insecure: 'The browser gives a microphone only to secure pages. Open this page by https, or as http://localhost.',
  denied: 'The microphone is blocked for this page. Allow it next to the address, then try again.',
  missing: 'No microphone was found. Plug one in, then try again.',
  busy: 'The microphone cannot be opened; another program may be using it.',
  unknown: 'The microphone cannot be used.',
};

/** Where the sound that we send comes from. */
export interface MicrophoneSource {
  /** A fresh track; whoever asked ends it by `close`. */
  open(): Promise<MediaStreamTrack>;
  close(track: MediaStreamTrack): void;
}

/** A real device; without an id the browser's default. */
export function deviceSource(deviceId: string | null): MicrophoneSource {
  return {
    async open() {
      // Browsers hide mediaDevices from pages that are not secure contexts.
      if (!navigator.mediaDevices?.getUserMedia) throw new MicrophoneError('insecure');
      const wanted = { echoCancellation: true, noiseSuppression: true, autoGainControl: true, channelCount: 1 };
      try {
        return await openDevice(deviceId ? { ...wanted, deviceId: { exact: deviceId } } : wanted);
      } catch (error) {
        // A headset that was chosen once and is gone today must not keep anybody from talking.
        if (deviceId && nameOf(error) === 'OverconstrainedError')
          return openDevice(wanted).catch((again: unknown) => Promise.reject(troubleOf(again)));
        throw troubleOf(error);
      }
    },
    close: (track) => track.stop(),
  };
}

/** A sine tone instead of a voice: how tests prove by sound who hears whom. */
export function toneSource(hz: number): MicrophoneSource {
  const contexts = new Map<MediaStreamTrack, AudioContext>();
  return {
    async open() {
      const context = new AudioContext();
      const oscillator = new OscillatorNode(context, { frequency: hz });
      const out = new MediaStreamAudioDestinationNode(context, { channelCount: 1 });
      oscillator.connect(new GainNode(context, { gain: 0.4 })).connect(out);
      oscillator.start();
      void context.resume();
      const track = out.stream.getAudioTracks()[0]!;
      contexts.set(track, context);
      return track;
    },
    close(track) {
      track.stop();
      void contexts.get(track)?.close();
      contexts.delete(track);
    },
  };
}

/** The one microphone of a phone: opened when a call needs it, closed when none does. */
export class Microphone {
  #source: MicrophoneSource;
  #track: MediaStreamTrack | null = null;
  #opening: Promise<MediaStreamTrack> | null = null;
  #generation = 0;
  /** Told when the sound comes from somewhere else from now on. */
  onTrack: (track: MediaStreamTrack) => void = () => {};

  constructor(source: MicrophoneSource) {
    this.#source = source;
  }

  get isOpen(): boolean {
    return this.#track !== null;
  }

  /** The track to send, opened if need be. Throws MicrophoneError. */
  open(): Promise<MediaStreamTrack> {
    if (this.#track?.readyState === 'live') return Promise.resolve(this.#track);
    if (this.#opening) return this.#opening;
    const source = this.#source;
    const generation = this.#generation;
    const opening = source.open().then((track) => {
      if (generation !== this.#generation) {
        // Closed, or another source chosen, while the browser was still asking.
        source.close(track);
        return this.open();
      }
      this.#track = track;
      this.#opening = null;
      return track;
    });
    this.#opening = opening;
    opening.catch(() => {
      if (this.#opening === opening) this.#opening = null;
    });
    return opening;
  }

  /** Another device or a tone, also in the middle of a call. The old one stays if the new one cannot be opened. */
  async use(source: MicrophoneSource): Promise<void> {
    if (!this.#track && !this.#opening) {
      this.#source = source;
      return;
    }
    const track = await source.open();
    this.close();
    this.#source = source;
    this.#track = track;
    this.onTrack(track);
  }

  /** Ends the recording light. */
  close(): void {
    this.#generation += 1;
    this.#opening = null;
    if (this.#track) this.#source.close(this.#track);
    this.#track = null;
  }
}

async function openDevice(audio: MediaTrackConstraints): Promise<MediaStreamTrack> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio });
  return stream.getAudioTracks()[0]!;
}

function nameOf(error: unknown): string {
  return error instanceof Error || error instanceof DOMException ? error.name : '';
}

/** Names by the Media Capture specification, section 10.3.5 (getUserMedia). */
function troubleOf(error: unknown): MicrophoneError {
  switch (nameOf(error)) {
    case 'NotAllowedError':
      return new MicrophoneError('denied');
    case 'SecurityError':
      return new MicrophoneError('insecure');
    case 'NotFoundError':
    case 'OverconstrainedError':
      return new MicrophoneError('missing');
    case 'NotReadableError':
    case 'AbortError':
      return new MicrophoneError('busy');
    default:
      return new MicrophoneError('unknown');
  }
}
