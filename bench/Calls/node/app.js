// The same call as its authors would write it with ari-client: commands over HTTP, objects with methods.
'use strict';
const ari = require('ari-client');

const { ARI_URL, ARI_PASSWORD, ARI_APP } = process.env;

async function main() {
  const client = await ari.connect(ARI_URL.replace(/\/ari\/$/, ''), 'ringway', ARI_PASSWORD);

  client.on('StasisStart', async ({ args }, caller) => {
    if (args[0] === 'agent') return; // told to its own handler below
    const bridge = client.Bridge();
    const agent = client.Channel();
    let over = false;
    const end = async (other) => {
      if (over) return;
      over = true;
      await other.hangup().catch(() => {});
      await bridge.destroy().catch(() => {});
    };
    caller.once('StasisEnd', () => end(agent));
    agent.once('StasisEnd', () => end(caller));
    agent.once('ChannelDestroyed', () => end(caller));
    agent.once('StasisStart', async () => {
      await caller.answer();
      await bridge.addChannel({ channel: [caller.id, agent.id] });
    });
    try {
      await bridge.create({ type: 'mixing' });
      await caller.ring();
      await agent.originate({ endpoint: args[0], app: ARI_APP, appArgs: 'agent', formats: 'opus' });
    } catch (fault) {
      console.error(String(fault.message || fault).slice(0, 200));
      await end(caller);
    }
  });

  await client.start(ARI_APP);
  console.log('ready');
}

// Started with --expose-gc: the heap after a full collection, for whoever connects.
if (global.gc) {
  require('net').createServer((asker) => {
    global.gc();
    global.gc();
    asker.end(String(process.memoryUsage().heapUsed));
  }).listen(process.env.RINGWAY_BENCH_HEAP);
}

main().catch((fault) => {
  console.error(fault);
  process.exit(1);
});
