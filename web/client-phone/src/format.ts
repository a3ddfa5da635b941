import type { Customer } from './protocol';

/** Country codes of one and two digits (ITU-T E.164); every other one has three. */
const shortCodes = new Set(
  (
    '1 7 20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66 ' +
    '81 82 84 86 90 91 92 93 94 95 98'
  ).split(' '),
);

/** Meta's business-scoped user id: country, point, digits (or letters). */
const userId = /^[A-Z]{2}\.[A-Za-z0-9]{6,}$/;

/** How the digits after the country code are grouped, by their count: easy to read back, in no country wrong. */
const groupings: Readonly<Record<number, readonly number[]>> = {
  4: [4],
  5: [3, 2],
  6: [3, 3],
  7: [3, 4],
  8: [4, 4],
  9: [3, 3, 3],
  10: [3, 3, 4],
  11: [3, 4, 4],
  12: [4, 4, 4],
  13: [3, 3, 3, 4],
  14: [3, 3, 4, 4],
};

/** `+15550102000` as people read it: `+1 555 010 2000`. What is no number comes back as it was. */
export function formatNumber(text: string): string {
  const plus = text.startsWith('+');
  const digits = text.replace(/\D/g, '');
  if (!plus || digits === '') return text;
  const code = [digits.slice(0, 1), digits.slice(0, 2)].find((c) => shortCodes.has(c)) ?? digits.slice(0, 3);
  const rest = digits.slice(code.length);
  const groups = groupings[rest.length] ?? [rest.length];
  let at = 0;
  return [`+${code}`, ...groups.map((size) => rest.slice(at, (at += size)))].join(' ').trimEnd();
}

/** What somebody typed or pasted, as ringway wants it: E.164 or a user id; null if it can be neither. */
export function dialable(text: string): string | null {
  const trimmed = text.trim();
  if (userId.test(trimmed)) return trimmed;
  if (/[^\d\s+().\-/\u00a0\u2010-\u2015\u202a-\u202e]/.test(trimmed.replace(/^tel:/i, ''))) return null;
  const digits = trimmed.replace(/\D/g, '').replace(/^00/, '');
  return digits.length >= 7 && digits.length <= 15 && !digits.startsWith('0') ? `+${digits}` : null;
}

/** The contents of the dial field after typing or pasting: pretty while it can be a number, else left alone. */
export function tidyDialled(text: string): string {
  const bare = text.replace(/^\s*tel:/i, '').replace(/^\s*00(?=[1-9])/, '+');
  if (/[^\d\s+().\-/\u00a0\u2010-\u2015\u202a-\u202e]/.test(bare)) return text.trimStart();
  const digits = bare.replace(/\D/g, '');
  if (bare.trimStart().startsWith('+')) return digits === '' ? '+' : formatNumber(`+${digits}`);
  return digits;
}

/** `75000` ms as `1:15`, an hour as `1:00:00`. */
export function formatDuration(ms: number): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`;
}

/** Two lines for a person: what stands large, and what stands under it. */
export function nameAndNumber(who: Customer): { title: string; detail: string } {
  const number = who.number ? formatNumber(who.number) : null;
  const title = who.name ?? number ?? (who.userId ? 'WhatsApp user' : formatNumber(who.display) || 'Unknown caller');
  const detail = who.name ? (number ?? who.userId ?? '') : number ? '' : (who.userId ?? '');
  return { title, detail };
}

/** Somebody of whom we know only what was dialled or what SIP said. */
export function customerOf(address: string, name: string | null = null): Customer {
  if (userId.test(address)) return { name, number: null, userId: address, display: name ?? address };
  const number = /^\+?\d{5,15}$/.test(address) ? (address.startsWith('+') ? address : `+${address}`) : null;
  return { name, number, userId: null, display: name ?? number ?? address };
}

function pad(n: number): string {
  return n.toString().padStart(2, '0');
}
