/** Plays what the other side says, on the chosen speaker; measures it when asked. */
export class Ears {
  #element: HTMLAudioElement | null = null;
  #stream: MediaStream | null = null;
  #sink: string | null = null;
  /** Told when the browser will not play without a click. */
  onBlocked: () => void = () => {};

  get stream(): MediaStream | null {
    return this.#stream;
  }

  listen(stream: MediaStream): void {
    this.#stream = stream;
    const element = (this.#element ??= new Audio());
    element.srcObject = stream;
    if (this.#sink) void element.setSinkId?.(this.#sink).catch(() => {});
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') this.onBlocked();
    });
  }

  /** A click came: try again. */
  unlock(): void {
    if (this.#element?.srcObject && this.#element.paused) void this.#element.play().catch(() => {});
  }

  stop(): void {
    this.#stream = null;
    if (this.#element) this.#element.srcObject = null;
  }

  async useSpeaker(deviceId: string | null): Promise<void> {
    this.#sink = deviceId;
    await this.#element?.setSinkId?.(deviceId ?? '').catch(() => {});
  }
}

/** The loudest frequency and how loud all of it is (root mean square, 0 to 1). */
export interface Heard {
  readonly dominantHz: number;
  readonly level: number;
}

/** Measures a stream as long as it is the same one. */
export class ToneMeter {
  #context: AudioContext | null = null;
  #stream: MediaStream | null = null;
  #source: MediaStreamAudioSourceNode | null = null;
  #analyser: AnalyserNode | null = null;

  heard(stream: MediaStream | null): Heard {
    if (!stream) return { dominantHz: 0, level: 0 };
    const analyser = this.#analyserOf(stream);
    const spectrum = new Float32Array(analyser.frequencyBinCount);
    const wave = new Float32Array(analyser.fftSize);
    analyser.getFloatFrequencyData(spectrum);
    analyser.getFloatTimeDomainData(wave);
    const level = Math.sqrt(wave.reduce((sum, v) => sum + v * v, 0) / wave.length);
    return { dominantHz: level < 0.0005 ? 0 : peakHz(spectrum, analyser.context.sampleRate / analyser.fftSize), level };
  }

  #analyserOf(stream: MediaStream): AnalyserNode {
    const context = (this.#context ??= new AudioContext());
    void context.resume();
    if (!this.#analyser || this.#stream !== stream) {
      this.#source?.disconnect();
      this.#analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0.2 });
      this.#source = new MediaStreamAudioSourceNode(context, { mediaStream: stream });
      this.#source.connect(this.#analyser);
      this.#stream = stream;
    }
    return this.#analyser;
  }
}

/** The strongest bin, made finer by a parabola through it and its neighbours (levels are in decibels). */
export function peakHz(spectrum: ArrayLike<number>, binHz: number): number {
  let peak = 1;
  for (let bin = 1; bin < spectrum.length - 1; bin++) if (spectrum[bin]! > spectrum[peak]!) peak = bin;
  const [a, b, c] = [spectrum[peak - 1]!, spectrum[peak]!, spectrum[peak + 1]!];
  const bend = a - 2 * b + c;
  const shift = Number.isFinite(bend) && bend !== 0 ? (0.5 * (a - c)) / bend : 0;
  return (peak + shift) * binHz;
}
