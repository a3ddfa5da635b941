import {
  awaited,
  isStale,
  newsOf,
  nextEnd,
  nobodyKnown,
  onPermission,
  userKey,
  type PermissionEvent,
  type PermissionState,
  type Sending,
} from './permissionState';
import type { CallView, Permission } from './protocol';
import { RingwayProblem, type RingwayLink, type Wording } from './ringwayLink';

/** Somebody still types when keys follow each other faster than this. */
const typingMs = 450;
/** The longest sleep of a browser's timer is 24.8 days; we look again after a day in any case. */
const longestSleepMs = 86_400_000;
/** Of the history so many different customers are looked up unasked; the rest when somebody points at them. */
const historyLookedUp = 8;

const noWait = Promise.resolve();

/** What the book needs of its world; tests give their own. */
export interface BookWorld {
  readonly now: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
}

/** Whom this phone may call: asks ringway about who is looked at, hears its news, and lets time pass. */
export class Permissions {
  #state = nobodyKnown;
  #wake: () => void = () => {};
  #typed: () => void = () => {};
  #asked = new Map<string, Promise<void>>();
  #queue: string[] = [];
  #queueRuns = false;

  constructor(
    private readonly link: Pick<RingwayLink, 'permission' | 'ask' | 'sendCallButton' | 'callLink'>,
    private readonly changed: (state: PermissionState) => void,
    private readonly world: BookWorld = browserWorld(),
  ) {}

  get state(): PermissionState {
    return this.#state;
  }

  /** The line that calls go out from. What was known of another line's users is not true of this one's. */
  useLine(line: string | null): void {
    this.#on({ type: 'line', line });
  }

  /** After a break of the connection; what is in sight is asked for again as it is looked at, and an answer that is waited for at once. */
  missedNews(): void {
    this.#on({ type: 'missedNews' });
    this.#queue.unshift(...awaited(this.#state));
    void this.#workQueue();
  }

  told(permission: Permission): void {
    this.#on({ type: 'told', user: userKey(permission.user), permission, at: this.world.now() });
  }

  /** This number is in the dial field; null when what stands there is none. */
  typing(user: string | null): void {
    this.#typed();
    this.#typed = user === null ? () => {} : this.world.after(typingMs, () => void this.look(user));
  }

  /** Somebody looks at this user: ask, unless it is known well enough. */
  look(user: string): Promise<void> {
    return isStale(this.#state, user, this.world.now()) ? this.lookAgain(user) : (this.#asked.get(user) ?? noWait);
  }

  /** Something has happened with this user: whatever is known may be wrong. */
  lookAgain(user: string): Promise<void> {
    const under = this.#asked.get(user);
    if (under) return under;
    const asking = this.#ask(user).finally(() => this.#asked.delete(user));
    this.#asked.set(user, asking);
    return asking;
  }

  /** The customers of the newest calls, one after another: a page that opens must not knock fifty times at Meta's door. */
  lookAtHistory(calls: readonly CallView[]): void {
    const users = calls.map((c) => c.customer.number ?? c.customer.userId).filter((u): u is string => u !== null);
    this.#queue = [...new Set([...this.#queue, ...[...new Set(users)].slice(0, historyLookedUp)])];
    void this.#workQueue();
  }

  async request(user: string, wording: Wording): Promise<void> {
    await this.#send(user, 'request', async () => {
      await this.#answer(user, this.link.ask(user, this.#state.line, wording));
      return 'Asked. This page says so when the answer comes.';
    });
  }

  async sendCallButton(user: string, text: string, button: string): Promise<void> {
    await this.#send(user, 'button', async () => {
      await this.link.sendCallButton(user, this.#state.line, text, button);
      return 'Sent. The customer can call with one tap.';
    });
  }

  callLink(): Promise<string> {
    return this.link.callLink(this.#state.line);
  }

  /** The result of the last sending has been read. */
  read(user: string): void {
    this.#on({ type: 'read', user });
  }

  forget(): void {
    this.#typed();
    this.#queue = [];
    this.#on({ type: 'line', line: null });
  }

  async #ask(user: string): Promise<void> {
    this.#on({ type: 'looked', user });
    try {
      await this.#answer(user, this.link.permission(user, this.#state.line));
    } catch {
      // Then the phone promises nothing, and ringway still refuses a call that WhatsApp would refuse.
      this.#on({ type: 'missed', user, at: this.world.now() });
    }
  }

  /** Answers come by HTTP and news by the socket, so that one may overtake the other. */
  async #answer(user: string, asked: Promise<Permission>): Promise<void> {
    const { line } = this.#state;
    const news = newsOf(this.#state, user);
    const permission = await asked;
    if (line === this.#state.line) this.#on({ type: 'answered', user, permission, news, at: this.world.now() });
  }

  async #workQueue(): Promise<void> {
    if (this.#queueRuns) return;
    this.#queueRuns = true;
    for (let user = this.#queue.shift(); user !== undefined; user = this.#queue.shift()) {
      await this.look(user);
      const known = this.#state.of[user];
      // No permissions on this line, or nobody to ask: the others would hear the same.
      if (!known?.permission || known.permission.state === 'unknown') this.#queue = [];
    }
    this.#queueRuns = false;
  }

  async #send(user: string, what: Sending, send: () => Promise<string>): Promise<void> {
    if (this.#state.of[user]?.sending) return;
    this.#on({ type: 'sending', user, what });
    try {
      const sentence = await send();
      this.#on({ type: 'sent', user, what, good: true, sentence });
    } catch (problem) {
      const sentence = problem instanceof RingwayProblem ? problem.message : 'It could not be sent. Try again.';
      this.#on({ type: 'sent', user, what, good: false, sentence });
      // Ringway knows better than this page did; the button must tell it.
      void this.lookAgain(user);
    }
  }

  #on(event: PermissionEvent): void {
    const next = onPermission(this.#state, event);
    if (next === this.#state) return;
    this.#state = next;
    this.changed(next);
    this.#sleep();
  }

  #sleep(): void {
    this.#wake();
    this.#wake = () => {};
    const end = nextEnd(this.#state);
    if (end === null) return;
    const now = this.world.now();
    this.#wake = this.world.after(Math.min(Math.max(0, end - now), longestSleepMs), () => {
      const before = this.#state.of;
      this.#on({ type: 'time', at: this.world.now() });
      this.#sleep();
      // What is left of limits and windows now, ringway knows.
      this.#queue.push(...Object.keys(this.#state.of).filter((user) => this.#state.of[user] !== before[user]));
      void this.#workQueue();
    });
  }
}

function browserWorld(): BookWorld {
  return {
    now: () => Date.now(),
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}
