import type { CallView, ColleagueView } from './protocol';

export interface Colleague {
  readonly id: string;
  readonly name: string;
}

/** `whisper`: heard by the agent, and never by the customer. */
export interface Supervisor extends Colleague {
  readonly mode: 'listen' | 'whisper';
}

/** Who else of us is in the call: nobody, those whom we asked, or somebody who has it and asked us, or whose call we only hear. */
export type Company =
  | { readonly is: 'none' }
  /** Never empty; who came last at the end. */
  | { readonly is: 'asked'; readonly colleagues: readonly Asked[] }
  /** `waits`: we hear music while the colleague talks with the customer. `others`: who else was asked and talks. */
  | {
      readonly is: 'guest';
      readonly colleague: Colleague;
      readonly waits: boolean;
      readonly others: readonly Colleague[];
    }
  | { readonly is: 'supervising'; readonly colleague: Colleague; readonly mode: 'listen' | 'whisper' };

/** A colleague whom we asked into our call. */
export interface Asked extends Colleague {
  readonly stage: 'ringing' | 'talking' | 'waiting';
}

/** Ringway lets no more in. */
const mostColleagues = 8;

/** Ids to names. */
type Names = Readonly<Record<string, string>>;

export const alone: Company = { is: 'none' };

export function colleague(id: string, names: Names): Colleague {
  return { id, name: names[id] ?? id };
}

/** Our own part of a call that a colleague asked us into. */
export function guestIn(call: CallView, me: string): ColleagueView | undefined {
  return call.colleagues?.find((one) => one.agent === me);
}

export function companyOf(call: CallView, me: string, names: Names): Company {
  const colleagues = call.colleagues ?? [];
  const beside = call.supervision ?? null;
  if (beside?.by === me) return { is: 'supervising', colleague: colleague(beside.of, names), mode: beside.mode };
  const guest = guestIn(call, me);
  if (guest) {
    if (call.agent === null) return alone;
    const others = colleagues.filter(({ agent, state }) => agent !== me && state === 'talking');
    return {
      is: 'guest',
      colleague: colleague(call.agent, names),
      waits: guest.state === 'waiting',
      others: others.map(({ agent }) => colleague(agent, names)),
    };
  }
  return colleagues.length === 0
    ? alone
    : { is: 'asked', colleagues: colleagues.map(({ agent, state }) => ({ ...colleague(agent, names), stage: state })) };
}

export function supervisorOf(call: CallView, me: string, names: Names): Supervisor | null {
  const beside = call.supervision ?? null;
  return beside?.on === true && beside.of === me ? { ...colleague(beside.by, names), mode: beside.mode } : null;
}

/** Our call, as far as it matters here. */
interface Talk {
  readonly company: Company;
  readonly heldSince: number | null;
}

/** There are two sides to turn between: one colleague, who has answered, and the customer, and they are not together. */
export function canSwap(call: Talk): boolean {
  return call.company.is === 'asked' && call.company.colleagues.length === 1 && canMerge(call);
}

/** Some talk and some hear music. */
export function canMerge({ company, heldSince }: Talk): boolean {
  if (company.is !== 'asked') return false;
  return company.colleagues.some(({ stage }) => stage === 'waiting' || (stage === 'talking' && heldSince !== null));
}

/** All who have answered hear each other, and the customer. */
export function areTogether({ company, heldSince }: Talk): boolean {
  return (
    company.is === 'asked' &&
    heldSince === null &&
    company.colleagues.some(({ stage }) => stage === 'talking') &&
    company.colleagues.every(({ stage }) => stage !== 'waiting')
  );
}

/** Whether one more colleague can be asked into a call in which others are already. */
export function canAdd({ company }: Talk): boolean {
  return (
    company.is === 'asked' &&
    company.colleagues.length < mostColleagues &&
    company.colleagues.every(({ stage }) => stage === 'talking')
  );
}

/** Who has the call when we leave it: the first who has answered, else whoever rings. */
export function heirOf({ colleagues }: Extract<Company, { is: 'asked' }>): Colleague {
  const { id, name } = colleagues.find(({ stage }) => stage !== 'ringing') ?? colleagues[0]!;
  return { id, name };
}
