import { describe, expect, test } from 'vitest';
import {
  addRule,
  changeRule,
  destinationOf,
  draftOf,
  duplicateRule,
  faultsOf,
  formatHoliday,
  formatWeek,
  gapsOf,
  isDirty,
  leadTo,
  moveRule,
  otherwiseWords,
  parseHoliday,
  parseWeek,
  placeOf,
  putBackRule,
  removeRule,
  ruleSentence,
  rulesOf,
  stillWrong,
  takerOf,
  tidyRule,
  timeIn,
  type Draft,
  type RouteChoices,
  type Rule,
} from '../src/routes';

const choices: RouteChoices = {
  teams: [{ id: 'help', name: 'Help' }],
  agents: [{ id: 'bob', name: 'Bob' }],
  bots: [{ id: 'ivy', name: 'Ivy' }],
  menus: ['main'],
  skills: ['spanish'],
  voicemail: true,
  timezone: 'Europe/Berlin',
  otherwise: { menu: 'main' },
  hours: [],
  sounds: ['file:/srv/closed.wav'],
  permission: true,
};

const three: readonly Rule[] = [
  { team: 'help' },
  { name: 'Orders', payloads: ['order-*'], agent: 'bob' },
  { say: 'No.' },
];

function names(draft: Draft): string[] {
  return draft.rules.map((entry) => destinationOf(entry.rule).id);
}

function id(draft: Draft, place: number): number {
  return draft.rules[place]!.id;
}

describe('a draft', () => {
  test('is clean until something is changed, and again when the change is taken back', () => {
    const draft = draftOf(three);
    expect(isDirty(draft)).toBe(false);
    const changed = changeRule(draft, id(draft, 0), { team: 'help', prioritySeconds: 60 });
    expect(isDirty(changed)).toBe(true);
    expect(isDirty(changeRule(changed, id(draft, 0), { team: 'help', prioritySeconds: 0, callers: [] }))).toBe(false);
  });

  test('does not mind in which order ringway writes the keys, nor defaults that it spells out', () => {
    const told = {
      voicemail: 'off',
      team: 'help',
      name: null,
      language: 'en',
      hours: { weekly: [] },
    } as unknown as Rule;
    expect(rulesOf(draftOf([told]))).toEqual([{ team: 'help' }]);
  });

  test('moves a rule one place, and not beyond the ends', () => {
    const draft = draftOf(three);
    expect(names(moveRule(draft, id(draft, 1), -1))).toEqual(['bob', 'help', 'No.']);
    expect(names(moveRule(draft, id(draft, 1), 1))).toEqual(['help', 'No.', 'bob']);
    expect(moveRule(draft, id(draft, 0), -1)).toBe(draft);
    expect(moveRule(draft, id(draft, 2), 1)).toBe(draft);
    expect(moveRule(draft, 99, 1)).toBe(draft);
  });

  test('puts a copy behind its rule, with a name that says so', () => {
    const draft = draftOf(three);
    expect(rulesOf(duplicateRule(draft, id(draft, 1))).map((rule) => rule.name)).toEqual([
      undefined,
      'Orders',
      'Orders (copy)',
      undefined,
    ]);
  });

  test('puts back what was removed where it was, and only once', () => {
    const draft = draftOf(three);
    const [gone] = draft.rules;
    const without = removeRule(draft, gone!.id);
    expect(names(without)).toEqual(['bob', 'No.']);
    const back = putBackRule(without, gone!, 0);
    expect(isDirty(back)).toBe(false);
    expect(putBackRule(back, gone!, 0)).toBe(back);
  });

  test('loses no rule and doubles none, whatever is done with it', () => {
    const random = seeded(7);
    for (let run = 0; run < 200; run++) {
      let draft = draftOf(Array.from({ length: Math.floor(random() * 6) }, (_, i) => ({ name: `r${i}` })));
      const expected = new Set(draft.rules.map((entry) => entry.id));
      for (let step = 0; step < 30; step++) {
        const before = draft;
        const any = draft.rules[Math.floor(random() * draft.rules.length)]?.id ?? -1;
        const what = Math.floor(random() * 6);
        if (what <= 2) draft = moveRule(draft, any, random() < 0.5 ? -1 : 1);
        else if (what === 3) {
          draft = removeRule(draft, any);
          expected.delete(any);
          if (any >= 0 && random() < 0.5) {
            draft = putBackRule(draft, before.rules[placeOf(before, any)]!, placeOf(before, any));
            expected.add(any);
            expect(draft.rules).toEqual(before.rules);
          }
        } else {
          draft = what === 4 ? addRule(draft, { name: 'new' }) : duplicateRule(draft, any);
          if (draft !== before) expected.add(before.nextId);
        }
        const ids = draft.rules.map((entry) => entry.id);
        expect(new Set(ids)).toEqual(expected);
        expect(ids).toHaveLength(expected.size);
      }
    }
  });
});

describe('what is wrong', () => {
  test('is shown at its rule and field, even when the rule has moved', () => {
    const draft = draftOf(three);
    const [team, caller, whole, all] = faultsOf(draft, [
      { key: 'routes[0].team', text: "there is no 'sails' in teams" },
      { key: 'routes[1].callers[2]', text: 'is no number' },
      { key: 'routes[2]', text: 'is never reached' },
      { key: 'routes', text: 'are too many' },
    ]);
    expect(team).toMatchObject({ id: id(draft, 0), field: 'to', item: null });
    expect(caller).toMatchObject({ id: id(draft, 1), field: 'callers', item: 2, text: 'This is no number' });
    expect(whole).toMatchObject({ id: id(draft, 2), field: 'rule' });
    expect(all).toMatchObject({ id: null, field: 'rule' });
  });

  test.each([
    ['routes[0].hours.weekly', 'weekly', null],
    ['routes[0].hours.weekly[1]', 'weekly', 1],
    ['routes[0].hours.holidays[0]', 'holidays', 0],
    ['routes[0].hours.timezone', 'timezone', null],
    ['routes[0].skillSeconds', 'skillSeconds', null],
    ['routes[0].say', 'to', null],
    ['routes[0].whatIsNew', 'rule', null],
    ['lines[3].routes[0].prioritySeconds', 'prioritySeconds', null],
  ])('%s belongs to %s', (key, field, item) => {
    expect(faultsOf(draftOf(three), [{ key, text: '' }])[0]).toMatchObject({ field, item });
  });

  test('goes with the field that is changed, and stays with the others', () => {
    const draft = draftOf(three);
    const faults = faultsOf(draft, [
      { key: 'routes[1].agent', text: '' },
      { key: 'routes[1].payloads[0]', text: '' },
      { key: 'routes[0].team', text: '' },
    ]);
    const before = draft.rules[1]!.rule;
    const left = stillWrong(faults, id(draft, 1), before, leadTo(before, { kind: 'team', id: 'help' }));
    expect(left.map((fault) => fault.field)).toEqual(['payloads', 'to']);
  });

  test('is seen without ringway where something is only missing', () => {
    const draft = draftOf([
      { say: ' ' },
      { team: '' },
      { hours: { weekly: [' 09:00-18:00', 'mon 09:00-'] } },
      { hours: { weekly: ['mon 09:00-18:00'], holidays: ['', '2026-12-24 09:00-', '2026-12-25'] } },
      {},
    ]);
    expect(gapsOf(draft).map(({ id, field, item }) => [id, field, item])).toEqual([
      [1, 'to', null],
      [2, 'to', null],
      [3, 'weekly', 0],
      [3, 'weekly', 1],
      [4, 'holidays', 0],
      [4, 'holidays', 1],
    ]);
  });
});

describe('where a rule leads', () => {
  test('is one place: the new one takes the place of the old one', () => {
    expect(leadTo({ name: 'a', team: 'help' }, { kind: 'say', id: 'Hello' })).toEqual({ name: 'a', say: 'Hello' });
    expect(leadTo({ say: 'Hello' }, { kind: 'voicemail', id: '' })).toEqual({ voicemail: 'on' });
    expect(leadTo({ voicemail: 'on' }, { kind: 'line', id: '' })).toEqual({});
  });

  test('keeps a skill only where a team rings', () => {
    const rule: Rule = { team: 'help', skill: 'spanish', skillSeconds: 30 };
    expect(leadTo(rule, { kind: 'menu', id: 'main' })).toEqual({ menu: 'main', skill: 'spanish', skillSeconds: 30 });
    expect(leadTo(rule, { kind: 'agent', id: 'bob' })).toEqual({ agent: 'bob' });
  });
});

describe('hours', () => {
  test.each([
    'mon-fri 09:00-12:30, 13:30-18:00',
    'mon 00:00-24:00',
    'sat,sun 10:00-14:00',
    'mon,wed-fri 09:00-18:00',
    'mon-sun 08:00-20:00',
  ])('%s is shown and written as it was', (line) => {
    expect(formatWeek(parseWeek(line)!)).toBe(line);
  });

  test('that ringway spells out day by day are the same hours', () => {
    const of = (line: string) => draftOf([{ hours: { weekly: [line] } }]);
    expect(rulesOf(of('mon,tue,wed,thu,fri 09:00-18:00'))).toEqual(rulesOf(of('mon-fri 09:00-18:00')));
  });

  test('over the weekend are written from Monday on', () => {
    expect(formatWeek(parseWeek('fri-mon 09:00-18:00')!)).toBe('mon,fri-sun 09:00-18:00');
  });

  test('come back whatever days and times are chosen', () => {
    for (let days = 0; days < 128; days++) {
      const week = {
        days: Array.from({ length: 7 }, (_, day) => (days & (1 << day)) !== 0),
        times: [{ from: '09:00', to: '' }],
      };
      expect(parseWeek(formatWeek(week))).toEqual(week);
    }
  });

  test.each(['daily 09:00-18:00', 'mon-fri', 'mon-tue-wed 09:00-18:00', 'mon 9-18', ''])(
    '%s is left to be written by hand',
    (line) => {
      expect(parseWeek(line)).toBeNull();
    },
  );

  test('of single dates are open or closed', () => {
    expect(parseHoliday('2026-12-25')).toEqual({ date: '2026-12-25', open: null });
    for (const line of ['2026-12-25', '2026-12-24 09:00-12:00', ''])
      expect(formatHoliday(parseHoliday(line)!)).toBe(line);
    expect(parseHoliday('Christmas')).toBeNull();
  });
});

describe('a rule in words', () => {
  test.each<[Rule, string]>([
    [
      { callers: ['+4930*'], hours: { weekly: ['mon-fri 09:00-18:00'] }, team: 'help', prioritySeconds: 60 },
      'Callers from +4930* on mon-fri 09:00-18:00 → team Help, waiting counted 60 s ahead',
    ],
    [{ payloads: ['order-*'], agent: 'bob' }, 'Every caller with button or link order-* → Bob'],
    [{ returningHours: 24 }, 'Every caller who talked with an agent within 24 h → their agent first, then menu main'],
    [{ returningHours: 168, team: 'help' }, 'Every caller who talked with an agent within 7 days → team Help'],
    [
      { permission: 'missing', bot: 'ivy', hours: { timezone: 'UTC', weekly: ['sat 10:00-14:00'] } },
      'Every caller whom you may not call on sat 10:00-14:00 (UTC) → bot Ivy',
    ],
    [{ voicemail: 'on' }, 'Every caller → voicemail'],
    [
      { hours: { weekly: ['mon-sun 00:00-24:00'], holidays: ['2026-12-25'] }, voicemail: 'on' },
      'Every caller at all hours (one date differs) → voicemail',
    ],
    [
      { say: 'Wir sind gerade nicht da.', language: 'de' },
      'Every caller → say “Wir sind gerade nicht da.”, spoken in de',
    ],
    [{ say: 'file:/srv/closed.wav', language: 'de' }, 'Every caller → recording closed.wav'],
    [{ say: 'sound:closed', language: 'de' }, 'Every caller → sound closed'],
    [{ say: 'sound:' }, 'Every caller → sound …'],
    [{ team: 'gone' }, 'Every caller → team gone'],
    [{ skill: 'spanish' }, 'Every caller → menu main, only agents with spanish'],
    [
      { skill: 'spanish', skillSeconds: 30, prioritySeconds: 3600 },
      'Every caller → menu main, before everybody who waits, agents with spanish for 30 s, then the others',
    ],
    [{ callers: ['+1', '+2', '+3', '+4', '+5'], team: 'help' }, 'Callers from +1, +2, +3 and 2 more → team Help'],
  ])('%j', (rule, sentence) => {
    expect(ruleSentence(tidyRule(rule), choices)).toBe(sentence);
  });

  test('what no rule takes goes where the line leads', () => {
    expect(otherwiseWords(choices).text).toBe('menu main');
    expect(otherwiseWords({ ...choices, otherwise: { team: 'help' } }).text).toBe('team Help');
    expect(otherwiseWords({ ...choices, otherwise: {} }).text).toBe("the line's agents");
  });
});

describe('a call that is tried', () => {
  const draft = draftOf(three);
  const story = (rule: string | null, place: number | null = null) => ({
    line: 'main',
    at: '',
    rule,
    place,
    to: 'team',
    sentences: [],
  });

  test('marks the rule that takes it', () => {
    expect(takerOf(draft, story('Orders', 1))).toBe(id(draft, 1));
    expect(takerOf(draft, story('rule 3', 2))).toBe(id(draft, 2));
    expect(takerOf(draft, story('otherwise'))).toBe('otherwise');
    expect(takerOf(draft, story(null))).toBeNull();
  });

  test.each([
    ['Europe/Berlin', '2026-11-28T09:00', '2026-11-28T09:00:00+01:00'],
    ['Europe/Berlin', '2026-07-01T09:00', '2026-07-01T09:00:00+02:00'],
    ['Europe/Berlin', '2026-03-29T01:30', '2026-03-29T01:30:00+01:00'],
    ['Europe/Berlin', '2026-03-29T03:30', '2026-03-29T03:30:00+02:00'],
    ['America/St_Johns', '2026-01-15T12:00', '2026-01-15T12:00:00-03:30'],
    ['UTC', '2026-01-15T12:00', '2026-01-15T12:00:00+00:00'],
  ])('in %s at %s', (zone, local, iso) => {
    expect(timeIn(zone, local)).toBe(iso);
  });
});

/** Chance that comes out the same each time (mulberry32). */
function seeded(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
