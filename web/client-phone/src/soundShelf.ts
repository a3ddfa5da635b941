import { RingwayProblem, type RingwayLink } from './ringwayLink';
import { readSoundFile, soundNameFor, soundNameProblem, SoundFileError, type SoundFile } from './soundFile';

/** A sound that rules may say: `sound:NAME`. */
export interface SoundView {
  readonly name: string;
  readonly seconds: number;
  readonly bytes: number;
  readonly changedAt: string;
  readonly by: string;
  /** `line` null: a menu. */
  readonly usedBy: readonly { readonly line: string | null; readonly what: string }[];
}

/** A file that somebody has chosen and that is not uploaded yet. */
export interface ChosenFile {
  readonly fileName: string;
  /** The sound that it shall take the place of; null: a new one. */
  readonly replaces: string | null;
  readonly name: string;
  /** Null until it has been read. */
  readonly seconds: number | null;
}

/** All that a page shows of the sounds. Every change is a new object. */
export interface ShelfState {
  readonly is: 'loading' | 'failed' | 'open';
  readonly sounds: readonly SoundView[];
  readonly file: ChosenFile | null;
  readonly doing: 'nothing' | 'reading' | 'uploading' | 'deleting';
  /** Of what is uploaded, from 0 to 1. */
  readonly part: number;
  /** What went wrong, in a sentence. `about`: beside which field it belongs. */
  readonly problem: { readonly about: 'sounds' | 'file' | 'name'; readonly text: string } | null;
  /** What went well. */
  readonly done: string | null;
}

type Link = Pick<RingwayLink, 'sounds' | 'putSound' | 'dropSound'>;

/** The sounds that rules may say, in the hands of somebody who may change rules. What is uploaded here is there at once, for everybody. */
export class SoundShelf {
  #state: ShelfState = { is: 'loading', sounds: [], file: null, doing: 'nothing', part: 0, problem: null, done: null };
  #listeners = new Set<(state: ShelfState) => void>();
  #read: SoundFile | null = null;
  /** Counts files that were chosen: whoever has chosen another does not want to hear of the one before. */
  #chosen = 0;

  constructor(
    private readonly link: Link,
    private readonly read: (file: Blob) => Promise<SoundFile> = readSoundFile,
  ) {}

  get state(): ShelfState {
    return this.#state;
  }

  subscribe(listener: (state: ShelfState) => void): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  async load(): Promise<void> {
    try {
      const sounds = await this.link.sounds();
      const { problem } = this.#state;
      this.#set({ is: 'open', sounds, problem: problem?.about === 'sounds' ? null : problem });
    } catch (problem) {
      const is = this.#state.is === 'open' ? 'open' : 'failed';
      this.#set({ is, problem: { about: 'sounds', text: sentence(problem) } });
    }
  }

  /** Reads a file; nothing is sent before `upload`. */
  async choose(file: Blob & { readonly name: string }, replaces: string | null): Promise<void> {
    if (this.#state.doing !== 'nothing' && this.#state.doing !== 'reading') return;
    const mine = ++this.#chosen;
    this.#read = null;
    const name = replaces ?? soundNameFor(file.name);
    const chosen = { fileName: file.name, replaces, name, seconds: null };
    this.#set({ file: chosen, doing: 'reading', problem: null, done: null });
    try {
      const read = await this.read(file);
      if (mine !== this.#chosen) return;
      this.#read = read;
      this.#set({ doing: 'nothing', file: { ...this.#state.file!, seconds: read.seconds } });
    } catch (problem) {
      if (mine === this.#chosen) this.#set({ doing: 'nothing', problem: { about: 'file', text: sentence(problem) } });
    }
  }

  rename(name: string): void {
    const { file, problem } = this.#state;
    if (!file || file.replaces !== null) return;
    this.#set({ file: { ...file, name }, problem: problem?.about === 'name' ? null : problem });
  }

  /** The chosen file is not wanted any more. */
  putAway(): void {
    if (this.#state.doing === 'uploading') return;
    this.#chosen++;
    this.#read = null;
    this.#set({ file: null, doing: 'nothing', problem: null, done: null });
  }

  /** @returns the sound's name when it is there now. */
  async upload(): Promise<string | null> {
    const { file, doing } = this.#state;
    const read = this.#read;
    if (!file || !read || doing !== 'nothing') return null;
    const why = soundNameProblem(file.name) ?? this.#taken(file);
    if (why !== null) return this.#refused('name', why);
    this.#set({ doing: 'uploading', part: 0, problem: null });
    try {
      const kept = await this.link.putSound(file.name, read.wav, file.replaces === null, (part) => this.#set({ part }));
      this.#keep(kept, file);
      return kept.name;
    } catch (problem) {
      const ofName = problem instanceof RingwayProblem && ['taken', 'bad-request'].includes(problem.code);
      return this.#refused(ofName ? 'name' : 'file', sentence(problem));
    }
  }

  /** @returns whether it is gone. */
  async drop(name: string): Promise<boolean> {
    if (this.#state.doing !== 'nothing') return false;
    this.#set({ doing: 'deleting', problem: null, done: null });
    try {
      await this.link.dropSound(name);
      const sounds = this.#state.sounds.filter((sound) => sound.name !== name);
      this.#set({ doing: 'nothing', sounds, done: `${name} is deleted.` });
      return true;
    } catch (problem) {
      this.#set({ doing: 'nothing', problem: { about: 'sounds', text: sentence(problem) } });
      if (problem instanceof RingwayProblem && problem.code === 'not-found') await this.load();
      return false;
    }
  }

  #taken({ name, replaces }: ChosenFile): string | null {
    return replaces === null && this.#state.sounds.some((sound) => sound.name === name)
      ? `There is a sound “${name}” already. Choose another name, or replace that one.`
      : null;
  }

  #refused(about: 'file' | 'name', text: string): null {
    this.#set({ doing: 'nothing', problem: { about, text } });
    return null;
  }

  #keep(kept: SoundView, { replaces }: ChosenFile): void {
    this.#read = null;
    const others = this.#state.sounds.filter((sound) => sound.name !== kept.name);
    this.#set({
      is: 'open',
      sounds: [...others, kept].sort((a, b) => (a.name < b.name ? -1 : 1)),
      file: null,
      doing: 'nothing',
      done:
        replaces === null
          ? `${kept.name} is uploaded.`
          : `${kept.name} is replaced. The next caller hears the new one.`,
    });
  }

  #set(part: Partial<ShelfState>): void {
    this.#state = { ...this.#state, ...part };
    for (const listener of this.#listeners) listener(this.#state);
  }
}

function sentence(problem: unknown): string {
  return problem instanceof RingwayProblem || problem instanceof SoundFileError
    ? problem.message
    : 'That did not work. Try again.';
}
