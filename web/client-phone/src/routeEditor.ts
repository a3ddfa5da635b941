import { RingwayProblem, type RingwayLink } from './ringwayLink';
import {
  changeRule,
  draftOf,
  faultsOf,
  gapsOf,
  isDirty,
  loaded,
  rulesOf,
  stillWrong,
  type Draft,
  type RouteStory,
  type RoutesView,
  type Rule,
  type RuleFault,
  type TrialCall,
} from './routes';
import { SoundShelf } from './soundShelf';

/** All that an editor of a line's rules shows. Every change is a new object. */
export interface EditorState {
  readonly line: string;
  readonly is: 'loading' | 'failed' | 'open';
  /** As ringway has told it; null until it has. */
  readonly view: RoutesView | null;
  readonly draft: Draft;
  readonly dirty: boolean;
  readonly faults: readonly RuleFault[];
  readonly doing: 'nothing' | 'saving' | 'givingBack';
  /** What went wrong, in a sentence. */
  readonly problem: string | null;
  /** What went well. */
  readonly done: string | null;
  /** Somebody else has saved since. `refused`: and what was here could not be saved for that reason. */
  readonly overtaken: 'no' | 'told' | 'refused';
  readonly trial: Trial;
}

/** A call that was tried. `old`: the rules are others by now. */
export type Trial =
  | { readonly is: 'none' }
  | { readonly is: 'asking' }
  | { readonly is: 'told'; readonly story: RouteStory; readonly old: boolean }
  | { readonly is: 'failed'; readonly sentence: string };

type Link = Pick<
  RingwayLink,
  'routes' | 'saveRoutes' | 'dropRoutes' | 'tryRoutes' | 'sounds' | 'putSound' | 'dropSound'
>;

/** The rules of one line in somebody's hands: nothing is sent until it is saved. */
export class RouteEditor {
  /** What rules may say besides texts. */
  readonly sounds: SoundShelf;
  #state: EditorState;
  #listeners = new Set<(state: EditorState) => void>();
  /** The version that ringway told of while an answer was under way: it may be our own. */
  #toldMeanwhile: number | null = null;

  constructor(
    private readonly link: Link,
    line: string,
  ) {
    this.sounds = new SoundShelf(link);
    this.#state = {
      line,
      is: 'loading',
      view: null,
      draft: draftOf([]),
      dirty: false,
      faults: [],
      doing: 'nothing',
      problem: null,
      done: null,
      overtaken: 'no',
      trial: { is: 'none' },
    };
  }

  get state(): EditorState {
    return this.#state;
  }

  subscribe(listener: (state: EditorState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  /** Asks for the rules in force; what was changed here is gone. */
  async load(done: string | null = null): Promise<void> {
    try {
      this.#show(await this.link.routes(this.#state.line), done);
    } catch (problem) {
      this.#set({ is: this.#state.view ? 'open' : 'failed', problem: sentence(problem) });
    }
  }

  /** The draft is another. */
  edit(draft: Draft): void {
    const { trial } = this.#state;
    this.#set({ draft, trial: trial.is === 'told' ? { ...trial, old: true } : trial, done: null });
  }

  /** A rule of it is another; what was wrong with the fields that have changed is to be seen anew. */
  changeRule(id: number, to: Rule): void {
    const { draft, faults } = this.#state;
    const before = draft.rules.find((entry) => entry.id === id)?.rule;
    if (!before) return;
    this.#set({ faults: stillWrong(faults, id, before, to) });
    this.edit(changeRule(draft, id, to));
  }

  discard(): void {
    if (this.#state.view) this.#show(this.#state.view, 'Your changes are discarded.');
  }

  /** Kept rules that do not fit any more come into the draft, with what is wrong with them. */
  mend(): void {
    const { view, draft } = this.#state;
    if (!view?.kept) return;
    const mended = loaded(draft, view.kept);
    this.edit(mended);
    this.#set({ faults: faultsOf(mended, view.faults) });
  }

  /** @returns whether they are in force now. */
  async save(): Promise<boolean> {
    const { view, draft, doing, line } = this.#state;
    if (!view || doing !== 'nothing') return false;
    const gaps = gapsOf(draft);
    if (gaps.length > 0) {
      this.#set({ faults: gaps, problem: null });
      return false;
    }
    return this.#ask('saving', 'Saved. Calls are led by these rules from now on.', () =>
      this.link.saveRoutes(line, view.version, rulesOf(draft)),
    );
  }

  /** The file's rules are in force again, and the desk's are gone. */
  giveBack(): Promise<boolean> {
    const { view, line } = this.#state;
    if (!view || this.#state.doing !== 'nothing') return Promise.resolve(false);
    return this.#ask('givingBack', "The file's rules are in force again.", () =>
      this.link.dropRoutes(line, view.version),
    );
  }

  /** Goes on with the draft, and saves it over what somebody else has saved. */
  async keepMine(): Promise<void> {
    try {
      const view = await this.link.routes(this.#state.line);
      this.#set({
        view,
        draft: { ...this.#state.draft, was: draftOf(view.routes).was },
        overtaken: 'no',
        problem: null,
        done: 'Your changes are still here. Saving puts them in place of the others.',
      });
    } catch (problem) {
      this.#set({ problem: sentence(problem) });
    }
  }

  /** Ringway tells of the line's version: of somebody else's, unless it is the one that we have. */
  told(version: number | undefined): void {
    const { view, doing, dirty } = this.#state;
    if (version === undefined || !view) return;
    if (doing !== 'nothing') this.#toldMeanwhile = version;
    else if (version === view.version) return;
    else if (dirty) this.#set({ overtaken: 'told' });
    else void this.load('Somebody else has just saved these rules.');
  }

  /** Where would this call go by the rules as they stand here? */
  async tryCall(call: TrialCall): Promise<void> {
    const { draft, line } = this.#state;
    this.#set({ trial: { is: 'asking' } });
    const gaps = gapsOf(draft);
    if (gaps.length > 0) return this.#set({ faults: gaps, trial: { is: 'failed', sentence: unfit(gaps.length) } });
    try {
      const story = await this.link.tryRoutes(line, rulesOf(draft), call);
      this.#set({ trial: { is: 'told', story, old: draft !== this.#state.draft } });
    } catch (problem) {
      if (!(problem instanceof RingwayProblem) || problem.faults.length === 0)
        return this.#set({ trial: { is: 'failed', sentence: sentence(problem) } });
      const faults = faultsOf(draft, problem.faults);
      this.#set({ faults, trial: { is: 'failed', sentence: unfit(faults.length) } });
    }
  }

  async #ask(doing: 'saving' | 'givingBack', done: string, request: () => Promise<RoutesView>): Promise<boolean> {
    const { draft } = this.#state;
    this.#toldMeanwhile = null;
    this.#set({ doing, problem: null, done: null, faults: [] });
    try {
      const view = await request();
      const overtaken = this.#toldMeanwhile !== null && this.#toldMeanwhile !== view.version;
      this.#show(view, done);
      if (overtaken) void this.load('Somebody else has saved other rules after you.');
      return true;
    } catch (problem) {
      this.#set({ doing: 'nothing' });
      this.#refused(draft, problem);
      return false;
    }
  }

  #refused(draft: Draft, problem: unknown): void {
    if (!(problem instanceof RingwayProblem)) this.#set({ problem: sentence(problem) });
    else if (problem.code === 'changed-meanwhile') this.#set({ overtaken: 'refused' });
    else if (problem.faults.length > 0) this.#set({ faults: faultsOf(draft, problem.faults) });
    else this.#set({ problem: problem.message });
  }

  #show(view: RoutesView, done: string | null): void {
    this.#set({
      is: 'open',
      view,
      draft: { ...draftOf(view.routes), ...later(this.#state.draft, view.routes) },
      faults: [],
      doing: 'nothing',
      problem: null,
      done,
      overtaken: 'no',
      trial: { is: 'none' },
    });
  }

  #set(part: Partial<EditorState>): void {
    const next = { ...this.#state, ...part };
    this.#state = { ...next, dirty: isDirty(next.draft) };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

/** Rules that come from ringway are new ones: their ids go on where the old ones ended. */
function later(draft: Draft, rules: readonly Rule[]): Pick<Draft, 'rules' | 'nextId'> {
  const { rules: fresh, nextId } = loaded(draft, rules);
  return { rules: fresh, nextId };
}

function unfit(count: number): string {
  return `${count === 1 ? 'One field is' : `${count} fields are`} not right yet; see the marks in the rules.`;
}

function sentence(problem: unknown): string {
  return problem instanceof Error ? problem.message : 'That did not work. Try again.';
}
