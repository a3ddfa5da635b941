import { backoffMs } from './backoff';
import type { CallView, LineCredentials, Permission, RingwayMessage, Session } from './protocol';
import type { RouteFault, RouteStory, RoutesView, Rule, TrialCall } from './routes';
import type { SoundView } from './soundShelf';

/** Ringway said no, or could not be reached (`code` is then `offline`). `message` is fit to be shown. */
export class RingwayProblem extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status: number,
    /** What is wrong with rules that were sent, each with its key. */
    readonly faults: readonly RouteFault[] = [],
  ) {
    super(message);
    this.name = 'RingwayProblem';
  }
}

/** What the user reads when asked: a text, or a template that Meta has approved, in one of its languages. */
export type Wording = { readonly text: string } | { readonly template: string; readonly language?: string };

/** How the events socket stands. `signedOut`: ringway no longer knows this sign-in. */
export type LinkState = 'closed' | 'connecting' | 'open' | 'signedOut';

/** What the link needs of its world; tests give their own. */
export interface LinkWorld {
  readonly fetch: typeof fetch;
  /** As `fetch`, for what is large: `sent` is told how much of it has gone, from 0 to 1. */
  readonly upload: (
    path: string,
    body: Blob,
    headers: Readonly<Record<string, string>>,
    sent: Sent,
  ) => Promise<Response>;
  readonly socket: (address: string) => WebSocket;
  readonly origin: { readonly protocol: string; readonly host: string };
  readonly random: () => number;
  readonly after: (ms: number, run: () => void) => () => void;
}

type Sent = (part: number) => void;

const requestLimitMs = 10_000;
/** The largest sound takes as long at a quarter of a megabit a second. */
const uploadLimitMs = 320_000;
/** A socket without the first word for this long is as good as none. */
const helloLimitMs = 5_000;
/** How often an open socket is checked: a network that vanished tells nobody. */
const pulseMs = 15_000;

/** The page's connection to ringway: requests over HTTP, facts over one WebSocket. The only file that fetches. */
export class RingwayLink {
  #world: LinkWorld;
  #socket: WebSocket | null = null;
  #attempt = 0;
  #wanted = false;
  #cancel: () => void = () => {};
  #state: LinkState = 'closed';

  constructor(
    private readonly hooks: { state(state: LinkState): void; message(message: RingwayMessage): void },
    world: LinkWorld = browserWorld(),
  ) {
    this.#world = world;
  }

  get state(): LinkState {
    return this.#state;
  }

  signIn(agent: string, password: string): Promise<Session> {
    return this.#send<Session>('POST', '/session', { agent, password });
  }

  /** The session that the cookie stands for; null when there is none. */
  async session(): Promise<Session | null> {
    try {
      return await this.#send<Session>('GET', '/session');
    } catch (problem) {
      if (problem instanceof RingwayProblem && problem.status === 401) return null;
      throw problem;
    }
  }

  async signOut(): Promise<void> {
    await this.#send('DELETE', '/session');
  }

  /**
   * Fresh SIP credentials; the ones of this sign-in before are void from now on. `opened`: the agent has just come to this page. That, and not
   * that a page lies open somewhere, brings her calls to this ringway when several share her.
   */
  line(opened = false): Promise<LineCredentials> {
    return this.#send<LineCredentials>('POST', opened ? '/line?opened=true' : '/line');
  }

  /** Closes a line by hand, or opens it, against its hours; null lets these count again. */
  async setNight(line: string, open: boolean | null, until: string | null = null): Promise<void> {
    const at = `/lines/${encodeURIComponent(line)}/night`;
    if (open === null) await this.#send('DELETE', at);
    else await this.#send('PUT', at, { open, until });
  }

  /** The rules of a line, for those who may edit them. */
  routes(line: string): Promise<RoutesView> {
    return this.#send<RoutesView>('GET', routesOf(line));
  }

  /** In force at once. `version`: of the rules that these take the place of. */
  saveRoutes(line: string, version: number, routes: readonly Rule[]): Promise<RoutesView> {
    return this.#send<RoutesView>('PUT', routesOf(line), { version, routes });
  }

  /** The file's rules are in force again. */
  dropRoutes(line: string, version: number): Promise<RoutesView> {
    return this.#send<RoutesView>('DELETE', `${routesOf(line)}?version=${version}`);
  }

  /** Where a call would go by these rules; nothing is changed. */
  tryRoutes(line: string, routes: readonly Rule[], call: TrialCall): Promise<RouteStory> {
    return this.#send<RouteStory>('POST', `${routesOf(line)}/test`, { routes, ...call });
  }

  /** The sounds that rules may say. */
  sounds(): Promise<readonly SoundView[]> {
    return this.#send<readonly SoundView[]>('GET', '/sounds');
  }

  /** `isNew`: none of that name is replaced. */
  async putSound(name: string, wav: Uint8Array<ArrayBuffer>, isNew: boolean, sent: Sent): Promise<SoundView> {
    const headers = { 'content-type': 'audio/wav', ...(isNew ? { 'if-none-match': '*' } : {}) };
    let response: Response;
    try {
      response = await this.#world.upload(`/api/v1${soundOf(name)}`, new Blob([wav]), headers, sent);
    } catch {
      throw new RingwayProblem('offline', 'The upload was broken off. Check the network, and try again.', 0);
    }
    if (!response.ok) throw await problemOf(response);
    return (await response.json()) as SoundView;
  }

  async dropSound(name: string): Promise<void> {
    await this.#send('DELETE', soundOf(name));
  }

  /** `reason`: why not, the id of one of the hello's `pauseReasons`. */
  async setReady(ready: boolean, reason: string | null = null): Promise<void> {
    await this.#send('PUT', '/presence', reason === null ? { ready } : { ready, reason });
  }

  async call(to: string, line: string | null): Promise<string> {
    const { id } = await this.#send<{ id: string }>('POST', '/calls', line ? { to, line } : { to });
    return id;
  }

  async hangUp(callId: string): Promise<void> {
    await this.#send('DELETE', path(callId));
  }

  /** The customer hears music. */
  async hold(callId: string): Promise<void> {
    await this.#send('PUT', `${path(callId)}/hold`);
  }

  async resume(callId: string): Promise<void> {
    await this.#send('DELETE', `${path(callId)}/hold`);
  }

  /** Gives the call to a colleague without a word. Our own leg ends at once. */
  async transfer(callId: string, to: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/transfer`, { to });
  }

  async transferToMenu(callId: string, menu: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/transfer`, { menu });
  }

  async transferToTeam(callId: string, team: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/transfer`, { team });
  }

  async record(callId: string): Promise<void> {
    await this.#send('PUT', `${path(callId)}/recording`);
  }

  async pauseRecording(callId: string): Promise<void> {
    await this.#send('DELETE', `${path(callId)}/recording`);
  }

  /** Puts the customer on hold and rings a colleague, to talk to first. */
  /** Lets us hear an agent's call; our phone is rung for it and answers by itself. */
  async supervise(callId: string, mode: 'listen' | 'whisper'): Promise<void> {
    await this.#send('PUT', `${path(callId)}/supervision`, { mode });
  }

  async barge(callId: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/supervision/barge`);
  }

  async leaveSupervision(callId: string): Promise<void> {
    await this.#send('DELETE', `${path(callId)}/supervision`);
  }

  async consult(callId: string, to: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/consult`, { to });
  }

  /** The colleague leaves. A customer on hold stays so. */
  async endConsult(callId: string, agent: string): Promise<void> {
    await this.#send('DELETE', `${path(callId)}/consult/${encodeURIComponent(agent)}`);
  }

  /** The colleague has the call from now on, and we leave. */
  async completeConsult(callId: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/consult/complete`);
  }

  /** All three hear each other. */
  async mergeConsult(callId: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/consult/merge`);
  }

  async park(callId: string): Promise<void> {
    await this.#send('PUT', `${path(callId)}/park`);
  }

  async pickUp(callId: string): Promise<void> {
    await this.#send('DELETE', `${path(callId)}/park`);
  }

  /** Calls somebody who asked for it. */
  async callBack(id: string): Promise<string> {
    return (await this.#send<{ id: string }>('POST', `/call-backs/${encodeURIComponent(id)}/call`)).id;
  }

  /** Takes somebody off that list. */
  async dropCallBack(id: string): Promise<void> {
    await this.#send('DELETE', `/call-backs/${encodeURIComponent(id)}`);
  }

  /** To the customer, or back to the colleague; the other hears music. */
  async swapConsult(callId: string): Promise<void> {
    await this.#send('POST', `${path(callId)}/consult/swap`);
  }

  async history(limit = 50, before: string | null = null): Promise<readonly CallView[]> {
    const query = new URLSearchParams({ limit: String(limit), ...(before ? { before } : {}) });
    return (await this.#send<{ calls: CallView[] }>('GET', `/history?${query}`)).calls;
  }

  /** Whether this user may be called. */
  permission(user: string, line: string | null): Promise<Permission> {
    return this.#send<Permission>('GET', `/permission?${new URLSearchParams({ to: user, ...(line ? { line } : {}) })}`);
  }

  /** Asks the user for permission to call: by a text inside the 24-hour window, by a template outside. */
  ask(user: string, line: string | null, wording: Wording): Promise<Permission> {
    return this.#send<Permission>('POST', '/permission/ask', { to: user, ...(line ? { line } : {}), ...wording });
  }

  /** Sends a message with a button that calls us. Only inside the 24-hour window. */
  async sendCallButton(user: string, line: string | null, text: string, button: string): Promise<void> {
    await this.#send('POST', '/permission/button', { to: user, ...(line ? { line } : {}), text, button });
  }

  /** An address that calls us on WhatsApp when it is opened. */
  async callLink(line: string | null): Promise<string> {
    const query = new URLSearchParams(line ? { line } : {});
    return (await this.#send<{ url: string }>('GET', `/calllink?${query}`)).url;
  }

  /** Opens the events socket and keeps it open until `close`. Each opening begins with a hello that tells the world. */
  open(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#attempt = 0;
    this.#connect();
  }

  close(): void {
    this.#wanted = false;
    this.#drop();
    this.#become('closed');
  }

  /** The network is said to be back: do not wait for the next turn. */
  hurry(): void {
    if (!this.#wanted || this.#state === 'open') return;
    this.#drop();
    this.#attempt = 0;
    this.#connect();
  }

  #connect(): void {
    this.#become('connecting');
    const { protocol, host } = this.#world.origin;
    const socket = this.#world.socket(`${protocol === 'https:' ? 'wss' : 'ws'}://${host}/api/v1/events`);
    this.#socket = socket;
    this.#cancel = this.#world.after(helloLimitMs, () => this.#lost(socket));
    socket.onmessage = (event) => this.#heard(socket, event.data);
    socket.onclose = () => this.#lost(socket);
  }

  #heard(socket: WebSocket, data: unknown): void {
    if (socket !== this.#socket || typeof data !== 'string') return;
    let message: RingwayMessage;
    try {
      message = JSON.parse(data) as RingwayMessage;
    } catch {
      return; // Not ours; the next hello puts right whatever it may have meant.
    }
    if (message.type === 'hello') {
      this.#cancel();
      this.#attempt = 0;
      // First the world, then the news that it is here.
      this.hooks.message(message);
      this.#become('open');
      this.#pulse(socket);
      return;
    }
    if (this.#state === 'open') this.hooks.message(message);
  }

  #lost(socket: WebSocket): void {
    if (socket !== this.#socket) return;
    this.#drop();
    if (!this.#wanted) return;
    this.#become('connecting');
    this.#cancel = this.#world.after(backoffMs(this.#attempt++, this.#world.random), () => void this.#again());
  }

  /** A refused WebSocket does not tell why: ask whether the sign-in still holds before knocking again. */
  async #again(): Promise<void> {
    const attempt = this.#attempt;
    try {
      const session = await this.session();
      if (!this.#wanted || attempt !== this.#attempt || this.#socket) return;
      if (session === null) {
        this.#wanted = false;
        this.#become('signedOut');
        return;
      }
      this.#connect();
    } catch {
      if (!this.#wanted || attempt !== this.#attempt || this.#socket) return;
      this.#cancel = this.#world.after(backoffMs(this.#attempt++, this.#world.random), () => void this.#again());
    }
  }

  #pulse(socket: WebSocket): void {
    this.#cancel = this.#world.after(pulseMs, () => {
      this.#request('GET', '/healthz').then(
        () => socket === this.#socket && this.#pulse(socket),
        () => this.#lost(socket),
      );
    });
  }

  #drop(): void {
    this.#cancel();
    this.#cancel = () => {};
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  #become(state: LinkState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.hooks.state(state);
  }

  async #send<T = void>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.#request(method, `/api/v1${path}`, body);
    if (!response.ok) throw await problemOf(response);
    const text = await response.text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async #request(method: string, path: string, body?: unknown): Promise<Response> {
    const limit = new AbortController();
    const cancel = this.#world.after(requestLimitMs, () => limit.abort());
    try {
      return await this.#world.fetch(path, {
        method,
        signal: limit.signal,
        credentials: 'same-origin',
        cache: 'no-store',
        headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    } catch {
      throw new RingwayProblem('offline', 'Ringway cannot be reached. Check the network.', 0);
    } finally {
      cancel();
    }
  }
}

function path(callId: string): string {
  return `/calls/${encodeURIComponent(callId)}`;
}

function routesOf(line: string): string {
  return `/lines/${encodeURIComponent(line)}/routes`;
}

function soundOf(name: string): string {
  return `/sounds/${encodeURIComponent(name)}`;
}

/** RFC 9457 says `detail`; a proxy in between may say anything. */
async function problemOf(response: Response): Promise<RingwayProblem> {
  const said = (await response.json().catch(() => null)) as {
    code?: unknown;
    detail?: unknown;
    title?: unknown;
    faults?: unknown;
  } | null;
  const text = [said?.detail, said?.title].find((t): t is string => typeof t === 'string' && t !== '');
  return new RingwayProblem(
    typeof said?.code === 'string' ? said.code : `http-${response.status}`,
    text ?? `Ringway answered ${response.status}.`,
    response.status,
    Array.isArray(said?.faults) ? (said.faults as RouteFault[]) : [],
  );
}

function browserWorld(): LinkWorld {
  return {
    fetch: (input, init) => fetch(input, init),
    upload,
    socket: (address) => new WebSocket(address),
    origin: location,
    random: Math.random,
    after: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
}

/** Only this old way tells how much has been sent. */
function upload(path: string, body: Blob, headers: Readonly<Record<string, string>>, sent: Sent): Promise<Response> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', path);
    request.timeout = uploadLimitMs;
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded, total }) => sent(total > 0 ? loaded / total : 0);
    request.onload = () => resolve(new Response(request.responseText, { status: request.status }));
    request.onerror = request.ontimeout = request.onabort = () => reject(new TypeError('upload failed'));
    request.send(body);
  });
}
