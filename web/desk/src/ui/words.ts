import type { AgentView, CallState, CallView } from '@ringway/client-phone';

/** The state of a call in the words that stand under the name. */
export function stateText(call: Exclude<CallState, { is: 'none' }>): string {
  switch (call.is) {
    case 'incoming':
      return call.answering ? 'Connecting…' : 'is calling on WhatsApp';
    case 'outgoing':
      return { asking: 'One moment…', dialling: 'Dialling…', ringing: 'Ringing on WhatsApp…' }[call.stage];
    case 'talking':
      return call.muted ? 'You are muted' : 'Talking';
    case 'over':
      return call.sentence;
  }
}

export function agentText(agent: AgentView): string {
  if (!agent.signedIn) return 'Signed out';
  if (agent.ready && agent.lineUp === false) return 'No phone';
  switch (agent.state) {
    case 'free':
      return agent.ready ? 'Ready' : 'Not ready';
    case 'ringing':
      return 'Ringing';
    case 'talking':
      return 'In a call';
    case 'away':
      return 'Not ready';
  }
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
