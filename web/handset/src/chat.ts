import type { BusinessChat, ChatMessage } from './simulatorLink';

/** One bubble of the chat, oldest first. */
export interface Bubble {
  readonly id: string;
  readonly at: string;
  readonly from: 'business' | 'user';
  /** What stands over the text of a request. */
  readonly heading: string | null;
  readonly text: string;
  /** What the user may press. */
  readonly does: 'answer' | 'call' | null;
  readonly button: string | null;
  /** What a button says to the business with the call. */
  readonly payload: string | null;
  /** What became of it. */
  readonly note: string | null;
}

/** What this user wrote; WhatsApp's servers keep no copy, so the page does. */
export interface Written {
  readonly id: string;
  readonly at: string;
  readonly business: string;
  readonly text: string;
}

/** The chat with one business at this moment: requests and buttons expire. */
export function bubblesOf(
  chat: BusinessChat | null,
  name: string,
  written: readonly Written[],
  now: number,
): readonly Bubble[] {
  const messages = chat?.messages ?? [];
  // Who acts on a newer request lets the older ones go.
  const acted = messages.reduce((last, m) => (asks(m) && m.answer !== null && m.at > last ? m.at : last), '');
  return [
    ...messages.map((m) => bubbleOf(m, name, acted, now)),
    ...written.map(({ id, at, text }) => ({ ...plain, id, at, from: 'user' as const, text })),
  ].sort((a, b) => a.at.localeCompare(b.at));
}

/** How calls of the business stand, in one sentence. */
export function permissionSentence(chat: BusinessChat, name: string, day: (at: number) => string): string {
  switch (chat.permission) {
    case 'permanent':
      return `${name} may call you`;
    case 'temporary':
      return chat.until === null ? `${name} may call you` : `${name} may call you until ${day(Date.parse(chat.until))}`;
    case 'none':
      return `${name} may not call you`;
  }
}

/** A temporary permission that is over is none, even before anybody says so. */
export function permissionNow(chat: BusinessChat, now: number): BusinessChat['permission'] {
  return chat.permission === 'temporary' && isPast(chat.until, now) ? 'none' : chat.permission;
}

/** What the INVITE of a tapped button says: one line, whatever the business put into it. */
export function buttonHeaders(payload: string | null): readonly string[] {
  const line = (payload ?? '').replace(/[\u0000-\u001f\u007f]+/g, ' ').trim();
  return line === '' ? [] : [`x-wa-meta-cta-payload: ${line}`];
}

const plain = { heading: null, does: null, button: null, payload: null, note: null } as const;

function bubbleOf(message: ChatMessage, name: string, acted: string, now: number): Bubble {
  const { id, at, text } = message;
  const said = { ...plain, id, at, from: 'business' as const, text };
  const gone = isPast(message.expiresAt ?? null, now);
  if (asks(message)) {
    const open = message.answer === null && !gone && message.at >= acted;
    return {
      ...said,
      heading: `${name} would like to call you`,
      does: open ? 'answer' : null,
      note: open ? null : message.answer === null ? 'This request has expired' : answers[message.answer],
    };
  }
  if (message.kind === 'callButton')
    return {
      ...said,
      does: gone ? null : 'call',
      button: message.button ?? 'Call',
      payload: message.payload ?? null,
      note: gone ? 'This button has expired' : null,
    };
  return said;
}

const answers = {
  accept: 'You allowed calls for 7 days',
  always: 'You always allow calls',
  refuse: 'You did not allow calls',
} as const;

function asks(message: ChatMessage): boolean {
  return message.asksPermission ?? message.kind === 'permissionRequest';
}

function isPast(iso: string | null, now: number): boolean {
  return iso !== null && Date.parse(iso) <= now;
}
