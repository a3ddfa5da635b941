import { beforeEach, describe, expect, test } from 'vitest';
import { RouteEditor } from '../src/routeEditor';
import { RingwayProblem } from '../src/ringwayLink';
import { addRule, type RouteStory, type RoutesView, type Rule } from '../src/routes';

const choices = {
  teams: [],
  agents: [],
  bots: [],
  menus: [],
  skills: [],
  voicemail: false,
  timezone: null,
  otherwise: {},
  hours: [],
  sounds: [],
  permission: true,
};

function viewOf(version: number, routes: readonly Rule[], more: Partial<RoutesView> = {}): RoutesView {
  const origin = version === 0 ? 'file' : 'desk';
  return { line: 'main', routes, origin, by: null, at: null, version, faults: [], kept: null, choices, ...more };
}

/** Ringway, of which a test says what it has and what it answers. */
class Ringway {
  has = viewOf(3, [{ team: 'help' }]);
  no: RingwayProblem | null = null;
  asked: string[] = [];
  during: () => void = () => {};

  readonly routes = async () => this.has;
  readonly saveRoutes = async (_: string, version: number, routes: readonly Rule[]) =>
    this.#do(`save ${version} ${JSON.stringify(routes)}`, () => viewOf(version + 1, routes));
  readonly dropRoutes = async (_: string, version: number) =>
    this.#do(`drop ${version}`, () => viewOf(0, [{ menu: 'first' }]));
  readonly tryRoutes = async (line: string, routes: readonly Rule[]): Promise<RouteStory> => {
    this.asked.push(`try ${JSON.stringify(routes)}`);
    if (this.no) throw this.no;
    return { line, at: '', rule: 'rule 1', place: 0, to: 'team', sentences: ['Rule 1 takes the call.'] };
  };

  readonly sounds = async () => [];
  readonly putSound = () => Promise.reject(new Error());
  readonly dropSound = () => Promise.reject(new Error());

  #do(what: string, then: () => RoutesView): RoutesView {
    this.asked.push(what);
    this.during();
    if (this.no) throw this.no;
    return (this.has = then());
  }
}

let ringway: Ringway;
let editor: RouteEditor;

beforeEach(async () => {
  ringway = new Ringway();
  editor = new RouteEditor(ringway, 'main');
  await editor.load();
});

function addOne(rule: Rule = { agent: 'bob' }): void {
  editor.edit(addRule(editor.state.draft, rule));
}

describe('saving', () => {
  test('sends the draft with the version that it took the place of, and is clean after it', async () => {
    addOne();
    expect(editor.state.dirty).toBe(true);
    await expect(editor.save()).resolves.toBe(true);
    expect(ringway.asked).toEqual(['save 3 [{"team":"help"},{"agent":"bob"}]']);
    expect(editor.state).toMatchObject({ dirty: false, doing: 'nothing', view: { version: 4 } });
  });

  test('that is refused keeps the draft and shows what is wrong at its field', async () => {
    addOne({ agent: 'nobody' });
    ringway.no = new RingwayProblem('bad-routes', 'Two.', 422, [
      { key: 'routes[1].agent', text: "there is no agent 'nobody'" },
    ]);
    await expect(editor.save()).resolves.toBe(false);
    const { id } = editor.state.draft.rules[1]!;
    expect(editor.state.faults).toEqual([{ id, field: 'to', item: null, text: "there is no agent 'nobody'" }]);
    editor.changeRule(id, { agent: 'bob' });
    expect(editor.state).toMatchObject({ faults: [], dirty: true });
  });

  test('does not ask ringway for what is plainly missing', async () => {
    addOne({ say: '' });
    await editor.save();
    expect(ringway.asked).toEqual([]);
    expect(editor.state.faults).toHaveLength(1);
  });

  test('that fails says why', async () => {
    addOne();
    ringway.no = new RingwayProblem('store-away', 'The store is away.', 503);
    await editor.save();
    expect(editor.state).toMatchObject({ problem: 'The store is away.', dirty: true, doing: 'nothing' });
  });
});

describe('somebody else who saves', () => {
  test('is told of while something is unsaved, and nothing of it is lost', () => {
    addOne();
    editor.told(4);
    expect(editor.state).toMatchObject({ overtaken: 'told', dirty: true });
  });

  test('is simply shown when nothing is unsaved', async () => {
    ringway.has = viewOf(4, [{ menu: 'first' }]);
    editor.told(4);
    await settle();
    expect(editor.state).toMatchObject({ overtaken: 'no', dirty: false, view: { version: 4 } });
    expect(editor.state.done).toContain('Somebody else');
  });

  test('is not ourselves: our own version may be told before the answer is there', async () => {
    addOne();
    ringway.during = () => editor.told(4);
    await editor.save();
    editor.told(4);
    expect(editor.state).toMatchObject({ overtaken: 'no', view: { version: 4 } });
  });

  test('can be overruled with what is here', async () => {
    addOne();
    ringway.no = new RingwayProblem('changed-meanwhile', 'Changed.', 409);
    await editor.save();
    expect(editor.state).toMatchObject({ overtaken: 'refused', dirty: true });
    ringway.no = null;
    ringway.has = viewOf(7, []);
    await editor.keepMine();
    await editor.save();
    expect(ringway.asked.at(-1)).toBe('save 7 [{"team":"help"},{"agent":"bob"}]');
  });

  test('can have it', async () => {
    addOne();
    ringway.has = viewOf(7, [{ voicemail: 'on' }]);
    await editor.load();
    expect(editor.state).toMatchObject({ dirty: false, overtaken: 'no', view: { version: 7 } });
  });
});

test("the file's rules are in force again when they are given back", async () => {
  await expect(editor.giveBack()).resolves.toBe(true);
  expect(ringway.asked).toEqual(['drop 3']);
  expect(editor.state.draft.rules.map((entry) => entry.rule)).toEqual([{ menu: 'first' }]);
});

test('kept rules that fit no more come into the draft with what is wrong with them', async () => {
  ringway.has = viewOf(3, [{ menu: 'first' }], {
    faults: [{ key: 'routes[1].team', text: "there is no 'sails' in teams" }],
    kept: [{ agent: 'bob' }, { team: 'sails' }],
  });
  await editor.load();
  expect(editor.state.dirty).toBe(false);
  editor.mend();
  expect(editor.state.dirty).toBe(true);
  expect(editor.state.faults[0]).toMatchObject({ id: editor.state.draft.rules[1]!.id, field: 'to' });
});

test('a call is tried with the draft, and its story is old when that has changed', async () => {
  addOne();
  await editor.tryCall({ from: '+4930123' });
  expect(ringway.asked).toEqual(['try [{"team":"help"},{"agent":"bob"}]']);
  expect(editor.state.trial).toMatchObject({ is: 'told', old: false });
  addOne();
  expect(editor.state.trial).toMatchObject({ is: 'told', old: true });
});

test('rules that were taken up anew have ids that none has had', async () => {
  const before = editor.state.draft.rules[0]!.id;
  editor.discard();
  expect(editor.state.draft.rules[0]!.id).not.toBe(before);
});

async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
}
