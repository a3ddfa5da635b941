import { backoffMs } from './backoff';
import { isFree, noCall, onCall, ringsFor, takesLeg, type CallEvent, type CallState } from './callState';
import { heirOf } from './company';
import { noDevices, type Devices } from './devices';
import { customerOf } from './format';
import { InTheCall, type PhoneInACall } from './inTheCall';
import { LiveCalls, type OthersCalls } from './liveCalls';
import { OneTab } from './oneTab';
import { nobodyKnown, type PermissionState } from './permissionState';
import { Permissions } from './permissions';
import type {
  AgentView,
  CallBack,
  CallView,
  Customer,
  LineView,
  PauseReason,
  RingwayMessage,
  TeamView,
} from './protocol';
import type { Quality } from './quality';
import { RingwayLink, RingwayProblem, type LinkState } from './ringwayLink';
import { RouteEditor } from './routeEditor';
import { sentence } from './sentence';
import { SipLine, type LegEnd, type LineState, type SipLeg } from './sipLine';
import { exposeForTests, Voice } from './voice';

/** All that the agent's page shows. Every change is a new object. */
export interface PhoneState extends OthersCalls {
  readonly session:
    | { readonly is: 'looking' }
    /** `problem` says why signing in did not work, or why it is needed again. */
    | { readonly is: 'signedOut'; readonly problem: string | null; readonly busy: boolean }
    | { readonly is: 'signedIn'; readonly agent: { readonly id: string; readonly name: string } };
  /** Another tab, or another browser, is the phone now. */
  readonly elsewhere: boolean;
  /** Why it cannot be this one; null when it can. */
  readonly staysElsewhere: string | null;
  readonly ready: boolean;
  readonly link: LinkState;
  readonly sip: LineState;
  readonly call: CallState;
  /** Other calls that ring for us while we are busy with one. */
  readonly waiting: readonly CallView[];
  /** Who wants to be called back, the longest first. */
  readonly callBacks: readonly CallBack[];
  readonly agents: readonly AgentView[];
  readonly lines: readonly LineView[];
  /** Teams that a call can be given to. */
  readonly teams: readonly TeamView[];
  /** Menus that a call can be given to. */
  readonly menus: readonly string[];
  /** What can be said of a pause; empty: nobody is asked. */
  readonly pauseReasons: readonly PauseReason[];
  readonly recent: readonly CallView[];
  /** Lines of which we may hear all recordings. */
  readonly hears: readonly string[];
  readonly permissions: PermissionState;
  readonly quality: Quality | null;
  readonly devices: Devices;
  /** One sentence that the user should read, until it is dismissed. */
  readonly notice: string | null;
}

const start: PhoneState = {
  session: { is: 'looking' },
  elsewhere: false,
  staysElsewhere: null,
  ready: false,
  link: 'closed',
  sip: 'offline',
  call: noCall,
  waiting: [],
  queued: [],
  parked: [],
  supervisable: [],
  callBacks: [],
  agents: [],
  lines: [],
  teams: [],
  menus: [],
  pauseReasons: [],
  recent: [],
  hears: [],
  permissions: nobodyKnown,
  quality: null,
  devices: noDevices,
  notice: null,
};

const defaultRingMs = 30_000;
/** Read, then gone by itself; a bad ending stays longer because its sentence is to be read. */
const dismissAfterMs = { calm: 4_000, bad: 12_000 } as const;
const recentKept = 50;

/** The agent's phone: joins ringway's link, the SIP line and the voice. Knows no page; the page draws `state`. */
export class AgentPhone {
  #state = start;
  #listeners = new Set<(state: PhoneState) => void>();
  #link = new RingwayLink({
    state: (state) => this.#linkIs(state),
    message: (message) => this.#heard(message),
  });
  /** Whom this phone may call; the page asks it directly. */
  readonly permissions = new Permissions(this.#link, (permissions) => this.#set({ permissions }));
  /** What is asked about the call that we are in. */
  readonly inCall = new InTheCall(this.#link, this.#seenFromTheCall());
  #voice = new Voice({
    devices: (devices) => this.#set({ devices }),
    quality: (quality) => this.#set({ quality }),
    notice: (notice) => this.#set({ notice }),
  });
  #tab = new OneTab('ringway-phone', { mine: () => this.#becomePhone(), elsewhere: () => this.#standAside() });
  #line: SipLine | null = null;
  #leg: SipLeg | null = null;
  #calls = new LiveCalls();
  /** Calls that this agent did not want: ringway may go on telling of them, they ring here no more. */
  #declined = new Set<string>();
  /** Only for their names. */
  #bots: readonly { readonly id: string; readonly name: string }[] = [];
  #ringMs = defaultRingMs;
  #mints = 0;
  /** The agent has just come, and ringway has not heard of it yet. */
  #opened = false;
  #minting: ReturnType<typeof setTimeout> | null = null;
  #dismissal: ReturnType<typeof setTimeout> | null = null;
  #isPhone = false;
  #microphoneTried = false;
  #lineStale = false;

  get state(): PhoneState {
    return this.#state;
  }

  subscribe(listener: (state: PhoneState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Begins: finds the session that the cookie stands for, or asks for a sign-in. */
  start(): void {
    this.#voice.start();
    exposeForTests(this.#voice);
    addEventListener('online', () => this.#link.hurry());
    this.#tab.join();
  }

  async signIn(agent: string, password: string): Promise<void> {
    this.#set({ session: { is: 'signedOut', problem: null, busy: true } });
    try {
      const session = await this.#link.signIn(agent.trim(), password);
      // Signing in makes ready; the hello says so in a moment.
      this.#signedIn(session.agent, session.ready ?? true);
    } catch (problem) {
      this.#set({ session: { is: 'signedOut', problem: sentence(problem), busy: false } });
    }
  }

  async signOut(): Promise<void> {
    this.hangUp();
    this.#link.close();
    await this.#dropLine();
    await this.#link.signOut().catch(() => {});
    this.#signedOut(null);
  }

  /** This tab is the phone from now on. */
  useHere(): void {
    this.#set({ elsewhere: false, staysElsewhere: null });
    this.#tab.takeOver();
  }

  /** Ready to be rung. Needs a microphone: a call that cannot be spoken into helps nobody. */
  async setReady(ready: boolean, reason: string | null = null): Promise<void> {
    this.#set({ notice: null });
    try {
      if (ready) await this.#voice.tryMicrophone();
      await this.#link.setReady(ready, reason);
      this.#set({ ready });
    } catch (problem) {
      this.#set({ notice: sentence(problem) });
    }
  }

  /** Closes a line by hand, or opens it, against its hours; null lets these count again. */
  async setNight(line: string, open: boolean | null, until: Date | null = null): Promise<void> {
    this.#set({ notice: null });
    try {
      await this.#link.setNight(line, open, until?.toISOString() ?? null);
    } catch (problem) {
      this.#set({ notice: sentence(problem) });
    }
  }

  /** The rules of a line, to be changed by who may; they are asked for at once. */
  editRoutes(line: string): RouteEditor {
    const editor = new RouteEditor(this.#link, line);
    void editor.load();
    return editor;
  }

  /** Calls a WhatsApp user through ringway, which rings this phone's own leg first. */
  async call(to: string, name: string | null = null, lineId: string | null = null): Promise<void> {
    if (!isFree(this.#state.call)) return;
    const line = this.#state.lines.find((l) => l.id === lineId) ?? this.#state.lines[0];
    const known = name ?? this.#state.recent.find((c) => c.customer.number === to)?.customer.name ?? null;
    await this.#place(customerOf(to, known), line?.name ?? null, () => this.#link.call(to, lineId));
  }

  /** Calls somebody who asked for it; nobody else can meanwhile. Who is not reached stays on the list. */
  async callBack(id: string): Promise<void> {
    const wanted = this.#state.callBacks.find((c) => c.id === id);
    if (!wanted || !isFree(this.#state.call)) return;
    await this.#place(wanted.customer, wanted.line.name, () => this.#link.callBack(id));
  }

  /** Takes somebody off the list without a call. */
  async dropCallBack(id: string): Promise<void> {
    this.#set({ notice: null });
    await this.#link.dropCallBack(id).catch((problem: unknown) => this.#set({ notice: sentence(problem) }));
  }

  async #place(who: Customer, line: string | null, request: () => Promise<string>): Promise<void> {
    this.#set({ notice: null });
    this.#on({ type: 'dialled', who, via: 'ringway', line });
    try {
      await this.#voice.microphone.open();
      if (!this.#isCalling()) return this.#idleMicrophone();
      const callId = await request();
      if (this.#isCalling()) this.#on({ type: 'placed', callId });
      // Hung up while ringway was still thinking; unless ringway itself has told of the end meanwhile.
      else if (this.#callHere() !== callId) await this.#link.hangUp(callId);
    } catch (problem) {
      this.#on({ type: 'refused', sentence: sentence(problem) });
    }
  }

  async answer(): Promise<void> {
    if (this.#state.call.is !== 'incoming' || this.#state.call.answering) return;
    this.#set({ notice: null });
    this.#on({ type: 'answering' });
    await this.#answerLeg();
  }

  decline(): void {
    const { call } = this.#state;
    if (call.is !== 'incoming') return;
    if (call.callId !== null) this.#declined.add(call.callId);
    if (!this.#leg && call.callId !== null) void this.#link.hangUp(call.callId).catch(() => {});
    this.#end('You declined.');
  }

  /** By SIP like anybody's; by ringway when our leg is not there or cannot be heard, or its end would be taken for a break. */
  hangUp(): void {
    const { call, sip } = this.#state;
    if (isFree(call)) return;
    if (call.is === 'incoming') return this.decline();
    const company = call.is === 'talking' ? call.company : null;
    const isTakenForBreak = company?.is === 'none' && this.#isTakenForLost();
    const byRingway = call.callId !== null && (!this.#leg || sip !== 'registered' || isTakenForBreak);
    const heir = company?.is === 'asked' ? heirOf(company) : null;
    if (byRingway)
      void (heir ? this.#link.completeConsult(call.callId) : this.#link.hangUp(call.callId)).catch(() => {});
    // Hanging up while a colleague is in the call gives it to them.
    if (heir) this.#on({ type: 'giving', to: heir });
    this.#end(company?.is === 'guest' || company?.is === 'supervising' ? 'You left the call.' : 'You hung up.');
  }

  /** Our phone was too slow to answer Asterisk, and does not know it: ringway waits for us to come back when our leg ends. */
  #isTakenForLost(): boolean {
    const me = this.#me();
    return this.#state.agents.some((agent) => agent.id === me && agent.lineUp === false);
  }

  /** Takes a call that somebody has parked; our phone is rung and answers by itself. */
  async pickUp(callId: string): Promise<void> {
    if (!isFree(this.#state.call)) return;
    this.#set({ notice: null });
    await this.#link.pickUp(callId).catch((problem: unknown) => this.#set({ notice: sentence(problem) }));
  }

  setMuted(muted: boolean): void {
    if (this.#state.call.is !== 'talking') return;
    this.#voice.mute(muted);
    this.#on({ type: 'muted', muted });
  }

  sendDigit(digit: string): void {
    this.#voice.sounds.key(digit);
    if (this.#state.call.is === 'talking') this.#leg?.sendDigits(digit);
  }

  async chooseMicrophone(id: string | null): Promise<void> {
    await this.#voice.chooseMicrophone(id).catch((problem: unknown) => this.#set({ notice: sentence(problem) }));
  }

  async chooseSpeaker(id: string | null): Promise<void> {
    await this.#voice.chooseSpeaker(id);
  }

  dismiss(): void {
    this.#on({ type: 'dismissed' });
  }

  dismissNotice(): void {
    this.#set({ notice: null });
  }

  #seenFromTheCall(): PhoneInACall {
    const call = () => this.#state.call;
    return {
      get call() {
        return call();
      },
      nameOf: (agent) => this.#state.agents.find((a) => a.id === agent)?.name ?? agent,
      on: (event) => this.#on(event),
      note: (notice) => this.#set({ notice }),
      follow: (listener) => this.subscribe((state) => listener(state.call)),
    };
  }

  // --- becoming and ceasing to be the phone

  #becomePhone(): void {
    this.#isPhone = true;
    this.#set({ elsewhere: false });
    const { session } = this.#state;
    if (session.is === 'signedIn') this.#signedIn(session.agent, this.#state.ready);
    else void this.#look(0);
  }

  async #look(attempt: number): Promise<void> {
    try {
      const session = await this.#link.session();
      if (session) this.#signedIn(session.agent, session.ready ?? false);
      else this.#set({ session: { is: 'signedOut', problem: null, busy: false }, link: 'closed' });
    } catch {
      this.#set({ link: 'connecting' });
      setTimeout(() => void this.#look(attempt + 1), backoffMs(attempt, Math.random));
    }
  }

  /** @param why it has to be. */
  #standAside(why: string | null = null): void {
    this.#isPhone = false;
    this.#link.close();
    if (this.#state.call.is === 'talking' && this.#leg) this.#leaveCallThere();
    this.#leg?.hangUp();
    void this.#dropLine();
    this.#set({ elsewhere: true, staysElsewhere: why, call: noCall });
    this.#voice.sounds.play('silent');
  }

  /** The tab that is the phone now is called into it. Were our leg hung up here, the call would be. */
  #leaveCallThere(): void {
    this.#line?.vanish();
    this.#line = null;
    this.#leg = null;
    this.#voice.detach();
  }

  #signedIn(agent: { id: string; name: string }, ready: boolean): void {
    this.#set({ session: { is: 'signedIn', agent }, ready, notice: null });
    if (!this.#isPhone) return;
    this.#link.open();
    this.#opened = true;
    void this.#mintLine();
    void this.#loadHistory();
  }

  #signedOut(problem: string | null): void {
    this.#link.close();
    this.#microphoneTried = false;
    // A call under way keeps its sound: it lives between this page and Asterisk.
    if (isFree(this.#state.call)) void this.#dropLine();
    this.#calls.forget();
    this.permissions.forget();
    this.#set({
      session: { is: 'signedOut', problem, busy: false },
      ready: false,
      notice: null,
      agents: [],
      recent: [],
      waiting: [],
      queued: [],
      parked: [],
      supervisable: [],
      callBacks: [],
    });
  }

  // --- the SIP line

  async #mintLine(): Promise<void> {
    if (this.#minting) clearTimeout(this.#minting);
    this.#minting = null;
    try {
      const credentials = await this.#link.line(this.#opened);
      this.#opened = false;
      if (this.#state.session.is !== 'signedIn' || !this.#isPhone) return;
      this.#lineStale = false;
      // Ringway took the old one's credentials back when it made these.
      this.#line?.abandon();
      const line: SipLine = new SipLine(credentials, {
        state: (sip) => line === this.#line && this.#sipIs(sip),
        leg: (leg) => this.#legCame(leg),
      });
      this.#line = line;
      line.start();
    } catch (problem) {
      if (problem instanceof RingwayProblem && problem.status === 401) return this.#signedOut(null);
      // The agent talks on another page's phone: taking it would cut that call off.
      if (problem instanceof RingwayProblem && problem.code === 'line-in-use') return this.#standAside(problem.message);
      this.#mintLater();
    }
  }

  #mintLater(): void {
    this.#minting ??= setTimeout(() => void this.#mintLine(), backoffMs(this.#mints++, Math.random));
  }

  #sipIs(sip: LineState): void {
    this.#set({ sip });
    if (sip === 'registered') this.#mints = 0;
    if (sip === 'refused') this.#renewLine();
  }

  /** New credentials, but not under the feet of a call: its leg belongs to the line it came on. */
  #renewLine(): void {
    this.#lineStale = true;
    if (!this.#leg) this.#mintLater();
  }

  async #dropLine(): Promise<void> {
    if (this.#minting) clearTimeout(this.#minting);
    this.#minting = null;
    const line = this.#line;
    this.#line = null;
    this.#set({ sip: 'offline' });
    await line?.stop();
  }

  // --- what ringway says

  #linkIs(link: LinkState): void {
    this.#set({ link });
    if (link === 'signedOut') this.#signedOut('You were signed out. Sign in again.');
    // The break that the socket had, the SIP socket most likely had too.
    if (link === 'open') this.#line?.probe();
  }

  #heard(message: RingwayMessage): void {
    switch (message.type) {
      case 'hello':
        return this.#hello(message);
      case 'call':
        return this.#told(message.call);
      case 'agent':
        return this.#agentIs(message.agent);
      case 'permission':
        return this.permissions.told(message.permission);
      case 'line':
        this.#set({ lines: this.#state.lines.map((l) => (l.id === message.line.id ? message.line : l)) });
        return;
      case 'call-backs':
        return this.#set({ callBacks: message.callBacks });
      case 'line-lost':
        if (message.reason === 'moved') this.#standAside();
        else this.#renewLine();
        return;
      case 'bye':
        if (message.reason === 'signed-out') this.#signedOut('You were signed out.');
        return;
      default:
        return; // A newer ringway may say more than we understand.
    }
  }

  #hello(hello: Extract<RingwayMessage, { type: 'hello' }>): void {
    if (hello.ringSeconds) this.#ringMs = hello.ringSeconds * 1000;
    this.#set({
      session: { is: 'signedIn', agent: hello.agent },
      ready: hello.ready,
      agents: hello.agents,
      lines: hello.lines,
      teams: hello.teams ?? [],
      menus: hello.menus ?? [],
      hears: hello.hears ?? [],
      pauseReasons: hello.pauseReasons ?? [],
      callBacks: hello.callBacks ?? [],
    });
    this.#calls.supervises = new Set(hello.supervises);
    this.#bots = hello.bots ?? [];
    this.permissions.useLine(hello.lines[0]?.id ?? null);
    this.permissions.missedNews();
    if (hello.ready && !this.#microphoneTried) void this.#checkMicrophone();
    const known = new Set(hello.calls.map((c) => c.id));
    this.#calls.forget();
    for (const call of hello.calls) this.#told(call);
    this.#set({ waiting: this.#waiting(), ...this.#ofOthers() });
    // What ended while we were not listening: history knows how.
    const { call } = this.#state;
    if (!isFree(call) && call.callId !== null && !known.has(call.callId)) void this.#endedUnheard(call.callId);
    else void this.#loadHistory();
  }

  /** Signing in makes ready, so the browser is asked for the microphone now and not when somebody waits for us. */
  async #checkMicrophone(): Promise<void> {
    this.#microphoneTried = true;
    try {
      await this.#voice.tryMicrophone();
    } catch (problem) {
      await this.setReady(false);
      this.#set({ notice: sentence(problem) });
    }
  }

  async #endedUnheard(callId: string): Promise<void> {
    await this.#loadHistory();
    const ended = this.#state.recent.find((c) => c.id === callId);
    if (ended) this.#told(ended);
  }

  #told(call: CallView): void {
    this.#calls.told(call);
    if (call.state === 'over') {
      this.#declined.delete(call.id);
      this.#remember(call);
    }

    this.#set(this.#ofOthers());
    const me = this.#me();
    if (!me) return;
    if (!ringsFor(call, me)) this.#declined.delete(call.id);
    else if (this.#declined.has(call.id)) return;
    this.#tell(call, me);
    this.#set({ waiting: this.#waiting() });
  }

  #tell(call: CallView, me: string): void {
    const before = this.#state.call;
    const names = Object.fromEntries([...this.#bots, ...this.#state.agents].map((a) => [a.id, a.name]));
    this.#on({ type: 'told', call, me, names, ringMs: this.#ringMs, at: Date.now() });
    this.inCall.missColleague(before);
  }

  #agentIs(agent: AgentView): void {
    const others = this.#state.agents.filter((a) => a.id !== agent.id);
    const agents = [...others, agent].sort((a, b) => a.name.localeCompare(b.name));
    this.#set(agent.id === this.#me() ? { agents, ready: agent.ready } : { agents });
  }

  #waiting(): readonly CallView[] {
    const me = this.#me();
    const here = this.#callHere();
    if (me === null) return [];
    return this.#calls.ringingFor(me).filter((c) => c.id !== here && !this.#declined.has(c.id));
  }

  #ofOthers(): OthersCalls {
    return this.#calls.ofOthers(this.#me(), Date.now());
  }

  #me(): string | null {
    return this.#state.session.is === 'signedIn' ? this.#state.session.agent.id : null;
  }

  async #loadHistory(): Promise<void> {
    try {
      this.#set({ recent: await this.#link.history(recentKept) });
      this.permissions.lookAtHistory(this.#state.recent);
    } catch {
      // The list is a comfort; the next hello asks again.
    }
  }

  #remember(call: CallView): void {
    const recent = [call, ...this.#state.recent.filter((c) => c.id !== call.id)];
    recent.sort((a, b) => began(b).localeCompare(began(a)));
    this.#set({ recent: recent.slice(0, recentKept) });
  }

  // --- the leg

  #legCame(leg: SipLeg): void {
    const call = this.#state.call;
    if (leg.auto && leg.callId !== null && leg.callId === this.#leg?.callId) this.#forgetLeg();
    if (!isFree(call) && (this.#leg !== null || !takesLeg(call, leg.callId))) return leg.decline(486);

    this.#leg = leg;
    this.#voice.attach(leg);
    if (leg.callId !== null) this.#declined.delete(leg.callId);
    leg.onUp = () => this.#on({ type: 'legUp', callId: leg.callId, at: Date.now() });
    leg.onDown = (end) => this.#legWent(leg, end);
    this.#on({ type: 'legOffered', callId: leg.callId, who: leg.who, auto: leg.auto, at: Date.now() });
    // A call that was here before: what ringway said of it was no news until it rang again.
    const told = leg.callId === null ? undefined : this.#calls.find(leg.callId);
    const me = this.#me();
    if (told && me && ringsFor(told, me)) this.#tell(told, me);
    const now = this.#state.call;
    if (leg.auto || (now.is === 'incoming' && now.answering)) void this.#answerLeg();
  }

  /** Ringway calls us back into a call whose leg it has given up: the network was away, or our sound. */
  #forgetLeg(): void {
    const dead = this.#leg;
    this.#leg = null;
    this.#voice.detach();
    dead?.hangUp();
  }

  async #answerLeg(): Promise<void> {
    const leg = this.#leg;
    // Ringway told of the call before its INVITE is here: it is answered when it comes.
    if (!leg) return;
    try {
      leg.answer(await this.#voice.microphone.open());
    } catch (problem) {
      this.#set({ notice: sentence(problem) });
      // Nobody can click on a leg that answers itself; a ringing one may still be answered when the microphone is back.
      if (leg.auto) leg.decline(480);
      else this.#on({ type: 'notAnswered' });
    }
  }

  #legWent(leg: SipLeg, end: LegEnd): void {
    if (leg !== this.#leg) return;
    this.#leg = null;
    this.#voice.detach();
    this.#on({ type: 'legDown', callId: leg.callId, mood: 'calm', sentence: endSentence(end), at: Date.now() });
    if (this.#lineStale) this.#mintLater();
  }

  /** The call that is, or was last, on this phone. */
  #callHere(): string | null {
    const { call } = this.#state;
    return call.is === 'none' ? call.last : call.callId;
  }

  #isCalling(): boolean {
    return this.#state.call.is === 'outgoing';
  }

  /** The state first, then the leg: the sentence is ours and not what SIP makes of it. */
  #end(sentence: string): void {
    const callId = this.#leg?.callId ?? null;
    this.#on({ type: 'legDown', callId, sentence, mood: 'calm', at: Date.now() });
  }

  #idleMicrophone(): void {
    if (!this.#leg) this.#voice.microphone.close();
  }

  // --- state

  #on(event: CallEvent): void {
    const before = this.#state.call;
    const call = onCall(before, event);
    if (call === before) return;
    this.#set({ call });
    this.#voice.sounds.play(
      call.is === 'incoming' && !call.answering
        ? 'ring'
        : (call.is === 'outgoing' && call.stage === 'ringing') || isRingingColleague(call)
          ? 'ringback'
          : 'silent',
    );
    if (isFree(call)) {
      // Ringway says it is over; our leg may not have heard it (its socket is gone).
      this.#leg?.hangUp();
      this.#idleMicrophone();
      if (this.#state.session.is === 'signedOut') void this.#dropLine();
      this.#set({ waiting: this.#waiting() });
      // A call changes what the next one may do: it was refused, not answered, or reset WhatsApp's counts.
      const who = call.is === 'over' && before.is !== 'over' ? (call.who.number ?? call.who.userId) : null;
      if (who && this.#me()) void this.permissions.lookAgain(who);
    }
    if (this.#dismissal) clearTimeout(this.#dismissal);
    this.#dismissal =
      call.is === 'over' ? setTimeout(() => this.#on({ type: 'dismissed' }), dismissAfterMs[call.mood]) : null;
  }

  #set(change: Partial<PhoneState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** Only a colleague whom we alone wait for: nothing else is to be heard then. */
function isRingingColleague(call: CallState): boolean {
  return (
    call.is === 'talking' &&
    call.heldSince !== null &&
    call.company.is === 'asked' &&
    call.company.colleagues.every(({ stage }) => stage === 'ringing')
  );
}

function began(call: CallView): string {
  return call.arrivedAt ?? call.offeredAt ?? call.answeredAt ?? call.endedAt ?? '';
}

function endSentence(end: LegEnd): string {
  if (end.elsewhere) return 'Somebody else took the call.';
  if (end.by === 'us') return 'You hung up.';
  if (end.by === 'system') return 'The connection was lost.';
  return 'The call has ended.';
}
