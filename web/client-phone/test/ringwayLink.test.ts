import { beforeEach, describe, expect, test } from 'vitest';
import type { RingwayMessage } from '../src/protocol';
import { RingwayLink, RingwayProblem, type LinkState } from '../src/ringwayLink';

/** A world in which time stands still until a test moves it, and every socket is in the test's hands. */
class World {
  readonly sockets: FakeSocket[] = [];
  readonly requests: string[] = [];
  readonly bodies: unknown[] = [];
  timers: { readonly at: number; readonly run: () => void }[] = [];
  now = 0;
  answer: (path: string) => Response | Error = () => json(200, {});

  readonly fetch = async (input: RequestInfo | URL, init?: RequestInit) => {
    this.requests.push(`${init?.method} ${String(input)}`);
    if (typeof init?.body === 'string') this.bodies.push(JSON.parse(init.body));
    const answer = this.answer(String(input));
    if (answer instanceof Error) throw answer;
    return answer;
  };
  readonly upload = async (path: string, body: Blob, headers: object, sent: (part: number) => void) => {
    this.requests.push(`PUT ${path} ${body.size} ${JSON.stringify(headers)}`);
    sent(0.5);
    const answer = this.answer(path);
    if (answer instanceof Error) throw answer;
    return answer;
  };
  readonly socket = (address: string) => {
    const socket = new FakeSocket(address);
    this.sockets.push(socket);
    return socket as unknown as WebSocket;
  };
  readonly origin = { protocol: 'https:', host: 'calls.example' };
  readonly random = () => 0.5;
  readonly after = (ms: number, run: () => void) => {
    const timer = { at: this.now + ms, run };
    this.timers.push(timer);
    return () => {
      this.timers = this.timers.filter((t) => t !== timer);
    };
  };

  /** Moves time, runs what becomes due, and lets promises settle. */
  async pass(ms: number): Promise<void> {
    const until = this.now + ms;
    for (;;) {
      await settle();
      const due = this.timers.filter((t) => t.at <= until).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers = this.timers.filter((t) => t !== due);
      this.now = due.at;
      due.run();
    }
    this.now = until;
    await settle();
  }
}

class FakeSocket {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;

  constructor(readonly address: string) {}

  says(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  breaks(): void {
    this.onclose?.();
  }

  close(): void {
    this.closed = true;
  }
}

const hello = { type: 'hello', agent: { id: 'ada', name: 'Ada' }, ready: true, agents: [], calls: [], lines: [] };

let world: World;
let states: LinkState[];
let heard: RingwayMessage['type'][];
let link: RingwayLink;

beforeEach(() => {
  world = new World();
  states = [];
  heard = [];
  link = new RingwayLink({ state: (s) => states.push(s), message: (m) => heard.push(m.type) }, world);
});

describe('readiness', () => {
  test('goes with its reason when one was given', async () => {
    await link.setReady(false, 'lunch');
    await link.setReady(false);
    await link.setReady(true);
    expect(world.requests).toEqual(Array(3).fill('PUT /api/v1/presence'));
    expect(world.bodies).toEqual([{ ready: false, reason: 'lunch' }, { ready: false }, { ready: true }]);
  });
});

describe('a sound', () => {
  const wav = new Uint8Array([1, 2, 3]);

  test('is sent as a file, and a new one replaces none', async () => {
    const parts: number[] = [];
    world.answer = () => json(200, { name: 'closed' });
    expect(await link.putSound('closed', wav, true, (part) => parts.push(part))).toEqual({ name: 'closed' });
    await link.putSound('closed', wav, false, () => {});
    expect(world.requests).toEqual([
      'PUT /api/v1/sounds/closed 3 {"content-type":"audio/wav","if-none-match":"*"}',
      'PUT /api/v1/sounds/closed 3 {"content-type":"audio/wav"}',
    ]);
    expect(parts).toEqual([0.5]);
  });

  test('that is refused or broken off says why', async () => {
    world.answer = () => json(422, { code: 'bad-sound', detail: 'It is no WAV file.' });
    await expect(link.putSound('closed', wav, true, () => {})).rejects.toThrow('It is no WAV file.');
    world.answer = () => new TypeError();
    await expect(link.putSound('closed', wav, true, () => {})).rejects.toMatchObject({ code: 'offline' });
  });
});

describe('the events socket', () => {
  test('is open with the hello, not before, and the hello is heard first', () => {
    link.open();
    const [socket] = world.sockets;
    expect(socket!.address).toBe('wss://calls.example/api/v1/events');
    socket!.says({ type: 'call', call: {} });
    expect(heard).toEqual([]);
    socket!.says(hello);
    socket!.says({ type: 'call', call: {} });
    expect(heard).toEqual(['hello', 'call']);
    expect(states).toEqual(['connecting', 'open']);
  });

  test('comes back after a break and begins with a new hello', async () => {
    link.open();
    world.sockets[0]!.says(hello);
    world.sockets[0]!.breaks();
    expect(link.state).toBe('connecting');
    await world.pass(400);
    expect(world.requests).toEqual(['GET /api/v1/session']);
    world.sockets[1]!.says(hello);
    expect(link.state).toBe('open');
    expect(heard).toEqual(['hello', 'hello']);
  });

  test('waits longer after each vain attempt, and short again after a good one', async () => {
    world.answer = () => new TypeError('fetch failed');
    link.open();
    world.sockets[0]!.breaks();
    await world.pass(60_000);
    const tries = world.requests.length;
    expect(tries).toBeGreaterThan(5);
    expect(tries).toBeLessThan(12);
    world.answer = () => json(200, { agent: { id: 'ada', name: 'Ada' }, ready: true });
    await world.pass(10_000);
    world.sockets[1]!.says(hello);
    world.sockets[1]!.breaks();
    await world.pass(400);
    expect(world.sockets).toHaveLength(3);
  });

  test('tells a lost sign-in from a lost network', async () => {
    world.answer = () => json(401, { code: 'not-signed-in', detail: 'Sign in first.' });
    link.open();
    world.sockets[0]!.breaks();
    await world.pass(60_000);
    expect(states).toEqual(['connecting', 'signedOut']);
    expect(world.sockets).toHaveLength(1);
  });

  test('without a hello is given up', async () => {
    link.open();
    await world.pass(5_000);
    expect(world.sockets[0]!.closed).toBe(true);
    await world.pass(400);
    expect(world.sockets).toHaveLength(2);
  });

  test('that only looks alive is found out by its pulse', async () => {
    link.open();
    world.sockets[0]!.says(hello);
    await world.pass(20_000);
    expect(link.state).toBe('open');
    world.answer = () => new TypeError('fetch failed');
    await world.pass(15_000);
    expect(link.state).toBe('connecting');
  });

  test('does not wait when the network says that it is back', async () => {
    world.answer = () => new TypeError('fetch failed');
    link.open();
    world.sockets[0]!.breaks();
    await world.pass(20_000);
    link.hurry();
    expect(world.sockets).toHaveLength(2);
  });

  test('stays closed once it is closed', async () => {
    link.open();
    world.sockets[0]!.says(hello);
    link.close();
    await world.pass(60_000);
    expect(world.sockets).toHaveLength(1);
    expect(states.at(-1)).toBe('closed');
  });

  test('does not stumble over what it does not understand', () => {
    link.open();
    world.sockets[0]!.onmessage?.({ data: 'not json' });
    world.sockets[0]!.says(hello);
    expect(link.state).toBe('open');
  });
});

describe('requests', () => {
  test('a refusal brings its code and its sentence', async () => {
    world.answer = () => json(403, { code: 'no-permission', detail: 'Ask for permission first.' });
    await expect(link.call('+15550102000', null)).rejects.toMatchObject({
      code: 'no-permission',
      message: 'Ask for permission first.',
      status: 403,
    });
  });

  test('a page of somebody in between is still one sentence', async () => {
    world.answer = () => new Response('<html>502</html>', { status: 502 });
    await expect(link.line()).rejects.toMatchObject({ code: 'http-502', message: 'Ringway answered 502.' });
  });

  test('no answer at all is a problem of the network', async () => {
    world.answer = () => new TypeError('fetch failed');
    await expect(link.line()).rejects.toBeInstanceOf(RingwayProblem);
    await expect(link.line()).rejects.toMatchObject({ code: 'offline' });
  });

  test('no session is no error', async () => {
    world.answer = () => json(401, { code: 'not-signed-in' });
    await expect(link.session()).resolves.toBeNull();
  });

  test('a plus sign in a number arrives as one', async () => {
    await link.permission('+15550102000', 'main');
    await link.permission('US.1349', null);
    expect(world.requests).toEqual([
      'GET /api/v1/permission?to=%2B15550102000&line=main',
      'GET /api/v1/permission?to=US.1349',
    ]);
  });

  test('what is done with colleagues has an address each', async () => {
    world.answer = () => new Response(null, { status: 204 });
    await link.hold('c1');
    await link.resume('c1');
    await link.transfer('c1', 'bob');
    await link.consult('c1', 'bob');
    await link.endConsult('c1', 'bob');
    await link.completeConsult('c1');
    await link.mergeConsult('c1');
    expect(world.requests).toEqual([
      'PUT /api/v1/calls/c1/hold',
      'DELETE /api/v1/calls/c1/hold',
      'POST /api/v1/calls/c1/transfer',
      'POST /api/v1/calls/c1/consult',
      'DELETE /api/v1/calls/c1/consult/bob',
      'POST /api/v1/calls/c1/consult/complete',
      'POST /api/v1/calls/c1/consult/merge',
    ]);
  });

  test('who wants to be called back is called, or taken off the list, by its id', async () => {
    world.answer = (path) => (path.endsWith('/call') ? json(202, { id: 'c9' }) : new Response(null, { status: 204 }));
    await expect(link.callBack('c1')).resolves.toBe('c9');
    await link.dropCallBack('c1');
    expect(world.requests).toEqual(['POST /api/v1/call-backs/c1/call', 'DELETE /api/v1/call-backs/c1']);
  });

  test("a line's rules are read, saved, tried and dropped by its id and version", async () => {
    await link.routes('main');
    await link.saveRoutes('main', 3, [{ team: 'help' }]);
    await link.tryRoutes('main', [], { from: '+4930123' });
    await link.dropRoutes('main', 4);
    expect(world.requests).toEqual([
      'GET /api/v1/lines/main/routes',
      'PUT /api/v1/lines/main/routes',
      'POST /api/v1/lines/main/routes/test',
      'DELETE /api/v1/lines/main/routes?version=4',
    ]);
    expect(world.bodies).toEqual([
      { version: 3, routes: [{ team: 'help' }] },
      { routes: [], from: '+4930123' },
    ]);
  });

  test('rules that are refused bring what is wrong with each', async () => {
    const faults = [{ key: 'routes[0].team', text: "there is no 'sails' in teams" }];
    world.answer = () => json(422, { code: 'bad-routes', detail: 'One.', faults });
    await expect(link.saveRoutes('main', 0, [])).rejects.toMatchObject({ code: 'bad-routes', faults });
  });

  test('ids cannot break out of their place in the address', async () => {
    world.answer = () => new Response(null, { status: 204 });
    await link.hangUp('../session');
    expect(world.requests).toEqual(['DELETE /api/v1/calls/..%2Fsession']);
  });
});

function json(status: number, body: unknown): Response {
  return new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });
}

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
