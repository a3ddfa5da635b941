/** What we ask of an Opus sender: WhatsApp's own wide-band 20 kbit/s, repairable, mono, never falling silent. */
const wishes: Readonly<Record<string, string>> = {
  useinbandfec: '1',
  maxaveragebitrate: '20000',
  maxplaybackrate: '16000',
  stereo: '0',
  usedtx: '0',
};

/**
 * Adds our wishes to every Opus format of a remote description. Asterisk drops `useinbandfec` and offers no fmtp at
 * all, so the browser would send without repair data and at a rate that WhatsApp has no use for.
 */
export function tuneOpus(sdp: string): string {
  const lines = sdp.split(/\r\n|\n/);
  const payloads = lines.flatMap((line) => /^a=rtpmap:(\d+) opus\/48000/i.exec(line)?.[1] ?? []);
  for (const payload of payloads) {
    const prefix = `a=fmtp:${payload} `;
    const at = lines.findIndex((line) => line.startsWith(prefix));
    if (at >= 0) lines[at] = prefix + merged(lines[at]!.slice(prefix.length));
    else lines.splice(lines.findIndex((line) => line.startsWith(`a=rtpmap:${payload} `)) + 1, 0, prefix + merged(''));
  }
  return lines.join('\r\n');
}

function merged(given: string): string {
  const parameters = new Map<string, string>();
  for (const part of given.split(';')) {
    const [name, value] = part.split('=', 2);
    if (name?.trim()) parameters.set(name.trim(), value?.trim() ?? '');
  }
  for (const [name, value] of Object.entries(wishes)) parameters.set(name, value);
  return [...parameters].map(([name, value]) => (value === '' ? name : `${name}=${value}`)).join(';');
}
