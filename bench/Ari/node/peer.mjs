// node peer.mjs events|commands ADDRESS USER PASSWORD COUNT [WINDOW]
// Prints one line of JSON. `events` counts the events of one application; `commands` sends pings, WINDOW of them under way.
import client from 'ari-client';

const [what, address, user, password, countText, windowText] = process.argv.slice(2);
const count = Number(countText);
const ari = await client.connect(address, user, password);

if (what === 'events') {
  let seen = 0;
  let since = 0n;
  const take = () => {
    if (seen++ === 0) since = process.hrtime.bigint();
    if (seen === count) {
      console.log(JSON.stringify({ seconds: Number(process.hrtime.bigint() - since) / 1e9 }));
      process.exit(0);
    }
  };
  for (const type of process.env.TYPES.split(',')) ari.on(type, take);
  ari.start('bench');
} else {
  const times = [];
  let left = count;
  const since = process.hrtime.bigint();
  const loop = async () => {
    while (left-- > 0) {
      const asked = process.hrtime.bigint();
      await ari.asterisk.ping();
      times.push(Number(process.hrtime.bigint() - asked) / 1e6);
    }
  };
  await Promise.all(Array.from({ length: Number(windowText) }, loop));
  const seconds = Number(process.hrtime.bigint() - since) / 1e9;
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ seconds, p50: times[Math.floor(times.length * 0.5)], p99: times[Math.floor(times.length * 0.99)] }));
  process.exit(0);
}
