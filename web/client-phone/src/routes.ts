/**
 * The rules of a line, as `lines[].routes` of the configuration has them: a draft of them to be changed, what is wrong with it, and each of them
 * in words. All of it is pure; `routeEditor.ts` joins it to ringway.
 */

/** When a rule is in force, instead of the line's hours. */
export interface RuleHours {
  readonly timezone?: string;
  /** `mon-fri 09:00-12:30, 13:30-18:00` */
  readonly weekly?: readonly string[];
  /** `2026-12-24 09:00-12:00`, or closed: `2026-12-25` */
  readonly holidays?: readonly string[];
}

/** One rule: conditions, of which all must hold, and where the call goes then. What is absent is the default, as in the file. */
export interface Rule {
  readonly name?: string;
  readonly callers?: readonly string[];
  readonly payloads?: readonly string[];
  readonly permission?: 'any' | 'allowed' | 'missing';
  readonly returningHours?: number;
  readonly hours?: RuleHours;
  readonly team?: string;
  readonly agent?: string;
  readonly bot?: string;
  readonly menu?: string;
  readonly voicemail?: 'on' | 'off';
  readonly say?: string;
  readonly language?: string;
  readonly prioritySeconds?: number;
  readonly skill?: string;
  readonly skillSeconds?: number;
}

export interface RouteFault {
  /** `routes[1].team` */
  readonly key: string;
  readonly text: string;
}

interface Named {
  readonly id: string;
  readonly name: string;
}

/** What rules of this line may name. */
export interface RouteChoices {
  readonly teams: readonly Named[];
  readonly agents: readonly Named[];
  readonly bots: readonly Named[];
  readonly menus: readonly string[];
  readonly skills: readonly string[];
  readonly voicemail: boolean;
  readonly timezone: string | null;
  /** Where the line itself leads; neither: to its agents. */
  readonly otherwise: { readonly menu?: string | null; readonly team?: string | null };
  /** The line's own; empty: always open. */
  readonly hours: readonly string[];
  /** The only `file:` that a rule may say. */
  readonly sounds: readonly string[];
  /** Whether a rule may ask who may be called: only Meta knows. */
  readonly permission: boolean;
}

/** The rules of a line and where they come from. */
export interface RoutesView {
  readonly line: string;
  readonly routes: readonly Rule[];
  readonly origin: 'file' | 'desk';
  readonly by: string | null;
  readonly at: string | null;
  readonly version: number;
  /** Why kept rules do not fit the configuration any more; the file's are in force then. */
  readonly faults: readonly RouteFault[];
  readonly kept: readonly Rule[] | null;
  readonly choices: RouteChoices;
}

/** Where a call with certain facts would go, in sentences. */
export interface RouteStory {
  readonly line: string;
  readonly at: string;
  /** Name of the rule that takes it; null: the line is closed. */
  readonly rule: string | null;
  /** Its place in the list; null when it is none of the list. */
  readonly place: number | null;
  readonly to: string;
  readonly sentences: readonly string[];
}

/** A call that is only thought of. */
export interface TrialCall {
  readonly from: string;
  readonly payload?: string;
  readonly at?: string;
  /** The agent with whom the caller has talked. */
  readonly returning?: string;
  readonly permission?: 'allowed' | 'missing';
}

/** A rule in a draft. Its id is the page's own and stays with it wherever it moves. */
export interface DraftRule {
  readonly id: number;
  readonly rule: Rule;
}

/** Rules that are being changed, beside what they were. */
export interface Draft {
  readonly rules: readonly DraftRule[];
  readonly was: readonly Rule[];
  readonly nextId: number;
}

export function draftOf(rules: readonly Rule[]): Draft {
  return loaded({ rules: [], was: rules.map(tidyRule), nextId: 1 }, rules);
}

/** Other rules in the draft, as a change that can be saved. */
export function loaded(draft: Draft, rules: readonly Rule[]): Draft {
  return {
    ...draft,
    rules: rules.map((rule, i) => ({ id: draft.nextId + i, rule: tidyRule(rule) })),
    nextId: draft.nextId + rules.length,
  };
}

export function rulesOf(draft: Draft): readonly Rule[] {
  return draft.rules.map((entry) => tidyRule(entry.rule));
}

export function isDirty(draft: Draft): boolean {
  return JSON.stringify(rulesOf(draft)) !== JSON.stringify(draft.was);
}

export function addRule(draft: Draft, rule: Rule, at = draft.rules.length): Draft {
  const rules = draft.rules.toSpliced(at, 0, { id: draft.nextId, rule });
  return { ...draft, rules, nextId: draft.nextId + 1 };
}

export function changeRule(draft: Draft, id: number, to: Rule): Draft {
  return { ...draft, rules: draft.rules.map((entry) => (entry.id === id ? { id, rule: to } : entry)) };
}

/** A copy right behind it. */
export function duplicateRule(draft: Draft, id: number): Draft {
  const at = placeOf(draft, id);
  if (at < 0) return draft;
  const { rule } = draft.rules[at]!;
  return addRule(draft, rule.name === undefined ? rule : { ...rule, name: `${rule.name} (copy)` }, at + 1);
}

export function removeRule(draft: Draft, id: number): Draft {
  return { ...draft, rules: draft.rules.filter((entry) => entry.id !== id) };
}

/** What was removed, where it was. */
export function putBackRule(draft: Draft, entry: DraftRule, at: number): Draft {
  if (placeOf(draft, entry.id) >= 0) return draft;
  return { ...draft, rules: draft.rules.toSpliced(Math.min(at, draft.rules.length), 0, entry) };
}

/** One place up or down; at either end nothing moves. */
export function moveRule(draft: Draft, id: number, by: -1 | 1): Draft {
  const [at, to] = [placeOf(draft, id), placeOf(draft, id) + by];
  if (at < 0 || to < 0 || to >= draft.rules.length) return draft;
  return { ...draft, rules: draft.rules.toSpliced(at, 1).toSpliced(to, 0, draft.rules[at]!) };
}

/** From 0 on; -1 when it is not there. */
export function placeOf(draft: Draft, id: number): number {
  return draft.rules.findIndex((entry) => entry.id === id);
}

const order: readonly (keyof Rule)[] = [
  'name',
  'callers',
  'payloads',
  'permission',
  'returningHours',
  'hours',
  'team',
  'agent',
  'bot',
  'menu',
  'voicemail',
  'say',
  'language',
  'prioritySeconds',
  'skill',
  'skillSeconds',
];

/** Without what is the default anyway, in the order of the documentation: so that two rules that say the same look the same. */
export function tidyRule(rule: Rule): Rule {
  const kept = order.map((key) => [key, key === 'hours' ? tidyHours(rule.hours) : rule[key]] as const);
  return Object.fromEntries(kept.filter(([key, value]) => !isDefault(key, value)));
}

function tidyHours(hours: RuleHours | null | undefined): RuleHours | undefined {
  const { weekly, holidays, timezone } = hours ?? {};
  if (!weekly?.length && !holidays?.length) return undefined;
  return {
    ...(timezone ? { timezone } : {}),
    weekly: (weekly ?? []).map(tidyWeek),
    ...(holidays?.length ? { holidays } : {}),
  };
}

function isDefault(key: keyof Rule, value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  if (key === 'name') return String(value).trim() === '';
  const defaults: Partial<Record<keyof Rule, unknown>> = {
    permission: 'any',
    voicemail: 'off',
    language: 'en',
    prioritySeconds: 0,
  };
  return defaults[key] === value;
}

export type DestinationKind = 'line' | 'team' | 'agent' | 'bot' | 'menu' | 'voicemail' | 'say';

/** Where a rule leads; `id` is the text for `say`. `line`: where the line itself leads. */
export interface RuleDestination {
  readonly kind: DestinationKind;
  readonly id: string;
}

export function destinationOf(rule: Rule): RuleDestination {
  for (const kind of ['team', 'agent', 'bot', 'menu', 'say'] as const) {
    const id = rule[kind];
    if (id !== undefined && id !== null) return { kind, id };
  }
  return { kind: rule.voicemail === 'on' ? 'voicemail' : 'line', id: '' };
}

/** A skill is asked for of a team; where no team rings, it goes. */
export function leadTo(rule: Rule, { kind, id }: RuleDestination): Rule {
  const { team, agent, bot, menu, voicemail, say, ...rest } = rule;
  const to = kind === 'line' ? {} : kind === 'voicemail' ? { voicemail: 'on' as const } : { [kind]: id };
  const { skill, skillSeconds, ...plain } = rest;
  return { ...(asksForSkills(kind) ? rest : plain), ...to };
}

export function asksForSkills(kind: DestinationKind): boolean {
  return kind === 'line' || kind === 'team' || kind === 'menu';
}

/** The fields of a rule as a form has them. `rule`: it is about no single one. */
export type RuleField =
  | 'rule'
  | 'name'
  | 'callers'
  | 'payloads'
  | 'permission'
  | 'returningHours'
  | 'weekly'
  | 'holidays'
  | 'timezone'
  | 'to'
  | 'language'
  | 'prioritySeconds'
  | 'skill'
  | 'skillSeconds';

/** Something wrong with a draft. `id` is the rule's, null when it is about all of them; `item` counts within a list. */
export interface RuleFault {
  readonly id: number | null;
  readonly field: RuleField;
  readonly item: number | null;
  readonly text: string;
}

const ownFields: readonly string[] = [
  'name',
  'callers',
  'payloads',
  'permission',
  'returningHours',
  'language',
  'prioritySeconds',
  'skill',
  'skillSeconds',
];

/** What ringway found wrong, each with the rule that it belongs to wherever that moves meanwhile. */
export function faultsOf(draft: Draft, told: readonly RouteFault[]): readonly RuleFault[] {
  return told.map(({ key, text }) => {
    const found = /routes\[(\d+)\](?:\.([a-zA-Z.]+))?(?:\[(\d+)\])?/.exec(key);
    const id = found ? (draft.rules[Number(found[1])]?.id ?? null) : null;
    return {
      id,
      field: fieldOf(found?.[2] ?? ''),
      item: found?.[3] === undefined ? null : Number(found[3]),
      text: plain(text),
    };
  });
}

/** Ringway's words follow a key; here they stand alone under a field. */
function plain(text: string): string {
  const words = text.replaceAll('`', '');
  return /^(is|has|names|asks|says|leads) /.test(words) ? `This ${words}` : words;
}

function fieldOf(path: string): RuleField {
  const name = path.replace(/^hours\./, '');
  if (['weekly', 'holidays', 'timezone'].includes(name)) return name as RuleField;
  if (path === 'hours') return 'weekly';
  if (['team', 'agent', 'bot', 'menu', 'voicemail', 'say'].includes(path)) return 'to';
  return ownFields.includes(path) ? (path as RuleField) : 'rule';
}

/** What can be seen to be missing without asking ringway. */
export function gapsOf(draft: Draft): readonly RuleFault[] {
  return draft.rules.flatMap(({ id, rule }) => {
    const of = (field: RuleField, text: string, item: number | null = null): RuleFault => ({ id, field, item, text });
    const to = destinationOf(rule);
    return [
      ...(rule.hours?.weekly ?? []).flatMap((line, i) => {
        const week = parseWeek(line);
        if (week && !week.days.includes(true)) return [of('weekly', 'Choose at least one day.', i)];
        return week?.times.some((time) => time.from === '' || time.to === '')
          ? [of('weekly', 'Give both times.', i)]
          : [];
      }),
      ...(rule.hours?.holidays ?? []).flatMap((line, i) => {
        const day = parseHoliday(line);
        const gap = day && (day.date === '' || (day.open && (day.open.from === '' || day.open.to === '')));
        return gap ? [of('holidays', 'Give the date, and both times if it is open.', i)] : [];
      }),
      ...(to.kind === 'say' && to.id.trim() === '' ? [of('to', 'Write what is said.')] : []),
      ...(to.kind === 'say' && to.id === soundPrefix ? [of('to', 'Choose a sound, or upload one.')] : []),
      ...(to.kind !== 'say' && to.kind !== 'line' && to.kind !== 'voicemail' && to.id === ''
        ? [of('to', 'Choose one.')]
        : []),
    ];
  });
}

/** What is left of the faults when a rule has become another: those of the fields that are as they were. */
export function stillWrong(faults: readonly RuleFault[], id: number, before: Rule, after: Rule): readonly RuleFault[] {
  const read = (rule: Rule, field: RuleField): unknown =>
    field === 'to'
      ? destinationOf(rule)
      : field === 'weekly' || field === 'holidays' || field === 'timezone'
        ? rule.hours
        : field === 'rule'
          ? rule
          : rule[field];
  const same = (field: RuleField) => JSON.stringify(read(before, field)) === JSON.stringify(read(after, field));
  return faults.filter((fault) => fault.id !== id || same(fault.field));
}

/** Days with the same times. Monday is the first. */
export interface WeekDays {
  readonly days: readonly boolean[];
  readonly times: readonly TimeSpan[];
}

/** `00:00` as the end is midnight, which ringway writes `24:00`. */
export interface TimeSpan {
  readonly from: string;
  readonly to: string;
}

export const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** Null: somebody has written it in a way that a form cannot show. */
export function parseWeek(line: string): WeekDays | null {
  const [, dayText = '', timeText = ''] = /^(\S*) +(.*)$/.exec(line) ?? [];
  const times = timeText.split(',').map((part) => parseSpan(part.trim()));
  if (timeText === '' || times.includes(null)) return null;
  const days = dayNames.map(() => false);
  for (const part of dayText === '' ? [] : dayText.toLowerCase().split(',')) {
    const ends = part.split('-').map((name) => dayNames.indexOf(name as (typeof dayNames)[number]));
    if (ends.length > 2 || ends.includes(-1)) return null;
    for (let day = ends[0]!; ; day = (day + 1) % 7) {
      days[day] = true;
      if (day === ends.at(-1)) break;
    }
  }
  return { days, times: times as TimeSpan[] };
}

export function formatWeek({ days, times }: WeekDays): string {
  return `${formatDays(days)} ${times.map(formatSpan).join(', ')}`;
}

function formatDays(days: readonly boolean[]): string {
  const runs: string[] = [];
  for (let from = 0; from < 7; from++) {
    if (!days[from]) continue;
    let to = from;
    while (days[to + 1]) to++;
    // Two days are two names: `sat,sun`, as people write it.
    if (to - from >= 2) runs.push(`${dayNames[from]}-${dayNames[to]}`);
    else runs.push(...dayNames.slice(from, to + 1));
    from = to;
  }
  return runs.join(',');
}

function parseSpan(text: string): TimeSpan | null {
  const found = /^(\d\d:\d\d|)-(\d\d:\d\d|)$/.exec(text);
  return found ? { from: found[1]!, to: found[2] === '24:00' ? '00:00' : found[2]! } : null;
}

function formatSpan({ from, to }: TimeSpan): string {
  return `${from}-${to === '00:00' ? '24:00' : to}`;
}

/** A date that differs from the week; `open` null: closed. */
export interface OtherDay {
  readonly date: string;
  readonly open: TimeSpan | null;
}

export function parseHoliday(line: string): OtherDay | null {
  const found = /^(\d{4}-\d\d-\d\d|)(?: +(.+))?$/.exec(line);
  if (!found) return null;
  const open = found[2] === undefined ? null : parseSpan(found[2]);
  return found[2] !== undefined && open === null ? null : { date: found[1]!, open };
}

export function formatHoliday({ date, open }: OtherDay): string {
  return open ? `${date} ${formatSpan(open)}` : date;
}

/** Ringway names each day, people write ranges: `mon-fri` instead of `mon,tue,wed,thu,fri`. */
export function tidyWeek(line: string): string {
  const week = parseWeek(line);
  return week ? formatWeek(week) : line;
}

/** A rule as a picture has it: who, where to, and what else. */
export interface RuleWords {
  /** `Callers from +4930*`, `on mon-fri 09:00-18:00`; the first begins a sentence. */
  readonly conditions: readonly string[];
  readonly to: { readonly kind: DestinationKind; readonly text: string };
  readonly wishes: readonly string[];
}

export function ruleWords(rule: Rule, choices: RouteChoices): RuleWords {
  const conditions = [
    rule.callers?.length ? `Callers from ${listed(rule.callers)}` : null,
    rule.permission === 'allowed'
      ? 'whom you may call'
      : rule.permission === 'missing'
        ? 'whom you may not call'
        : null,
    rule.payloads?.length ? `with button or link ${listed(rule.payloads)}` : null,
    rule.returningHours ? `who talked with an agent within ${hoursText(rule.returningHours)}` : null,
    hoursWords(rule, choices),
  ].filter((part) => part !== null);
  return {
    conditions: rule.callers?.length ? conditions : ['Every caller', ...conditions],
    to: destinationWords(rule, choices),
    wishes: wishesOf(rule),
  };
}

/** All of it in one line: `Callers from +4930* on mon-fri 09:00-18:00 → team Help, waiting counted 60 s ahead`. */
export function ruleSentence(rule: Rule, choices: RouteChoices): string {
  const { conditions, to, wishes } = ruleWords(rule, choices);
  return [`${conditions.join(' ')} → ${to.text}`, ...wishes].join(', ');
}

/** Where a call goes that no rule takes. */
export function otherwiseWords(choices: RouteChoices): RuleWords['to'] {
  const { menu, team } = choices.otherwise;
  if (menu) return { kind: 'menu', text: `menu ${menu}` };
  return team
    ? { kind: 'team', text: `team ${nameIn(choices.teams, team)}` }
    : { kind: 'line', text: "the line's agents" };
}

function destinationWords(rule: Rule, choices: RouteChoices): RuleWords['to'] {
  const { kind, id } = destinationOf(rule);
  switch (kind) {
    case 'team':
      return { kind, text: `team ${nameIn(choices.teams, id)}` };
    case 'agent':
      return { kind, text: nameIn(choices.agents, id) };
    case 'bot':
      return { kind, text: `bot ${nameIn(choices.bots, id)}` };
    case 'menu':
      return { kind, text: `menu ${id}` };
    case 'voicemail':
      return { kind, text: 'voicemail' };
    case 'say':
      return { kind, text: saidWords(id) };
    case 'line': {
      const first = rule.returningHours ? 'their agent first, then ' : '';
      return { kind, text: `${first}${otherwiseWords(choices).text}` };
    }
  }
}

function wishesOf(rule: Rule): string[] {
  const { skill, skillSeconds, prioritySeconds, language } = rule;
  return [
    prioritySeconds === 3600
      ? 'before everybody who waits'
      : prioritySeconds
        ? `waiting counted ${prioritySeconds} s ahead`
        : null,
    skill
      ? skillSeconds === undefined || skillSeconds === null
        ? `only agents with ${skill}`
        : `agents with ${skill} for ${skillSeconds} s, then the others`
      : null,
    rule.say !== undefined && isText(rule.say) && language && language !== 'en' ? `spoken in ${language}` : null,
  ].filter((part) => part !== null);
}

/** What `say` begins with when it is a sound that was uploaded; a file of the server's begins with `file:`. */
export const soundPrefix = 'sound:';

/** Whether it is spoken; otherwise it is played. */
export function isText(say: string): boolean {
  return !say.startsWith('file:') && !say.startsWith(soundPrefix);
}

function saidWords(say: string): string {
  if (say.startsWith(soundPrefix)) return `sound ${say.slice(soundPrefix.length) || '…'}`;
  return isText(say) ? `say “${shortened(say)}”` : `recording ${soundName(say)}`;
}

/** `file:/a/b/closed.wav` is `closed.wav` to people. */
export function soundName(file: string): string {
  return file.split('/').at(-1) ?? file;
}

function nameIn(all: readonly Named[], id: string): string {
  return all.find((one) => one.id === id)?.name ?? id;
}

function listed(all: readonly string[]): string {
  const more = all.length - 3;
  return more > 1 ? `${all.slice(0, 3).join(', ')} and ${more} more` : all.join(', ');
}

function hoursText(hours: number): string {
  return hours >= 48 && hours % 24 === 0 ? `${hours / 24} days` : `${hours} h`;
}

function hoursWords({ hours }: Rule, choices: RouteChoices): string | null {
  if (!hours?.weekly?.length) return null;
  const week = hours.weekly.map(tidyWeek).join('; ');
  const dates = hours.holidays?.length ?? 0;
  const besides = [
    hours.timezone && hours.timezone !== choices.timezone ? hours.timezone : null,
    dates === 0 ? null : dates === 1 ? 'one date differs' : `${dates} dates differ`,
  ].filter((part) => part !== null);
  return `${week === 'mon-sun 00:00-24:00' ? 'at all hours' : `on ${week}`}${besides.length ? ` (${besides.join(', ')})` : ''}`;
}

function shortened(text: string): string {
  const plain = text.replace(/\s+/g, ' ').trim();
  return plain.length <= 60 ? plain : `${plain.slice(0, 57).trimEnd()}…`;
}

/** What ringway calls the last resort. */
/** Which rule a story is about: its id, `otherwise`, or null when no rule took the call. */
export function takerOf(draft: Draft, story: RouteStory): number | 'otherwise' | null {
  if (story.rule === null) return null;
  return story.place === null ? 'otherwise' : (draft.rules[story.place]?.id ?? null);
}

/** A time on the clock of a place, `2026-11-28T09:00`, with what that clock differs from UTC: `2026-11-28T09:00:00+01:00`. */
export function timeIn(zone: string, local: string): string {
  const asUtc = Date.parse(`${local}Z`);
  // The difference is asked for twice: once at about that time, and once at the time that follows from it, for the night in which clocks change.
  const guess = asUtc - differenceMs(zone, asUtc);
  const minutes = Math.round(differenceMs(zone, guess) / 60_000);
  const two = (n: number) => String(n).padStart(2, '0');
  const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
  return `${local.length === 16 ? `${local}:00` : local}${offset}`;
}

function differenceMs(zone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second')) - (at - (at % 1000));
}
