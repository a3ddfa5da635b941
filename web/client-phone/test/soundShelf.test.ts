import { beforeEach, describe, expect, test } from 'vitest';
import { RingwayProblem } from '../src/ringwayLink';
import { SoundFileError, type SoundFile } from '../src/soundFile';
import { SoundShelf, type SoundView } from '../src/soundShelf';

function viewOf(name: string, seconds = 2): SoundView {
  return { name, seconds, bytes: seconds * 32_000, changedAt: '2026-11-28T12:00:00Z', by: 'ada', usedBy: [] };
}

function fileOf(name: string): Blob & { name: string } {
  return Object.assign(new Blob(['1234']), { name });
}

/** Ringway and the browser, of which a test says what they answer. */
class World {
  has: SoundView[] = [viewOf('closed')];
  no: Error | null = null;
  asked: string[] = [];
  during: () => void = () => {};
  reads: () => Promise<SoundFile> = async () => ({ wav: new Uint8Array(4), seconds: 3 });

  readonly sounds = async () => {
    if (this.no) throw this.no;
    return this.has;
  };
  readonly putSound = async (name: string, wav: Uint8Array, isNew: boolean, sent: (part: number) => void) => {
    this.asked.push(`put ${name} ${wav.length} ${isNew ? 'new' : 'instead'}`);
    sent(0.4);
    this.during();
    if (this.no) throw this.no;
    return viewOf(name, 3);
  };
  readonly dropSound = async (name: string) => {
    this.asked.push(`drop ${name}`);
    if (this.no) throw this.no;
  };
}

let world: World;
let shelf: SoundShelf;

beforeEach(async () => {
  world = new World();
  shelf = new SoundShelf(world, () => world.reads());
  await shelf.load();
});

describe('a file that is chosen', () => {
  test('is read and named after itself, and nothing is sent', async () => {
    await shelf.choose(fileOf('Monday (1).mp3'), null);
    expect(shelf.state.file).toEqual({ fileName: 'Monday (1).mp3', replaces: null, name: 'monday-1', seconds: 3 });
    expect(world.asked).toEqual([]);
  });

  test('is uploaded as a new sound and stands in the list in its order', async () => {
    await shelf.choose(fileOf('away.mp3'), null);
    world.during = () => expect(shelf.state).toMatchObject({ doing: 'uploading', part: 0.4 });
    expect(await shelf.upload()).toBe('away');
    expect(world.asked).toEqual(['put away 4 new']);
    expect(shelf.state.sounds.map((sound) => sound.name)).toEqual(['away', 'closed']);
    expect(shelf.state).toMatchObject({ file: null, doing: 'nothing', done: 'away is uploaded.' });
  });

  test('replaces a sound when that was asked for', async () => {
    await shelf.choose(fileOf('other.mp3'), 'closed');
    shelf.rename('other');
    expect(await shelf.upload()).toBe('closed');
    expect(world.asked).toEqual(['put closed 4 instead']);
    expect(shelf.state.sounds).toEqual([viewOf('closed', 3)]);
    expect(shelf.state.done).toContain('The next caller hears the new one');
  });

  test('that the browser cannot read says so and cannot be uploaded', async () => {
    world.reads = () => Promise.reject(new SoundFileError('The browser cannot read this.'));
    await shelf.choose(fileOf('notes.txt'), null);
    expect(shelf.state.problem).toEqual({ about: 'file', text: 'The browser cannot read this.' });
    expect(await shelf.upload()).toBeNull();
    expect(world.asked).toEqual([]);
  });

  test('is forgotten for another one, even when that was read sooner', async () => {
    let later: (file: SoundFile) => void = () => {};
    world.reads = () => new Promise((resolve) => (later = resolve));
    const first = shelf.choose(fileOf('long.wav'), null);
    world.reads = async () => ({ wav: new Uint8Array(8), seconds: 1 });
    await shelf.choose(fileOf('short.wav'), null);
    later({ wav: new Uint8Array(99), seconds: 99 });
    await first;
    expect(shelf.state.file).toMatchObject({ name: 'short', seconds: 1 });
    await shelf.upload();
    expect(world.asked).toEqual(['put short 8 new']);
  });

  test('is put away, also while it is read', async () => {
    const reading = shelf.choose(fileOf('away.mp3'), null);
    shelf.putAway();
    await reading;
    expect(shelf.state).toMatchObject({ file: null, doing: 'nothing', problem: null });
  });
});

describe('a name', () => {
  test('that there is already, or that is none, is said beside it and nothing is sent', async () => {
    await shelf.choose(fileOf('closed.mp3'), null);
    expect(await shelf.upload()).toBeNull();
    expect(shelf.state.problem).toMatchObject({ about: 'name' });
    shelf.rename('Closed!');
    expect(shelf.state.problem).toBeNull();
    expect(await shelf.upload()).toBeNull();
    expect(shelf.state.problem).toMatchObject({ about: 'name' });
    expect(world.asked).toEqual([]);
    shelf.rename('closed-2');
    expect(await shelf.upload()).toBe('closed-2');
  });

  test('that somebody else has taken meanwhile is said beside it too', async () => {
    await shelf.choose(fileOf('away.mp3'), null);
    world.no = new RingwayProblem('taken', 'There is one already.', 409);
    expect(await shelf.upload()).toBeNull();
    expect(shelf.state.problem).toEqual({ about: 'name', text: 'There is one already.' });
    expect(shelf.state.file).not.toBeNull();
    world.no = null;
    expect(await shelf.upload()).toBe('away');
  });
});

test('what ringway refuses is said beside the file, which is still there', async () => {
  await shelf.choose(fileOf('away.mp3'), null);
  world.no = new RingwayProblem('bad-sound', 'It is no WAV file.', 422);
  expect(await shelf.upload()).toBeNull();
  expect(shelf.state).toMatchObject({ doing: 'nothing', problem: { about: 'file', text: 'It is no WAV file.' } });
  expect(shelf.state.file).not.toBeNull();
});

test('a sound that a rule says stays, and it is said what says it', async () => {
  world.no = new RingwayProblem('in-use', 'It is said by rule 1.', 409);
  expect(await shelf.drop('closed')).toBe(false);
  expect(shelf.state).toMatchObject({ sounds: [viewOf('closed')], problem: { about: 'sounds' }, doing: 'nothing' });
  world.no = null;
  expect(await shelf.drop('closed')).toBe(true);
  expect(shelf.state).toMatchObject({ sounds: [], problem: null, done: 'closed is deleted.' });
});

test('a list that cannot be had can be asked for again', async () => {
  shelf = new SoundShelf(world, () => world.reads());
  world.no = new RingwayProblem('offline', 'Ringway cannot be reached.', 0);
  await shelf.load();
  expect(shelf.state).toMatchObject({ is: 'failed', problem: { about: 'sounds' } });
  world.no = null;
  await shelf.load();
  expect(shelf.state).toMatchObject({ is: 'open', problem: null });
});
