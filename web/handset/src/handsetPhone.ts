import {
  backoffMs,
  customerOf,
  exposeForTests,
  isFree,
  MicrophoneError,
  noCall,
  onCall,
  OneTab,
  SipLine,
  Voice,
  type CallEvent,
  type CallState,
  type LegEnd,
  type LineState,
  type Quality,
  type SipLeg,
} from '@ringway/client-phone';
import { buttonHeaders, type Written } from './chat';
import {
  simulator,
  SimulatorProblem,
  watch,
  type Behaviour,
  type BusinessChat,
  type Decision,
  type GraphState,
  type Misbehaviour,
  type Profile,
  type SimulatedCall,
  type SimulatedUser,
  type SimulatorMessage,
} from './simulatorLink';

export interface HandsetState {
  readonly profile: Profile;
  /** The business that is called. */
  readonly business: { readonly name: string; readonly number: string };
  readonly lines: readonly { readonly number: string; readonly name: string }[];
  readonly sip: LineState;
  readonly call: CallState;
  readonly quality: Quality | null;
  readonly behaviour: Behaviour;
  readonly answerAfterSeconds: number;
  /** This user's calls as WhatsApp saw them, newest first; also the ones that were answered without this page. */
  readonly log: readonly SimulatedCall[];
  /** What this user and the business have with each other; null when the business is not in Graph. */
  readonly chat: BusinessChat | null;
  /** What this user wrote to the business. */
  readonly written: readonly Written[];
  /** Meta's side; null until somebody looks behind the scenes. */
  readonly graph: GraphState | null;
  readonly misbehaviours: readonly Misbehaviour[];
  /** Another tab is this phone now. */
  readonly elsewhere: boolean;
  readonly notice: string | null;
}

const storeKey = 'ringway-handset';
const dismissAfterMs = 3_500;
const logKept = 30;
/** The end of a call is told at once; the SIP that closes it (BYE and its answer) comes right behind. */
const lastWordsMs = 800;
/** As many as the simulator keeps. */
const graphKept = 200;

/** A WhatsApp user's phone: plain SIP to the handsets' Asterisk, which the simulator turns into WhatsApp. */
export class HandsetPhone {
  #state: HandsetState;
  #listeners = new Set<(state: HandsetState) => void>();
  #line: SipLine | null = null;
  #leg: SipLeg | null = null;
  #attempts = 0;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #dismissal: ReturnType<typeof setTimeout> | null = null;
  #tab: OneTab | null = null;
  #calls = new Map<string, SimulatedCall>();
  #user: SimulatedUser | null = null;
  #written: readonly Written[] = [];
  #voice = new Voice({
    devices: () => {},
    quality: (quality) => this.#set({ quality }),
    notice: (notice) => this.#set({ notice }),
  });

  constructor() {
    // `?name=…&user=…` in the address makes a phone of somebody, so that several can be open at once.
    const asked = new URLSearchParams(location.search);
    const kept = asked.has('user')
      ? { name: asked.get('name') ?? 'Somebody', address: asked.get('user')! }
      : remembered();
    this.#state = {
      profile: { name: kept.name ?? 'Ana Souza', address: kept.address ?? '+15550102000' },
      business: { name: kept.businessName ?? 'Business', number: kept.business ?? '' },
      lines: [],
      sip: 'connecting',
      call: noCall,
      quality: null,
      behaviour: 'screen',
      answerAfterSeconds: 2,
      log: [],
      chat: null,
      written: [],
      graph: null,
      misbehaviours: [],
      elsewhere: false,
      notice: null,
    };
  }

  get state(): HandsetState {
    return this.#state;
  }

  subscribe(listener: (state: HandsetState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  start(): void {
    this.#voice.start();
    exposeForTests(this.#voice);
    watch(
      (message) => this.#heard(message),
      () => {
        void this.#loadUser();
        if (this.#state.graph) void this.lookBehind();
      },
    );
    this.#join();
  }

  /** This tab is the phone from now on. */
  useHere(): void {
    this.#tab?.takeOver();
  }

  /** This phone belongs to somebody else from now on. */
  setProfile(profile: Profile): void {
    this.hangUp();
    this.#user = null;
    this.#written = [];
    this.#set({ profile, behaviour: 'screen' });
    this.#showChat();
    remember(this.#state);
    this.#join();
  }

  setBusiness(number: string): void {
    const known = this.#state.lines.find((l) => l.number === number);
    this.#set({ business: { name: known?.name || 'Business', number } });
    this.#showChat();
    remember(this.#state);
  }

  /** Answers a request of the business, or allows and revokes calls in its profile. */
  async decide(answer: Decision, request: string | null = null): Promise<void> {
    const { profile, business } = this.#state;
    await this.#try(() => simulator.decide(profile, business.number, answer, request));
  }

  /** Writes to the business, which opens its 24-hour window. */
  async write(text: string): Promise<boolean> {
    const { profile, business } = this.#state;
    const written = {
      id: `written-${this.#written.length}`,
      at: new Date().toISOString(),
      business: business.number,
      text,
    };
    const sent = await this.#try(() => simulator.write(profile, business.number, text));
    if (!sent) return false;
    this.#written = [...this.#written, written];
    this.#showChat();
    return true;
  }

  /** Meta's side of everything; from then on it is kept up to date. */
  async lookBehind(): Promise<void> {
    await this.#try(async () => {
      const [graph, misbehaviours] = await Promise.all([simulator.graph(), simulator.misbehaviours()]);
      this.#set({ graph, misbehaviours });
    });
  }

  async misbehave(id: string, on: boolean): Promise<void> {
    await this.#try(async () => {
      await simulator.misbehave(id, on);
      this.#set({ misbehaviours: this.#state.misbehaviours.map((m) => (m.id === id ? { ...m, on } : m)) });
    });
  }

  async setBehaviour(behaviour: Behaviour, answerAfterSeconds: number): Promise<void> {
    await this.#try(async () => {
      await simulator.setBehaviour(this.#state.profile, behaviour, answerAfterSeconds);
      this.#set({ behaviour, answerAfterSeconds });
    });
  }

  /** Calls the business; by a button of it, whose payload goes along. */
  async call(payload: string | null = null): Promise<void> {
    const { business, call } = this.#state;
    if (!isFree(call) || business.number === '') return;
    const who = { ...customerOf(business.number, business.name), display: business.name };
    this.#set({ notice: null });
    this.#on({ type: 'dialled', who, via: 'sip', line: null });
    try {
      const track = await this.#voice.microphone.open();
      if (isFree(this.#state.call)) return this.#voice.microphone.close();
      if (!this.#line) throw new SimulatorProblem('The phone is not connected yet.');
      this.#take(this.#line.place(`sip:${business.number}@handsets`, track, buttonHeaders(payload)));
    } catch (problem) {
      this.#on({ type: 'refused', sentence: sentence(problem) });
    }
  }

  async answer(): Promise<void> {
    const leg = this.#leg;
    if (!leg || this.#state.call.is !== 'incoming') return;
    this.#on({ type: 'answering' });
    try {
      leg.answer(await this.#voice.microphone.open());
    } catch (problem) {
      this.#set({ notice: sentence(problem) });
      this.#on({ type: 'notAnswered' });
    }
  }

  /** Declines, gives up, or hangs up: whatever the red button means now. */
  hangUp(): void {
    const { call } = this.#state;
    if (isFree(call)) return;
    const declines = call.is === 'incoming';
    this.#on({
      type: 'legDown',
      callId: null,
      sentence: declines ? 'You declined' : 'Call ended',
      mood: 'calm',
      at: Date.now(),
    });
    // 486 is what WhatsApp says of a user who declines, and what every Asterisk in between passes on as it is.
    if (declines) this.#leg?.decline(486);
    else this.#leg?.hangUp();
  }

  setMuted(muted: boolean): void {
    this.#voice.mute(muted);
    this.#on({ type: 'muted', muted });
  }

  sendDigit(digit: string): void {
    this.#voice.sounds.key(digit);
    this.#leg?.sendDigits(digit);
  }

  dismiss(): void {
    this.#on({ type: 'dismissed' });
  }

  dismissNotice(): void {
    this.#set({ notice: null });
  }

  /** One phone for each user: two tabs would take the line from each other again and again. */
  #join(): void {
    this.#leave();
    this.#tab?.leave();
    this.#tab = new OneTab(`ringway-handset ${this.#state.profile.address}`, {
      mine: () => {
        this.#set({ elsewhere: false });
        void this.#register();
        void this.#loadLog();
        void this.#loadBehaviour();
        void this.#loadUser();
      },
      elsewhere: () => {
        this.#leave();
        this.#set({ elsewhere: true });
      },
    });
    this.#tab.join();
  }

  #leave(): void {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    this.#leg?.hangUp();
    void this.#line?.stop();
    this.#line = null;
    this.#set({ sip: 'connecting' });
  }

  async #loadLog(): Promise<void> {
    try {
      for (const call of await simulator.calls()) this.#calls.set(call.id, call);
      this.#showLog();
    } catch {
      // The log is a comfort.
    }
  }

  async #loadBehaviour(): Promise<void> {
    try {
      const found = await simulator.behaviour(this.#state.profile);
      if (found) this.#set(found);
    } catch {
      // Then the choice shows what was chosen here.
    }
  }

  async #loadUser(): Promise<void> {
    try {
      this.#userIs(await simulator.user(this.#state.profile));
    } catch {
      // Then the chat stays as it was; calls do not need it.
    }
  }

  #heard(message: SimulatorMessage): void {
    switch (message.type) {
      case 'call':
        return this.#saw(message.call);
      case 'user':
        return this.#userIs(message.user);
      case 'graph':
        return this.#graphTold(message);
      default:
        return; // A newer simulator may say more than we understand.
    }
  }

  #saw(call: SimulatedCall): void {
    this.#calls.set(call.id, call);
    this.#showLog();
    if (call.state.toLowerCase() === 'over') setTimeout(() => void this.#completeLadder(call.id), lastWordsMs);
  }

  async #completeLadder(id: string): Promise<void> {
    try {
      this.#calls.set(id, await simulator.call(id));
      this.#showLog();
    } catch {
      // Then its last lines are missing in the ladder.
    }
  }

  #userIs(user: SimulatedUser): void {
    if (user.user !== this.#state.profile.address) return;
    this.#user = user;
    this.#showChat();
  }

  #showChat(): void {
    const { number } = this.#state.business;
    this.#set({
      chat: this.#user?.businesses.find((b) => b.number === number) ?? null,
      written: this.#written.filter((w) => w.business === number),
    });
  }

  #graphTold({ request, delivery }: Extract<SimulatorMessage, { type: 'graph' }>): void {
    const { graph } = this.#state;
    if (!graph) return;
    const { webhooks } = graph;
    if (request) this.#set({ graph: { ...graph, requests: [request, ...graph.requests].slice(0, graphKept) } });
    // A request may have changed settings, which only a new look shows.
    if (request && request.method !== 'GET') void this.lookBehind();
    if (delivery)
      this.#set({
        graph: {
          ...this.#state.graph!,
          webhooks: { ...webhooks, deliveries: [delivery, ...webhooks.deliveries].slice(0, graphKept) },
        },
      });
  }

  /** What the simulator refuses is said on the page; true when it went well. */
  async #try(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      this.#set({ notice: null });
      return true;
    } catch (problem) {
      this.#set({ notice: sentence(problem) });
      return false;
    }
  }

  #showLog(): void {
    const { address } = this.#state.profile;
    const log = [...this.#calls.values()]
      .filter((call) => call.user === address)
      .sort((a, b) => b.startedAt.localeCompare(a.startedAt))
      .slice(0, logKept);
    this.#set({ log });
  }

  async #register(): Promise<void> {
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = null;
    try {
      const credentials = await simulator.handset(this.#state.profile);
      const lines = credentials.lines ?? [];
      this.#set({ lines, notice: null });
      if (lines[0] && !lines.some((l) => l.number === this.#state.business.number)) this.setBusiness(lines[0].number);
      else if (this.#state.business.number) this.setBusiness(this.#state.business.number);
      const line: SipLine = new SipLine(credentials, {
        state: (sip) => line === this.#line && this.#sipIs(sip),
        leg: (leg) => (isFree(this.#state.call) ? this.#take(leg) : leg.decline(486)),
      });
      this.#line?.abandon();
      this.#line = line;
      line.start();
    } catch (problem) {
      this.#set({ sip: 'offline', notice: sentence(problem) });
      this.#registerLater();
    }
  }

  #registerLater(): void {
    this.#retry ??= setTimeout(() => void this.#register(), backoffMs(this.#attempts++, Math.random));
  }

  #sipIs(sip: LineState): void {
    this.#set({ sip });
    if (sip === 'registered') this.#attempts = 0;
    if (sip === 'refused' && !this.#leg) this.#registerLater();
  }

  #take(leg: SipLeg): void {
    this.#leg = leg;
    this.#voice.attach(leg);
    leg.onRinging = () => this.#on({ type: 'farRinging' });
    leg.onUp = () => this.#on({ type: 'legUp', callId: null, at: Date.now() });
    leg.onDown = (end) => this.#gone(leg, end);
    if (leg.isIncoming) this.#on({ type: 'legOffered', callId: null, who: leg.who, auto: false, at: Date.now() });
  }

  #gone(leg: SipLeg, end: LegEnd): void {
    if (leg !== this.#leg) return;
    this.#leg = null;
    this.#voice.detach();
    const wasTalking = this.#state.call.is === 'talking';
    this.#on({
      type: 'legDown',
      callId: null,
      sentence: wasTalking ? 'Call ended' : endWords(end, leg.isIncoming),
      mood: wasTalking || leg.isIncoming ? 'calm' : 'bad',
      at: Date.now(),
    });
    if (this.#state.sip === 'refused') this.#registerLater();
  }

  #on(event: CallEvent): void {
    const before = this.#state.call;
    const call = onCall(before, event);
    if (call === before) return;
    this.#set({ call });
    this.#voice.sounds.play(
      call.is === 'incoming' && !call.answering
        ? 'ring'
        : call.is === 'outgoing' && call.stage === 'ringing'
          ? 'ringback'
          : 'silent',
    );
    if (this.#dismissal) clearTimeout(this.#dismissal);
    this.#dismissal = null;
    if (call.is !== 'over') return;
    if (!this.#leg) this.#voice.microphone.close();
    this.#dismissal = setTimeout(() => this.#on({ type: 'dismissed' }), dismissAfterMs);
  }

  #set(change: Partial<HandsetState>): void {
    this.#state = { ...this.#state, ...change };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

function sentence(problem: unknown): string {
  if (problem instanceof MicrophoneError || problem instanceof SimulatorProblem) return problem.message;
  return 'Something went wrong on this page. Reload it and try again.';
}

/** What WhatsApp would show when no talk came about. */
function endWords(end: LegEnd, incoming: boolean): string {
  if (incoming) return 'Missed voice call';
  if (end.by === 'us') return 'Call ended';
  switch (end.status) {
    case 403:
    case 486:
    case 600:
    case 603:
      return 'Call declined';
    case 408:
    case 480:
    case 487:
      return 'No answer';
    case null:
      return 'The connection was lost';
    default:
      return 'Couldn’t place call';
  }
}

function remembered(): Record<string, string | undefined> {
  try {
    return JSON.parse(localStorage.getItem(storeKey) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

function remember({ profile, business }: HandsetState): void {
  try {
    const kept = {
      name: profile.name,
      address: profile.address,
      business: business.number,
      businessName: business.name,
    };
    localStorage.setItem(storeKey, JSON.stringify(kept));
  } catch {
    // Then the profile lasts as long as the page.
  }
}
