import { expect, test } from 'vitest';
import { tuneOpus } from '../src/opusSdp';

/** The audio part of what Asterisk 22.10.1 offers a browser: Opus without fmtp, two kinds of telephone-event. */
const asterisk = [
  'v=0',
  'm=audio 20142 UDP/TLS/RTP/SAVPF 107 110 126',
  'a=rtpmap:107 opus/48000/2',
  'a=rtpmap:110 telephone-event/48000',
  'a=fmtp:110 0-16',
  'a=rtpmap:126 telephone-event/8000',
  'a=fmtp:126 0-16',
  'a=ptime:20',
  '',
].join('\r\n');

const wishes = 'useinbandfec=1;maxaveragebitrate=20000;maxplaybackrate=16000;stereo=0;usedtx=0';

test('an Opus format without parameters gets our wishes right after its rtpmap', () => {
  const lines = tuneOpus(asterisk).split('\r\n');
  expect(lines[lines.indexOf('a=rtpmap:107 opus/48000/2') + 1]).toBe(`a=fmtp:107 ${wishes}`);
});

test('parameters of its own stay, ours win', () => {
  const tuned = tuneOpus(
    asterisk.replace('a=ptime:20', 'a=fmtp:107 minptime=20;useinbandfec=0;stereo=1\r\na=ptime:20'),
  );
  expect(tuned).toContain(
    'a=fmtp:107 minptime=20;useinbandfec=1;stereo=0;maxaveragebitrate=20000;maxplaybackrate=16000;usedtx=0',
  );
  expect(tuned.match(/a=fmtp:107/g)).toHaveLength(1);
});

test('twice is the same as once', () => {
  expect(tuneOpus(tuneOpus(asterisk))).toBe(tuneOpus(asterisk));
});

test('other formats are left alone', () => {
  expect(tuneOpus(asterisk)).toContain('a=fmtp:110 0-16');
  const g711 = asterisk.replace('a=rtpmap:107 opus/48000/2', 'a=rtpmap:0 PCMU/8000');
  expect(tuneOpus(g711)).toBe(g711);
});
