import { listDevices, noDevices, rememberDevices, rememberedDevices, type Devices } from './devices';
import { Ears, ToneMeter, type Heard } from './ears';
import { deviceSource, Microphone, toneSource } from './microphone';
import { qualityOf, readingOf, readingsKept, type Quality, type Reading } from './quality';
import type { SipLeg } from './sipLine';
import { Sounds } from './sounds';

const statisticsEveryMs = 2_000;

/** All that sounds on a page: microphone, ears, ringer, devices, and how good the present leg is. */
export class Voice {
  readonly sounds = new Sounds();
  readonly microphone: Microphone;
  readonly #ears = new Ears();
  readonly #meter = new ToneMeter();
  #devices: Devices;
  #leg: SipLeg | null = null;
  #timer: ReturnType<typeof setInterval> | null = null;
  #muted = false;
  #tone = false;
  #metering = false;

  constructor(
    private readonly hooks: {
      devices(devices: Devices): void;
      quality(quality: Quality | null): void;
      notice(sentence: string): void;
    },
  ) {
    this.#devices = { ...noDevices, ...rememberedDevices() };
    this.microphone = new Microphone(deviceSource(this.#devices.microphone));
    this.microphone.onTrack = (track) => void this.#leg?.useMicrophone(track);
    this.#ears.onBlocked = () => hooks.notice('Click anywhere to hear the call: the browser wants it so.');
  }

  /** Listens to devices that come and go, and to the first click, which browsers want before any sound. */
  start(): void {
    void this.#useSpeaker(this.#devices.speaker);
    void this.refreshDevices();
    navigator.mediaDevices?.addEventListener('devicechange', () => void this.#devicesChanged());
    const unlock = () => {
      this.sounds.unlock();
      this.#ears.unlock();
    };
    addEventListener('pointerdown', unlock);
    addEventListener('keydown', unlock);
  }

  async refreshDevices(): Promise<void> {
    this.#devices = await listDevices(this.#devices);
    this.hooks.devices(this.#devices);
  }

  /** Asks for the microphone and gives it back: permission is settled before a call is there. */
  async tryMicrophone(): Promise<void> {
    const wasOpen = this.microphone.isOpen;
    await this.microphone.open();
    if (!wasOpen && !this.#leg) this.microphone.close();
    await this.refreshDevices();
  }

  /** From now on this leg is what is heard and spoken to. */
  attach(leg: SipLeg): void {
    this.#forget();
    this.#leg = leg;
    leg.onSound = (stream) => {
      this.#ears.listen(stream);
      if (this.#metering) this.#meter.heard(stream);
    };
    const readings: Reading[] = [];
    this.#timer = setInterval(() => void this.#measure(leg, readings), statisticsEveryMs);
  }

  /** The call is over: nothing is heard, and the recording light goes out. */
  detach(): void {
    this.#forget();
    this.microphone.close();
    this.hooks.quality(null);
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    this.#leg?.mute(muted);
  }

  async chooseMicrophone(id: string | null): Promise<void> {
    if (!this.#tone) await this.microphone.use(deviceSource(id));
    this.#choose({ microphone: id });
  }

  async chooseSpeaker(id: string | null): Promise<void> {
    await this.#useSpeaker(id);
    this.#choose({ speaker: id });
  }

  /** For tests: speaks a tone instead of the microphone; null gives the microphone back. */
  async toneHz(hz: number | null): Promise<void> {
    this.#tone = hz !== null;
    await this.microphone.use(hz === null ? deviceSource(this.#devices.microphone) : toneSource(hz));
  }

  /** For tests: what is heard from the other side. `meterSound` must have been called before the call. */
  heard(): Heard {
    return this.#meter.heard(this.#ears.stream);
  }

  /** For tests: measures every stream from its first packet on. */
  meterSound(): void {
    this.#metering = true;
  }

  #forget(): void {
    if (this.#timer) clearInterval(this.#timer);
    this.#timer = null;
    this.#leg = null;
    this.#muted = false;
    this.#ears.stop();
  }

  async #measure(leg: SipLeg, readings: Reading[]): Promise<void> {
    const report = await leg.statistics()?.catch(() => null);
    if (!report || leg !== this.#leg || !leg.isUp) return;
    readings.push(readingOf(report));
    if (readings.length > readingsKept) readings.shift();
    this.hooks.quality(qualityOf(readings, this.#muted));
  }

  /** A device that was pulled out in the middle of a call gives way to the default one. */
  async #devicesChanged(): Promise<void> {
    await this.refreshDevices();
    const { microphone, microphones } = this.#devices;
    if (this.#tone || !this.#leg || microphones.length === 0) return;
    if (microphone && !microphones.some((d) => d.id === microphone)) {
      await this.microphone.use(deviceSource(null)).catch(() => {});
      this.hooks.notice('Your microphone was unplugged; the call goes on with the default one.');
    }
  }

  async #useSpeaker(id: string | null): Promise<void> {
    await Promise.all([this.#ears.useSpeaker(id), this.sounds.useSpeaker(id)]);
  }

  #choose(choice: Partial<Devices>): void {
    this.#devices = { ...this.#devices, ...choice };
    rememberDevices(this.#devices);
    this.hooks.devices(this.#devices);
  }
}

/** What pages opened with `?test` offer to tests: sound in, sound out. */
export interface RingwayTest {
  toneHz(hz: number | null): Promise<void>;
  heard(): Heard;
}

/** Hands the voice to tests, on pages whose address asks for it and on no other. */
export function exposeForTests(voice: Voice): void {
  if (!new URLSearchParams(location.search).has('test')) return;
  const test: RingwayTest = { toneHz: (hz) => voice.toneHz(hz), heard: () => voice.heard() };
  voice.meterSound();
  Object.assign(globalThis, { ringwayTest: test });
}
