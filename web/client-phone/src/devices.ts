/** Microphones and speakers of this machine, and which ones were chosen. */
export interface Devices {
  readonly microphones: readonly Device[];
  readonly speakers: readonly Device[];
  readonly microphone: string | null;
  readonly speaker: string | null;
  /** Some browsers give no choice of speaker. */
  readonly canChooseSpeaker: boolean;
}

export interface Device {
  readonly id: string;
  readonly label: string;
}

const storeKey = 'ringway-devices';

export const noDevices: Devices = {
  microphones: [],
  speakers: [],
  microphone: null,
  speaker: null,
  canChooseSpeaker: false,
};

/** What is plugged in now. Labels are empty until the microphone was allowed once; then there is nothing to choose. */
export async function listDevices({ microphone, speaker }: Pick<Devices, 'microphone' | 'speaker'>): Promise<Devices> {
  if (!navigator.mediaDevices?.enumerateDevices) return { ...noDevices, microphone, speaker };
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind) =>
    all
      .filter(
        (d) => d.kind === kind && d.deviceId !== '' && d.deviceId !== 'default' && d.deviceId !== 'communications',
      )
      .map((d) => ({ id: d.deviceId, label: d.label }));
  const canChooseSpeaker = 'setSinkId' in HTMLMediaElement.prototype;
  return {
    microphones: of('audioinput'),
    speakers: canChooseSpeaker ? of('audiooutput') : [],
    microphone,
    speaker,
    canChooseSpeaker,
  };
}

/** Only device ids are kept, and they mean nothing outside this origin. */
export function rememberedDevices(): Pick<Devices, 'microphone' | 'speaker'> {
  try {
    const kept = JSON.parse(localStorage.getItem(storeKey) ?? '{}') as Record<string, unknown>;
    const text = (value: unknown) => (typeof value === 'string' ? value : null);
    return { microphone: text(kept.microphone), speaker: text(kept.speaker) };
  } catch {
    return { microphone: null, speaker: null };
  }
}

export function rememberDevices({ microphone, speaker }: Pick<Devices, 'microphone' | 'speaker'>): void {
  try {
    localStorage.setItem(storeKey, JSON.stringify({ microphone, speaker }));
  } catch {
    // Private windows may refuse; then the choice lasts as long as the page.
  }
}
