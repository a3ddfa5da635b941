import type {
  AgentView,
  Asked,
  Bringer,
  CallState,
  CallView,
  LineView,
  Pause,
  Supervisor,
} from '@ringway/client-phone';

/** The state of a call in the words that stand under the name. */
export function stateText(call: Exclude<CallState, { is: 'none' }>): string {
  switch (call.is) {
    case 'incoming':
      return call.answering ? 'Connecting…' : 'is calling on WhatsApp';
    case 'outgoing':
      return { asking: 'One moment…', dialling: 'Dialling…', ringing: 'Ringing on WhatsApp…' }[call.stage];
    case 'talking':
      return talkText(call);
    case 'over':
      return call.sentence;
  }
}

function talkText(call: Extract<CallState, { is: 'talking' }>): string {
  const { company, heldSince, muted } = call;
  if (call.returning) return 'Connecting you again…';
  if (company.is === 'guest') {
    const { name } = company.colleague;
    if (company.waits) return `${name} talks with the customer. You hear music.`;
    const us = names([name, ...company.others.map((one) => one.name)], heldSince === null ? 'the customer' : null);
    const together = heldSince === null ? `With ${us}.` : `With ${us}. The customer is on hold.`;
    return muted ? `${together} You are muted.` : together;
  }
  if (company.is === 'supervising') {
    const { name } = company.colleague;
    return company.mode === 'listen'
      ? `You hear ${name} and the customer. Nobody hears you.`
      : `${name} hears you. The customer does not.`;
  }
  if (heldSince !== null) return muted ? 'On hold, you are muted' : 'On hold';
  return muted ? 'You are muted' : 'Talking';
}

/** How it stands with the colleague whom we asked into the call; empty when there is none. */
export function consultText(call: Extract<CallState, { is: 'talking' }>): string {
  const { company, heldSince } = call;
  if (company.is !== 'asked') return '';
  const of = (stage: Asked['stage']) => company.colleagues.filter((one) => one.stage === stage).map(({ name }) => name);
  const [rings] = of('ringing');
  const ringing = rings === undefined ? '' : `Ringing ${rings}…`;
  if (of('waiting').length > 0) return `Talking with the customer. ${names(of('waiting'))} hears music.`;
  const talking = of('talking');
  if (talking.length === 0) return ringing;
  if (heldSince !== null) return `Talking with ${names(talking)}. Customer is on hold. ${ringing}`.trim();
  const together = names(['You', ...talking], 'the customer');
  return ringing === '' ? together : `${together}. ${ringing}`;
}

/** As one says a list: with commas, and an "and" before the last. */
function names(some: readonly string[], last: string | null = null): string {
  const all = last === null ? some : [...some, last];
  return all.length < 2 ? (all[0] ?? '') : `${all.slice(0, -1).join(', ')} and ${all.at(-1)}`;
}

/** Who hears our call beside the customer, and whether they speak to us. */
export function supervisorText({ name, mode }: Supervisor): string {
  return mode === 'listen' ? `${name} is listening` : `${name} speaks to you. The customer does not hear it.`;
}

/** How a line is set by hand. */
export function nightText(line: LineView, names: Readonly<Record<string, string>>, now = new Date()): string {
  const { night } = line;
  if (!night) return 'By its hours';
  const until = night.until ? `, until ${clockTime(night.until, now)}` : '';
  return `${night.open ? 'Open' : 'Closed'} by ${names[night.by] ?? night.by} since ${clockTime(night.at, now)}${until}`;
}

function clockTime(iso: string, now: Date): string {
  const at = new Date(iso);
  const time = at.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  if (startOfDay(at) === startOfDay(now)) return time;
  return `${at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' })}, ${time}`;
}

/** Through whom a call comes that did not come from the customer alone. */
export function bringerText(from: Bringer): string {
  switch (from.how) {
    case 'gives':
      return `From ${from.name}`;
    case 'asks':
      return `${from.name} asks you about this call`;
    case 'back':
      return `${from.name} did not take it`;
  }
}

/** Whether a call can be given to this agent now. */
export function canTake(agent: AgentView): boolean {
  return agent.signedIn && agent.ready && agent.lineUp !== false && agent.state === 'free';
}

export function agentText(agent: AgentView, now = Date.now()): string {
  if (agent.elsewhere) {
    const { node, inCall } = agent.elsewhere;
    return inCall ? `In a call at ${node}` : agent.paused ? pauseText(agent.paused, now) : `At ${node}`;
  }
  if (!agent.signedIn) return 'Signed out';
  if (agent.ready && agent.lineUp === false) return 'No phone';
  switch (agent.state) {
    case 'free':
      return agent.ready ? 'Ready' : 'Not ready';
    case 'ringing':
      return 'Ringing';
    case 'talking':
      return 'In a call';
    case 'wrapUp':
      return 'Wrap-up';
    case 'elsewhere':
    case 'away':
      return agent.paused ? pauseText(agent.paused, now) : 'Not ready';
  }
}

/** Why somebody takes no calls and for how long: "Lunch, 12 min". */
export function pauseText(pause: Pause, now: number): string {
  const minutes = Math.floor((now - Date.parse(pause.since)) / 60_000);
  // Two clocks never agree to the second.
  if (!(minutes >= 1)) return pause.name;
  return `${pause.name}, ${minutes < 60 ? '' : `${Math.floor(minutes / 60)} h `}${minutes % 60} min`;
}

/** An inbound call that nobody of us took. */
export function wasMissed(call: CallView): boolean {
  return call.direction === 'inbound' && call.answeredAt === null;
}

/** Today only the time, this week the day, else the date. */
export function shortTime(iso: string | null, now = new Date()): string {
  if (!iso) return '';
  const at = new Date(iso);
  const days = (startOfDay(now) - startOfDay(at)) / 86_400_000;
  if (days < 1) return at.toLocaleTimeString(undefined, { hour: 'numeric', minute: '2-digit' });
  if (days < 2) return 'Yesterday';
  if (days < 7) return at.toLocaleDateString(undefined, { weekday: 'long' });
  return at.toLocaleDateString(undefined, { day: 'numeric', month: 'short' });
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** How the recording of our call stands. */
export function recordingText(stage: 'starting' | 'running' | 'paused' | 'failed'): string {
  return {
    starting: 'Recording begins…',
    running: 'Recording',
    paused: 'Recording paused',
    failed: 'Not recorded: the recording could not begin',
  }[stage];
}
