import { isFree, type CallEvent, type CallState } from './callState';
import { areTogether, canAdd, canMerge, canSwap, heirOf, type Colleague } from './company';
import type { TeamView } from './protocol';
import type { RingwayLink } from './ringwayLink';
import { sentence } from './sentence';

/** What the phone shows of itself to those who act on its call. */
export interface PhoneInACall {
  readonly call: CallState;
  /** A colleague's name, or the id when none is known. */
  nameOf(agent: string): string;
  on(event: CallEvent): void;
  /** One sentence that the user should read; null: what stood there is over. */
  note(sentence: string | null): void;
  /** Tells the call now and whenever the phone changes. */
  follow(listener: (call: CallState) => void): () => void;
}

type Talking = Extract<CallState, { is: 'talking' }>;
type Known = Talking & { readonly callId: string };

const newsLimitMs = 3_000;

/**
 * What an agent asks of ringway about the call that she is in, while her own leg stays as it is: hold, recording, colleagues, transfer, park and
 * supervision. One request at a time: a second click must not undo what the first one asks.
 */
export class InTheCall {
  #asking = false;
  /** The colleague whom we sent away: that they are gone is no news. */
  #dropped: string | null = null;

  constructor(
    private readonly link: RingwayLink,
    private readonly phone: PhoneInACall,
  ) {}

  /** The customer hears music, or us again. */
  async hold(hold: boolean): Promise<void> {
    const call = this.#owned();
    if (!call || (call.heldSince !== null) === hold) return;
    if (call.company.is !== 'none' && !(hold && areTogether(call))) return;
    await this.#ask(
      () => (hold ? this.link.hold(call.callId) : this.link.resume(call.callId)),
      (now) => (now.heldSince !== null) === hold,
    );
  }

  /** What is said from now on is recorded, or not. */
  async record(on: boolean): Promise<void> {
    const call = this.#owned();
    const stage = call?.recording?.stage;
    if (!call?.recording || stage === 'starting' || stage === 'failed' || (stage === 'running') === on) return;
    await this.#ask(
      () => (on ? this.link.record(call.callId) : this.link.pauseRecording(call.callId)),
      (now) => now.recording?.stage === (on ? 'running' : 'paused'),
    );
  }

  /** Gives the call to a colleague without asking first. */
  async transfer(to: string): Promise<void> {
    await this.#giveAway(this.#colleague(to), (callId) => this.link.transfer(callId, to));
  }

  /** Gives the call to a team, whose first free agent has it; the customer hears music meanwhile. */
  async transferToTeam({ id, name }: TeamView): Promise<void> {
    await this.#giveAway({ id: `team ${id}`, name }, (callId) => this.link.transferToTeam(callId, id));
  }

  /** Lets the customer choose anew. */
  async transferToMenu(menu: string): Promise<void> {
    await this.#giveAway({ id: `menu ${menu}`, name: `menu ${menu}` }, (callId) =>
      this.link.transferToMenu(callId, menu),
    );
  }

  /** Puts the call aside for whoever picks it up; the customer hears music. */
  async park(): Promise<void> {
    const call = this.#owned();
    if (call?.company.is !== 'none') return;
    await this.#ask(
      () => this.link.park(call.callId),
      () => false,
    );
  }

  /** Asks a colleague into the call: the customer hears music meanwhile, unless others were asked and all are together. */
  async consult(to: string): Promise<void> {
    const call = this.#owned();
    if (!call || (call.company.is !== 'none' && !canAdd(call))) return;
    this.#dropped = null;
    await this.#ask(
      () => this.link.consult(call.callId, to),
      (now) => isIn(now, to),
    );
  }

  /** The colleague who was asked first has the call from now on. */
  async handOver(): Promise<void> {
    const call = this.#owned();
    if (call?.company.is !== 'asked') return;
    await this.#give(heirOf(call.company), () => this.link.completeConsult(call.callId));
  }

  async merge(): Promise<void> {
    const call = this.#owned();
    if (!call || !canMerge(call)) return;
    await this.#ask(() => this.link.mergeConsult(call.callId), areTogether);
  }

  /** Turns from the colleague to the customer, or back; the other hears music. */
  async swap(): Promise<void> {
    const call = this.#owned();
    if (!call || !canSwap(call)) return;
    await this.#ask(
      () => this.link.swapConsult(call.callId),
      (now) => (now.heldSince === null) !== (call.heldSince === null),
    );
  }

  /** Without this colleague again; and with the customer, when it was the only one. */
  async drop(colleague: string): Promise<void> {
    const call = this.#owned();
    if (!call || !isIn(call, colleague)) return;
    this.#dropped = colleague;
    const gone = await this.#ask(
      () => this.link.endConsult(call.callId, colleague),
      (now) => !isIn(now, colleague),
    );
    if (gone && call.heldSince !== null) await this.hold(false);
  }

  /** Hears an agent's call, or speaks to the agent alone. The first time our phone is rung and answers by itself. */
  async supervise(callId: string, mode: 'listen' | 'whisper'): Promise<void> {
    const call = this.#beside();
    if (call)
      return void (await this.#ask(
        () => this.link.supervise(call.callId, mode),
        (now) => now.company.is === 'supervising' && now.company.mode === mode,
      ));
    if (!isFree(this.phone.call)) return;
    this.phone.note(null);
    await this.link.supervise(callId, mode).catch((problem: unknown) => this.phone.note(sentence(problem)));
  }

  /** From beside the call into it: all hear us. */
  async barge(): Promise<void> {
    const call = this.#beside();
    if (!call) return;
    await this.#ask(
      () => this.link.barge(call.callId),
      (now) => now.company.is === 'guest',
    );
  }

  /** A colleague who did not come, or left by themselves, is told of in words: the card only shows that they are gone. */
  missColleague(before: CallState): void {
    const { call } = this.phone;
    if (before.is !== 'talking' || before.company.is !== 'asked') return;
    if (call.is !== 'talking' || call.callId !== before.callId) return;
    const missing = before.company.colleagues.find(({ id }) => id !== this.#dropped && !isIn(call, id));
    if (!missing) return;
    this.phone.note(missing.stage === 'ringing' ? `${missing.name} did not answer.` : `${missing.name} left the call.`);
  }

  /** The present call, if it is ours to give. */
  #owned(): Known | null {
    const { call } = this.phone;
    if (call.is !== 'talking' || call.callId === null || call.returning) return null;
    if (call.company.is === 'guest' || call.company.is === 'supervising') return null;
    return { ...call, callId: call.callId };
  }

  /** The present call, if we only hear it. */
  #beside(): Known | null {
    const { call } = this.phone;
    return call.is === 'talking' && call.callId !== null && call.company.is === 'supervising'
      ? { ...call, callId: call.callId }
      : null;
  }

  /** Ringway says yes first and tells what came of it a moment later: only then is the next request understood. */
  async #ask(request: () => Promise<void>, done: (call: Talking) => boolean): Promise<boolean> {
    if (this.#asking) return false;
    this.#asking = true;
    this.phone.note(null);
    try {
      await request();
      await this.#seen(done);
      return true;
    } catch (problem) {
      this.phone.note(sentence(problem));
      return false;
    } finally {
      this.#asking = false;
    }
  }

  async #giveAway(to: Colleague, request: (callId: string) => Promise<void>): Promise<void> {
    const call = this.#owned();
    if (call?.company.is === 'none') await this.#give(to, () => request(call.callId));
  }

  /** Our leg may end before ringway answers: the state knows why beforehand. */
  async #give(to: Colleague, request: () => Promise<void>): Promise<void> {
    if (this.#asking) return;
    this.phone.on({ type: 'giving', to });
    if (!(await this.#ask(request, () => false))) this.phone.on({ type: 'notGiven' });
  }

  /** Until our call is as wanted, or is not talking any more; not for ever, since news may be missed. */
  #seen(done: (call: Talking) => boolean): Promise<void> {
    return new Promise((resolve) => {
      let leave = () => {};
      const timer = setTimeout(() => end(), newsLimitMs);
      const end = () => {
        clearTimeout(timer);
        leave();
        resolve();
      };
      leave = this.phone.follow((call) => {
        // The first state comes before there is anything to leave.
        if (call.is !== 'talking' || done(call)) queueMicrotask(end);
      });
    });
  }

  #colleague(id: string): Colleague {
    return { id, name: this.phone.nameOf(id) };
  }
}

/** Whether we have asked this colleague into our call. */
function isIn({ company }: Talking, colleague: string): boolean {
  return company.is === 'asked' && company.colleagues.some(({ id }) => id === colleague);
}
