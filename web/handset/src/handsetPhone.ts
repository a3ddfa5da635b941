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
import {
  simulator,
  SimulatorProblem,
  watchCalls,
  type Behaviour,
  type Profile,
  type SimulatedCall,
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
  /** Another tab is this phone now. */
  readonly elsewhere: boolean;
  readonly notice: string | null;
}

const storeKey = 'ringway-handset';
const dismissAfterMs = 3_500;
const logKept = 30;

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
    watchCalls((call) => this.#saw(call));
    this.#join();
  }

  /** This tab is the phone from now on. */
  useHere(): void {
    this.#tab?.takeOver();
  }

  /** This phone belongs to somebody else from now on. */
  setProfile(profile: Profile): void {
    this.hangUp();
    this.#set({ profile, behaviour: 'screen' });
    remember(this.#state);
    this.#join();
  }

  setBusiness(number: string): void {
    const known = this.#state.lines.find((l) => l.number === number);
    this.#set({ business: { name: known?.name || 'Business', number } });
    remember(this.#state);
  }

  async setBehaviour(behaviour: Behaviour, answerAfterSeconds: number): Promise<void> {
    try {
      await simulator.setBehaviour(this.#state.profile, behaviour, answerAfterSeconds);
      this.#set({ behaviour, answerAfterSeconds, notice: null });
    } catch (problem) {
      this.#set({ notice: sentence(problem) });
    }
  }

  async call(): Promise<void> {
    const { business, call } = this.#state;
    if (!isFree(call) || business.number === '') return;
    const who = { ...customerOf(business.number, business.name), display: business.name };
    this.#set({ notice: null });
    this.#on({ type: 'dialled', who, via: 'sip', line: null });
    try {
      const track = await this.#voice.microphone.open();
      if (isFree(this.#state.call)) return this.#voice.microphone.close();
      if (!this.#line) throw new SimulatorProblem('The phone is not connected yet.');
      this.#take(this.#line.place(`sip:${business.number}@handsets`, track));
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

  #saw(call: SimulatedCall): void {
    this.#calls.set(call.id, call);
    this.#showLog();
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
