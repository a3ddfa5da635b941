import { ringsFor } from './callState';
import { guestIn } from './company';
import type { CallView } from './protocol';

export interface QueuedCall {
  readonly call: CallView;
  readonly since: number;
}

/** Lists that an agent sees of calls that are not hers, and that she may do something about. */
export interface OthersCalls {
  /** Callers who wait for a free agent, whoever that will be; the longest first. */
  readonly queued: readonly QueuedCall[];
  /** Calls that somebody has put aside, the longest first. */
  readonly parked: readonly CallView[];
  /** Calls of others that we may listen to now. */
  readonly supervisable: readonly CallView[];
}

/** All calls that live, as ringway tells them, and what follows from them. */
export class LiveCalls {
  #calls = new Map<string, CallView>();
  /** When a call that was already talking came into the queue: ringway tells only when it arrived. */
  #queuedAgain = new Map<string, number>();

  /** Agents whose calls we may listen to. */
  supervises: ReadonlySet<string> = new Set();

  told(call: CallView): void {
    if (call.state === 'over') this.#calls.delete(call.id);
    else this.#calls.set(call.id, call);
  }

  find(id: string): CallView | undefined {
    return this.#calls.get(id);
  }

  forget(): void {
    this.#calls.clear();
  }

  ringingFor(me: string): readonly CallView[] {
    return [...this.#calls.values()].filter((call) => ringsFor(call, me));
  }

  ofOthers(me: string | null, now: number): OthersCalls {
    return { queued: this.#queued(now), parked: this.#parked(), supervisable: this.#supervisable(me) };
  }

  #in(state: CallView['state']): CallView[] {
    return [...this.#calls.values()].filter((call) => call.state === state);
  }

  #supervisable(me: string | null): readonly CallView[] {
    return this.#in('talking').filter(
      (call) =>
        call.away !== true &&
        call.agent !== null &&
        this.supervises.has(call.agent) &&
        (me === null || !guestIn(call, me)) &&
        !call.supervision,
    );
  }

  #parked(): readonly CallView[] {
    return this.#in('parked').sort((a, b) => (a.parkedAt ?? '').localeCompare(b.parkedAt ?? ''));
  }

  #queued(now: number): readonly QueuedCall[] {
    const queued = this.#in('queued');
    for (const id of this.#queuedAgain.keys()) if (!queued.some((call) => call.id === id)) this.#queuedAgain.delete(id);
    return queued.map((call) => ({ call, since: this.#queuedSince(call, now) })).sort((a, b) => a.since - b.since);
  }

  #queuedSince(call: CallView, now: number): number {
    const waits = Date.parse(call.queuedAt ?? call.arrivedAt ?? '');
    // Who has talked meanwhile waits anew.
    if (waits >= Date.parse(call.answeredAt ?? '1970-01-01')) return waits;
    const since = this.#queuedAgain.get(call.id) ?? now;
    this.#queuedAgain.set(call.id, since);
    return since;
  }
}
