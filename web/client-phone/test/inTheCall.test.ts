import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { CallEvent, CallState } from '../src/callState';
import type { Asked, Company } from '../src/company';
import { InTheCall } from '../src/inTheCall';
import { RingwayProblem, type RingwayLink } from '../src/ringwayLink';

type Talking = Extract<CallState, { is: 'talking' }>;

const talking: Talking = {
  is: 'talking',
  callId: 'c1',
  who: { name: 'Carla', number: '+4915112345678', userId: null, display: 'Carla' },
  line: 'Shop',
  direction: 'inbound',
  since: 0,
  muted: false,
  leg: true,
  heldSince: null,
  returning: false,
  company: { is: 'none' },
  supervisor: null,
  recording: null,
  giving: null,
};
const asked = (...colleagues: Asked[]): Company => ({ is: 'asked', colleagues });
const bob: Asked = { id: 'bob', name: 'Bob', stage: 'talking' };
const eve: Asked = { id: 'eve', name: 'Eve', stage: 'ringing' };

/** A phone that only remembers, and a ringway that says yes unless it is told otherwise. */
class World {
  call: CallState = talking;
  requests: string[] = [];
  events: CallEvent[] = [];
  notice: string | null = null;
  refusal: RingwayProblem | null = null;
  #followers = new Set<(call: CallState) => void>();

  readonly inCall = new InTheCall(
    new Proxy({} as RingwayLink, {
      get:
        (_, request: string) =>
        async (...about: string[]) => {
          this.requests.push([request, ...about].join(' '));
          if (this.refusal) throw this.refusal;
        },
    }),
    this.#phone(),
  );

  becomes(change: Partial<Talking>): void {
    const before = this.call;
    this.call = { ...(this.call as Talking), ...change };
    for (const follower of this.#followers) follower(this.call);
    this.inCall.missColleague(before);
  }

  #phone() {
    const call = () => this.call;
    return {
      get call() {
        return call();
      },
      nameOf: (agent: string) => ({ bob: 'Bob' })[agent] ?? agent,
      on: (event: CallEvent) => void this.events.push(event),
      note: (notice: string | null) => void (this.notice = notice),
      follow: (follower: (call: CallState) => void) => {
        this.#followers.add(follower);
        follower(this.call);
        return () => this.#followers.delete(follower);
      },
    };
  }
}

describe('in a call', () => {
  let world: World;
  beforeEach(() => {
    vi.useFakeTimers();
    world = new World();
  });
  afterEach(() => vi.useRealTimers());

  test('a second click does not undo what the first one asks, until ringway has told what came of it', async () => {
    const first = world.inCall.hold(true);
    await world.inCall.hold(false);
    await world.inCall.consult('bob');
    world.becomes({ heldSince: 1 });
    await first;
    await world.inCall.hold(true);
    expect(world.requests).toEqual(['hold c1']);
  });

  test('what is never told of is waited for some seconds', async () => {
    const first = world.inCall.hold(true);
    await vi.advanceTimersByTimeAsync(3_000);
    await first;
    void world.inCall.park();
    expect(world.requests).toEqual(['hold c1', 'park c1']);
  });

  test('a refusal is told in ringway’s words', async () => {
    world.refusal = new RingwayProblem('agent-busy', 'Bob is in a call.', 409);
    await world.inCall.transfer('bob');
    expect(world.notice).toBe('Bob is in a call.');
    expect(world.events).toEqual([{ type: 'giving', to: { id: 'bob', name: 'Bob' } }, { type: 'notGiven' }]);
  });

  test('one more is asked only while all are together, and nothing is given away', async () => {
    world.becomes({ company: asked(bob, eve) });
    await world.inCall.consult('cyd');
    await world.inCall.transfer('cyd');
    await world.inCall.park();
    expect(world.requests).toEqual([]);

    world.becomes({ company: asked(bob) });
    void world.inCall.consult('eve');
    expect(world.requests).toEqual(['consult c1 eve']);
  });

  test('together the customer can be put on hold, and comes back when all are brought together', async () => {
    world.becomes({ company: asked(bob) });
    const hold = world.inCall.hold(true);
    world.becomes({ heldSince: 1 });
    await hold;
    await world.inCall.hold(false);
    void world.inCall.merge();
    expect(world.requests).toEqual(['hold c1', 'mergeConsult c1']);
  });

  test('without the only colleague one is with the customer again, and with others on hold as before', async () => {
    world.becomes({ heldSince: 1, company: asked(bob) });
    const drop = world.inCall.drop('bob');
    world.becomes({ company: { is: 'none' } });
    await Promise.resolve();
    await vi.advanceTimersByTimeAsync(0);
    world.becomes({ heldSince: null });
    await drop;
    expect(world.requests).toEqual(['endConsult c1 bob', 'resume c1']);
    expect(world.notice).toBeNull();

    world = new World();
    world.becomes({ heldSince: 1, company: asked(bob, { ...eve, stage: 'talking' }) });
    const dropOne = world.inCall.drop('eve');
    world.becomes({ company: asked(bob) });
    await dropOne;
    expect(world.requests).toEqual(['endConsult c1 eve']);
  });

  test('who did not come or left by themselves is told of', () => {
    world.becomes({ company: asked(bob, eve) });
    world.becomes({ company: asked(bob) });
    expect(world.notice).toBe('Eve did not answer.');
    world.becomes({ company: { is: 'none' } });
    expect(world.notice).toBe('Bob left the call.');
  });

  test('a guest asks nothing of it', async () => {
    world.becomes({ company: { is: 'guest', colleague: { id: 'ada', name: 'Ada' }, waits: false, others: [] } });
    await world.inCall.hold(true);
    await world.inCall.consult('eve');
    await world.inCall.handOver();
    expect(world.requests).toEqual([]);
  });
});
