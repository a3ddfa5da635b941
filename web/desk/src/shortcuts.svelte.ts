export type Intent =
  | 'answer'
  | 'hangUp'
  | 'mute'
  | 'hold'
  | 'record'
  | 'transfer'
  | 'park'
  | 'swap'
  | 'keypad'
  | 'ready'
  | 'dial'
  | 'devices'
  | 'help'
  | 'escape';

/** One key each, listed by `?`. */
export const keys: readonly { readonly key: string; readonly intent: Intent; readonly text: string }[] = [
  { key: 'a', intent: 'answer', text: 'Answer' },
  { key: 'x', intent: 'hangUp', text: 'Hang up, or decline' },
  { key: 'm', intent: 'mute', text: 'Mute and unmute' },
  { key: 'h', intent: 'hold', text: 'Put the customer on hold, and take back' },
  { key: 'e', intent: 'record', text: 'Record the call, and pause the recording' },
  { key: 't', intent: 'transfer', text: 'Transfer the call to a colleague, or add one' },
  { key: 'p', intent: 'park', text: 'Park the call, for whoever picks it up' },
  { key: 'w', intent: 'swap', text: 'Swap: to the customer, and back to the colleague' },
  { key: 'k', intent: 'keypad', text: 'Open and close the keypad; then 0–9, * and # send digits' },
  { key: 'r', intent: 'ready', text: 'Ready, not ready; then the arrow keys say why' },
  { key: '/', intent: 'dial', text: 'Go to the number field' },
  { key: 's', intent: 'devices', text: 'Microphone and speaker' },
  { key: '?', intent: 'help', text: 'This list' },
];

const storeKey = 'ringway-single-keys';

/** Single keys disturb some people (speech input, tremor), so they can be switched off: WCAG 2.2, 2.1.4. */
class Shortcuts {
  on = $state(read());

  set(on: boolean): void {
    this.on = on;
    try {
      localStorage.setItem(storeKey, on ? 'on' : 'off');
    } catch {
      // Then the choice lasts as long as the page.
    }
  }

  intentOf(event: KeyboardEvent): Intent | null {
    if (event.key === 'Escape') return 'escape';
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || isTyping(event.target)) return null;
    if (!this.on && event.key !== '?') return null;
    return keys.find((k) => k.key === event.key.toLowerCase())?.intent ?? null;
  }
}

export const shortcuts = new Shortcuts();

function read(): boolean {
  try {
    return localStorage.getItem(storeKey) !== 'off';
  } catch {
    return true;
  }
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
  );
}
