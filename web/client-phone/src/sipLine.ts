import * as JsSIP from 'jssip';
import type { RTCSessionEvent } from 'jssip/lib/UA';
import { backoffMs } from './backoff';
import { customerOf } from './format';
import { tuneOpus } from './opusSdp';
import type { Customer, LineCredentials } from './protocol';

type Session = ReturnType<JsSIP.UA['call']>;

/** How the line to Asterisk stands. `refused`: the credentials are no longer good, mint new ones. */
export type LineState = 'connecting' | 'registered' | 'offline' | 'refused';

/** How a leg ended. */
export interface LegEnd {
  readonly by: 'us' | 'them' | 'system';
  /** SIP status of a refusal, if there was one. */
  readonly status: number | null;
  /** Somebody else answered: the CANCEL says so (RFC 3326, cause 200 or Q.850 26). */
  readonly elsewhere: boolean;
}

/** One host candidate is enough: Asterisk's own are in its description and it learns ours from the first check. */
const gatheringLimitMs = 500;
/** Whoever signs out shall not wait for a network that is gone. */
const signOffLimitMs = 500;
/** A leg that lost its path looks for another one after this long; shorter breaks mend by themselves. */
const iceRestartAfterMs = 2_000;

const peerConnection: RTCConfiguration = { iceServers: [], bundlePolicy: 'max-bundle', rtcpMuxPolicy: 'require' };

/** The SIP registration of one page, and the legs that come and go on it. The only file that knows JsSIP. */
export class SipLine {
  #ua: JsSIP.UA;
  #socket: DroppableSocket;
  #retry: ReturnType<typeof setTimeout> | null = null;
  #failures = 0;
  #legs = new Set<SipLeg>();
  #stopped = false;

  constructor(
    credentials: LineCredentials,
    private readonly hooks: { state(state: LineState): void; leg(leg: SipLeg): void },
  ) {
    this.#socket = new DroppableSocket(socketAddress(credentials.socket, location));
    this.#ua = new JsSIP.UA({
      sockets: [this.#socket],
      uri: credentials.uri,
      authorization_user: credentials.user,
      password: credentials.password,
      ...(credentials.registrar ? { registrar_server: credentials.registrar } : {}),
      // A refresh would be a re-INVITE or UPDATE in the middle of a call, and end it when it meets a broken socket.
      session_timers: false,
      register_expires: 600,
      // How long a call may ring is ringway's to say; JsSIP must only not be shorter.
      no_answer_timeout: 300,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 5,
      user_agent: 'Ringway',
    });
    this.#listen();
  }

  get isRegistered(): boolean {
    return this.#ua.isRegistered();
  }

  start(): void {
    this.#ua.start();
  }

  /** Ends every leg, signs off and closes. Resolves when Asterisk has heard it, or will not. */
  stop(): Promise<void> {
    const heard = new Promise<void>((resolve) => {
      if (!this.#ua.isRegistered()) resolve();
      this.#ua.on('unregistered', () => resolve());
      setTimeout(resolve, signOffLimitMs);
    });
    this.#close();
    return heard;
  }

  /** Closes a line whose credentials are void: signing off with them would only be refused. */
  abandon(): void {
    this.#ua.terminateSessions();
    this.#socket.disconnect();
    this.#close();
  }

  /** Goes without a word to anybody, as a page does that is loaded anew: ringway calls the agent back into her call where she is then. */
  vanish(): void {
    this.#socket.disconnect();
    this.#close();
  }

  /** Asks for a sign of life; a socket that only looks alive is dropped and dialled anew. */
  probe(): void {
    if (this.#ua.isConnected()) this.#ua.register();
  }

  /** Calls a SIP address with the given sound. */
  /** @param headers go with the INVITE as they are, one line each. */
  place(target: string, microphone: MediaStreamTrack, headers: readonly string[] = []): SipLeg {
    const session = this.#ua.call(target, {
      extraHeaders: [...headers],
      mediaStream: new MediaStream([microphone]),
      mediaConstraints: { audio: true, video: false },
      pcConfig: peerConnection,
    });
    const leg = this.#legOf(session);
    if (!leg) throw new Error('JsSIP placed a call without telling of it.');
    return leg;
  }

  #close(): void {
    this.#stopped = true;
    if (this.#retry) clearTimeout(this.#retry);
    this.#socket.retire();
    this.#ua.stop();
  }

  #listen(): void {
    this.#ua.on('connecting', () => this.hooks.state('connecting'));
    this.#ua.on('connected', () => this.hooks.state('connecting'));
    this.#ua.on('disconnected', () => this.hooks.state('offline'));
    this.#ua.on('registered', () => {
      this.#failures = 0;
      this.hooks.state('registered');
    });
    this.#ua.on('registrationFailed', ({ response }) => this.#registrationFailed(response?.status_code ?? null));
    this.#ua.on('newRTCSession', ({ session, originator, request }: RTCSessionEvent) => {
      const incoming = (originator as string) === 'remote';
      const header = (name: string) => (incoming ? (request.getHeader(name) ?? null) : null);
      const leg = new SipLeg(session, {
        callId: header('X-Ringway-Call'),
        auto: header('X-Ringway-Answer')?.trim().toLowerCase() === 'auto',
        isConnected: () => this.#ua.isConnected(),
        ended: () => this.#legs.delete(leg),
      });
      this.#legs.add(leg);
      if (incoming) this.hooks.leg(leg);
    });
  }

  #registrationFailed(status: number | null): void {
    if (this.#stopped) return;
    if (status === 401 || status === 403 || status === 404 || status === 407) {
      this.hooks.state('refused');
      return;
    }
    this.hooks.state('offline');
    if (status === null) {
      // No answer at all: the socket is dead and does not know it.
      this.#socket.drop();
      return;
    }
    if (this.#retry) clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#ua.register(), backoffMs(this.#failures++, Math.random));
  }

  #legOf(session: Session): SipLeg | undefined {
    return [...this.#legs].find((leg) => leg.isOf(session));
  }
}

/** One SIP call of ours: to us, or by us. */
export class SipLeg {
  readonly callId: string | null;
  readonly auto: boolean;
  readonly who: Customer;
  readonly isIncoming: boolean;
  /** The owner's ears. Set them before awaiting anything. */
  onRinging: () => void = () => {};
  onUp: () => void = () => {};
  onDown: (end: LegEnd) => void = () => {};
  onSound: (stream: MediaStream) => void = () => {};

  #session: Session;
  #connection: RTCPeerConnection | null = null;
  #muted = false;
  #iceTimer: ReturnType<typeof setTimeout> | null = null;
  #options: { callId: string | null; auto: boolean; isConnected: () => boolean; ended: () => void };

  constructor(
    session: Session,
    options: { callId: string | null; auto: boolean; isConnected: () => boolean; ended: () => void },
  ) {
    this.#session = session;
    this.#options = options;
    this.callId = options.callId;
    this.auto = options.auto;
    this.isIncoming = (session.direction as string) === 'incoming';
    const { display_name, uri } = session.remote_identity;
    this.who = customerOf(decodeURIComponent(uri.user ?? ''), display_name || null);
    if (session.connection) this.#watch(session.connection);
    this.#listen();
  }

  isOf(session: Session): boolean {
    return this.#session === session;
  }

  get isUp(): boolean {
    return this.#session.isEstablished();
  }

  get isEnded(): boolean {
    return this.#session.isEnded();
  }

  answer(microphone: MediaStreamTrack): void {
    if (!this.#session.isInProgress()) return;
    this.#session.answer({ mediaStream: new MediaStream([microphone]), pcConfig: peerConnection });
  }

  /** 603: the person says no. 486: the phone is in use. 480: the phone cannot (no microphone). */
  decline(status: 603 | 486 | 480): void {
    this.#end({ status_code: status });
  }

  hangUp(): void {
    this.#end(this.isIncoming && !this.isUp ? { status_code: 603 } : {});
  }

  mute(muted: boolean): void {
    this.#muted = muted;
    const track = this.#sender()?.track;
    if (track) track.enabled = !muted;
  }

  /** As RFC 4733 events in the sound itself, as WhatsApp wants them. */
  sendDigits(digits: string): void {
    const sender = this.#sender()?.dtmf;
    if (!sender || !sender.canInsertDTMF) return;
    sender.insertDTMF(sender.toneBuffer + digits, 120, 80);
  }

  /** Another microphone, without asking the other side. */
  async useMicrophone(track: MediaStreamTrack): Promise<void> {
    track.enabled = !this.#muted;
    await this.#sender()?.replaceTrack(track);
  }

  statistics(): Promise<RTCStatsReport> | null {
    return this.#connection?.getStats() ?? null;
  }

  #listen(): void {
    const session = this.#session;
    session.on('peerconnection', ({ peerconnection }) => this.#watch(peerconnection));
    session.on('sdp', (event) => {
      if ((event.originator as string) === 'remote') event.sdp = tuneOpus(event.sdp);
    });
    let limit: ReturnType<typeof setTimeout> | null = null;
    session.on('icecandidate', ({ candidate, ready }) => {
      if (candidate.type === 'host' && candidate.protocol === 'udp') ready();
      else limit ??= setTimeout(ready, gatheringLimitMs);
    });
    session.on('progress', () => {
      if (!this.isIncoming) this.onRinging();
    });
    session.on('accepted', () => this.onUp());
    const down = (event: { originator: unknown; message: unknown }) => {
      if (this.#iceTimer) clearTimeout(this.#iceTimer);
      this.#options.ended();
      this.onDown(endOf(event));
    };
    session.on('ended', down);
    session.on('failed', down);
  }

  #watch(connection: RTCPeerConnection): void {
    this.#connection = connection;
    connection.addEventListener('track', ({ track, streams }) => {
      if (track.kind === 'audio') this.onSound(streams[0] ?? new MediaStream([track]));
    });
    connection.addEventListener('iceconnectionstatechange', () => {
      if (this.#iceTimer) clearTimeout(this.#iceTimer);
      this.#iceTimer = null;
      if (connection.iceConnectionState !== 'disconnected') return;
      this.#iceTimer = setTimeout(() => {
        if (this.isUp && this.#options.isConnected() && this.#session.isReadyToReOffer())
          this.#session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
      }, iceRestartAfterMs);
    });
  }

  #sender(): RTCRtpSender | undefined {
    return this.#connection?.getSenders().find((sender) => sender.track?.kind === 'audio');
  }

  #end(options: { status_code?: number }): void {
    if (this.#session.isEnded()) return;
    try {
      this.#session.terminate(options);
    } catch {
      // It ended in the same moment; its own event tells.
    }
  }
}

/** A WebSocket that can be declared dead, so that JsSIP dials anew at once, or retired, so that it never does again. */
class DroppableSocket extends JsSIP.WebSocketInterface {
  #retired = false;

  override connect(): void {
    if (!this.#retired) super.connect();
  }

  drop(): void {
    this.disconnect();
    this.ondisconnect(true, 1006, 'no answer');
  }

  /** Signing off still goes out; ringway cutting the line after it is not answered by dialling. */
  retire(): void {
    this.#retired = true;
  }
}

/** `/sip` on the page's own origin, or a whole address as it was given. */
export function socketAddress(socket: string, page: { protocol: string; host: string }): string {
  if (/^wss?:/.test(socket)) return socket;
  return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${socket}`;
}

function endOf(event: { originator: unknown; message: unknown }): LegEnd {
  const message = event.message as { status_code?: number; getHeader?: (name: string) => string | undefined } | null;
  const reason = message?.getHeader?.('Reason') ?? '';
  return {
    by: event.originator === 'local' ? 'us' : event.originator === 'remote' ? 'them' : 'system',
    status: message?.status_code ?? null,
    elsewhere: /SIP\s*;\s*cause\s*=\s*200\b|Q\.850\s*;\s*cause\s*=\s*26\b/i.test(reason),
  };
}
