using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Ringway.Calls;
using Ringway.Hours;
using Ringway.News;

namespace Ringway.Options;

/// <summary>All that an operator can choose, as read from ringway.yaml, the environment and the command line.</summary>
public sealed record RingwayOptions
{
    [Key("listen", "Address and port of the agents' page, the API and the phone's SIP socket")]
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 8080);

    [Key("data", "Folder of everything that ringway keeps: database, certificates, Asterisk's files, logs")]
    public string Data { get; init; } = "data";

    [Key("packages", "Folder of the fetched Asterisk; several installations may share one", DefaultIs = "`packages` in the data folder")]
    public string? Packages { get; init; }

    [Key("node", "Name of this machine, without dashes; call ids begin with it, so two machines never mint the same one", IsId = true)]
    public string Node { get; init; } = "n1";

    [Key("lines", "The business numbers; without any, ringway runs as a demonstration against its simulator")]
    public ImmutableArray<LineOptions> Lines { get; init; } = [];

    [Key("agents", "Who may sign in; without any, ada and bob are made with generated passwords")]
    public ImmutableArray<AgentOptions> Agents { get; init; } = [];

    [Key("teams", "Who takes calls together, and how callers wait for them")]
    public ImmutableArray<TeamOptions> Teams { get; init; } = [];

    [Key("pauseReasons", "What agents choose from when they take no calls for a while; without the key break, lunch, meeting and training, with `[]` nobody is asked")]
    public ImmutableArray<PauseReasonOptions> PauseReasons { get; init; } =
        [new() { Id = "break", Name = "Break" }, new() { Id = "lunch", Name = "Lunch" }, new() { Id = "meeting", Name = "Meeting" }, new() { Id = "training", Name = "Training" }];

    [Key("menus", "What callers can choose from by key")]
    public ImmutableArray<MenuOptions> Menus { get; init; } = [];

    [Key("bots", "Programs of your own that talk with callers; see [bots.md](bots.md)")]
    public ImmutableArray<BotOptions> Bots { get; init; } = [];

    [Key("whatsapp", "Where WhatsApp is")]
    public WhatsAppOptions WhatsApp { get; init; } = new();

    [Key("webhooks", "Addresses of your own programs that are told what happens; see [webhooks-out.md](webhooks-out.md)")]
    public ImmutableArray<WebhookOptions> Webhooks { get; init; } = [];

    [Key("trunk", "Our end of the trunk to WhatsApp")]
    public TrunkOptions Trunk { get; init; } = new();

    [Key("calls", "How long things may take")]
    public CallOptions Calls { get; init; } = new();

    [Key("recordings", "How recordings of calls are kept")]
    public RecordingsOptions Recordings { get; init; } = new();

    [Key("signIn", "How agents sign in")]
    public SignInOptions SignIn { get; init; } = new();

    [Key("asterisk", "The Asterisk that ringway runs")]
    public AsteriskOptions Asterisk { get; init; } = new();

    [Key("store", "Where agents, sign-ins and finished calls are kept")]
    public StoreOptions Store { get; init; } = new();

    [Key("simulator", "The simulated WhatsApp")]
    public SimulatorOptions Simulator { get; init; } = new();

    /// <summary>Whether the simulator takes part: asked for, or there is no line of the operator's own.</summary>
    public bool WithSimulator => Simulator.Enabled switch
    {
        SimulatorMode.On => true,
        SimulatorMode.Off => false,
        _ => Lines.IsEmpty || Lines.All(line => line.IsDemo),
    };

    /// <summary>Who takes a line's calls: its team, or its agents without a queue. No team's own id has a colon.</summary>
    /// <param name="line">The line's id.</param>
    /// <param name="chosen">The team that the caller chose in a menu.</param>
    public TeamOptions TeamOf(string line, string? chosen = null) => Line(line) is not { } known ? new() { Id = ":" }
        : AgentFirst.Read(chosen) is { } named ? named.Before(TeamOf(line, named.Then))
        : Teams.FirstOrDefault(team => team.Id == (chosen ?? known.Team)) ?? new() { Id = $":{known.Id}", Agents = known.Agents };

    /// <summary>How well an agent can do something, 0 for not at all.</summary>
    public int LevelOf(AgentId agent, string skill) =>
        Agents.FirstOrDefault(known => known.Id == agent.Value)?.Skills.FirstOrDefault(known => known.Name == skill).Level ?? 0;

    /// <summary>Whether one may listen to another's calls: by a team that has the one as a supervisor and the other as a member.</summary>
    public bool Supervises(AgentId supervisor, AgentId agent) => supervisor != agent && Teams.Any(team =>
        team.Supervisors.Contains(supervisor.Value) && (team.Agents.IsEmpty || team.Agents.Contains(agent.Value)));

    public BotOptions? Bot(AgentId id) => Bots.FirstOrDefault(bot => bot.Id == id.Value);

    public LineOptions? Line(string id) => Lines.FirstOrDefault(line => line.Id == id);

    /// <summary>The account that a line's number belongs to; null when Meta's Graph API has no part in the line.</summary>
    public AccountOptions? AccountOf(LineOptions line) => line.PhoneNumberId is null ? null
        : WhatsApp.Accounts.FirstOrDefault(account => line.Account is null || account.Id == line.Account);
}

/// <summary>One business number.</summary>
public sealed record LineOptions
{
    [Key("id", "Short name of the line, used in the API and in Asterisk's files", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("number", "The business number with country code", Required = true)]
    public PhoneNumber Number { get; init; }

    [Key("name", "What agents see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("media", "How WhatsApp encrypts the sound of this number: `sdes` or `dtls`, as set at Meta")]
    public LineMedia Media { get; init; } = LineMedia.Sdes;

    [Key("phoneNumberId", "Meta's id of the number; with it ringway asks for call permission and keeps Meta's settings", DefaultIs = "none: only SIP is used")]
    public string? PhoneNumberId { get; init; }

    [Key("account", "Which of `whatsapp.accounts` the number belongs to", DefaultIs = "the first one", IsId = true)]
    public string? Account { get; init; }

    [Key("password", "The SIP password that Meta made for the number; `file:PATH` or `env:NAME` keep it out of this file",
        DefaultIs = "the one that `ringway whatsapp apply` has fetched")]
    public Secret Password { get; init; } = new("");

    [Key("agents", "Whom calls to this number ring, by their ids; while ringway itself is away, the safety net rings everybody all the same",
        DefaultIs = "everybody", IsId = true)]
    public ImmutableArray<string> Agents { get; init; } = [];

    [Key("team", "Which of `teams` takes calls to this number, instead of `agents`", DefaultIs = "none: `agents`, without a queue", IsId = true)]
    public string? Team { get; init; }

    [Key("routes", "Rules for this number's calls: the first whose every condition holds says where the call goes; without one it goes as the line says")]
    public ImmutableArray<RouteOptions> Routes { get; init; } = [];

    [Key("menu", "Which of `menus` asks callers first", DefaultIs = "none: agents ring at once", IsId = true)]
    public string? Menu { get; init; }

    [Key("hours", "When users may call")]
    public HoursOptions Hours { get; init; } = new();

    [Key("nightSwitch", "Agents who may close this number by hand, and open it, against its hours", DefaultIs = "everybody", IsId = true)]
    public ImmutableArray<string> NightSwitch { get; init; } = [];

    [Key("voicemail", "What callers can do whom nobody takes")]
    public VoicemailOptions Voicemail { get; init; } = new();

    [Key("recording", "Whether calls of this number are recorded")]
    public RecordingOptions Recording { get; init; } = new();

    [Key("callIcon", "Whether WhatsApp shows the call icon in the chat: `shown`, `hidden`, or `keep` what is set at Meta; it blocks no call")]
    public CallIcon CallIcon { get; init; } = CallIcon.Keep;

    [Key("callbackPermission", "Whether a user who calls may be called back without being asked: `on`, `off`, or `keep` what is set at Meta")]
    public AtMeta CallbackPermission { get; init; } = AtMeta.Keep;

    [Key("extraCodecs", "What WhatsApp offers beside Opus: `none`, `g711` (PCMA and PCMU), or `keep` what is set at Meta; ringway takes Opus")]
    public ExtraCodecs ExtraCodecs { get; init; } = ExtraCodecs.Keep;

    /// <summary>Made up by ringway itself, for trying it out.</summary>
    public bool IsDemo { get; init; }

    /// <summary>Not the operator's word: what Meta told last is newer. See <c>LinePasswords</c>.</summary>
    public bool IsPasswordFilled { get; init; }
}

/// <summary>One rule of a line: conditions, of which all must hold, and where the call goes then.</summary>
public sealed record RouteOptions
{
    [Key("name", "What people call the rule", DefaultIs = "its place in the list")]
    public string? Name { get; init; }

    [Key("callers", "Only for these callers: numbers like `+4915112345678`, or masks like `+4930*`, with `?` for one digit; or user ids like `DE.1349…`", DefaultIs = "every caller")]
    public ImmutableArray<string> Callers { get; init; } = [];

    [Key("payloads", "Only for calls by a button or link with this payload, like `order-*`", DefaultIs = "every call")]
    public ImmutableArray<string> Payloads { get; init; } = [];

    [Key("returningHours", "Only for callers who have talked with an agent within this time; that agent is asked before the others", Min = 1, Max = 8760, DefaultIs = "every caller")]
    public TimeSpan? Returning { get; init; }

    [Key("hours", "When the rule is in force, instead of the line's hours; the line's `timezone` counts where none is given")]
    public HoursOptions Hours { get; init; } = new();

    [Key("team", "Rings this team", DefaultIs = "none", IsId = true)]
    public string? Team { get; init; }

    [Key("agent", "Rings this agent; who does not take the call leaves it to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Agent { get; init; }

    [Key("bot", "Gives the caller to this one of `bots`; whom it does not take is left to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Bot { get; init; }

    [Key("menu", "Asks by this menu", DefaultIs = "none", IsId = true)]
    public string? Menu { get; init; }

    [Key("voicemail", "`on`: to the line's voicemail")]
    public VoicemailMode Voicemail { get; init; } = VoicemailMode.Off;

    [Key("say", "Says this and ends the call: a text to be spoken, or `file:PATH` of a WAV file of your own", DefaultIs = "none")]
    public string? Say { get; init; }

    [Key("language", "In which language that text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("prioritySeconds", "In a queue the caller counts as having waited for so long already; 3600 is before everybody", Min = 0, Max = 3600)]
    public TimeSpan Priority { get; init; }

    [Key("skill", "Only agents with this skill in `agents[].skills` are asked, the best first", DefaultIs = "none", IsId = true)]
    public string? Skill { get; init; }

    [Key("skillSeconds", "After waiting for so long, or when nobody with the skill is signed in, the others of the team are asked too", Min = 0, Max = 3600, DefaultIs = "never")]
    public TimeSpan? SkillFor { get; init; }
}

/// <summary>What a caller can choose from by key.</summary>
public sealed record MenuOptions
{
    [Key("id", "Short name of the menu, used in `lines[].menu` and `menus[].keys[].menu`", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("say", "What the caller hears: a text to be spoken, or `file:PATH` of a WAV file of your own", Required = true)]
    public string Say { get; init; } = "";

    [Key("language", "In which language a text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("keys", "Where each key leads; it may be pressed while the menu speaks", Required = true)]
    public ImmutableArray<MenuKeyOptions> Keys { get; init; } = [];

    [Key("tries", "How often it is said when no key or a wrong one is pressed; then the call goes on as without a menu", Min = 1, Max = 9)]
    public int Tries { get; init; } = 3;
}

/// <summary>Where a key of a menu leads: to one of these.</summary>
public sealed record MenuKeyOptions
{
    [Key("key", "`0` to `9`, `*` or `#`", Required = true)]
    public string Digit { get; init; } = "";

    [Key("team", "Rings this team", DefaultIs = "none", IsId = true)]
    public string? Team { get; init; }

    [Key("agent", "Rings this agent; who does not take the call leaves it to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Agent { get; init; }

    [Key("bot", "Gives the caller to this one of `bots`; whom it does not take is left to the line's team or agents", DefaultIs = "none", IsId = true)]
    public string? Bot { get; init; }

    [Key("menu", "Asks again, by another menu", DefaultIs = "none", IsId = true)]
    public string? Menu { get; init; }

    [Key("voicemail", "`on`: to the line's voicemail")]
    public VoicemailMode Voicemail { get; init; } = VoicemailMode.Off;
}

/// <summary>A line's voicemail: for callers when it is closed, when all are busy or nobody answers.</summary>
public sealed record VoicemailOptions
{
    [Key("enabled", "`on`: whom nobody takes hears a greeting and may speak a message; `off`: the call is refused")]
    public VoicemailMode Enabled { get; init; } = VoicemailMode.Off;

    [Key("greeting", "What is said when nobody takes the call, before the tone: a text to be spoken, or `file:PATH` of a WAV file of your own")]
    public string Greeting { get; init; } = "Nobody can take your call right now. Please leave a message after the tone.";

    [Key("closedGreeting", "The same outside of the line's hours")]
    public string ClosedGreeting { get; init; } = "You are calling outside of our hours. Please leave a message after the tone.";

    [Key("language", "In which language a text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("callBack", "`on`: whoever leaves a message is on the list of those who are to be called back, until somebody has talked with her; `off`: the message is in the history alone")]
    public VoicemailMode CallBack { get; init; } = VoicemailMode.On;

    [Key("longestSeconds", "How long a message may be", Min = 5, Max = 600)]
    public TimeSpan Longest { get; init; } = TimeSpan.FromSeconds(120);
}

/// <summary>Whether a line's calls are recorded; each side on a channel of its own.</summary>
public sealed record RecordingOptions
{
    [Key("when", "`never`; `onDemand`: when the agent wants it; `always`: every call, from the first word on")]
    public RecordWhen When { get; init; } = RecordWhen.Never;

    [Key("notice", "What both hear at its beginning: a text to be spoken, or `file:PATH` of a WAV file of your own; empty: nothing, where the law allows that. A call in which it cannot be played is not recorded")]
    public string Notice { get; init; } = "This call is recorded.";

    [Key("language", "In which language a text is spoken, like `en` or `de`")]
    public string Language { get; init; } = "en";

    [Key("listeners", "Who may listen to the recordings of all, by their ids; an agent always may to those of her own calls", DefaultIs = "nobody else", IsId = true)]
    public ImmutableArray<string> Listeners { get; init; } = [];

    public RecordingPolicy Policy => new(When, Announced: Notice.Length > 0);
}

/// <summary>How recordings of calls are kept.</summary>
public sealed record RecordingsOptions
{
    [Key("format", "`opus`: Ogg Opus, 0.4 MB a minute; `wav`: 3.8 MB a minute")]
    public RecordingFormat Format { get; init; } = RecordingFormat.Opus;

    [Key("keepDays", "After how many days a recording is deleted", Min = 1, Max = 3650)]
    public int KeepDays { get; init; } = 90;

    [Key("encrypted", "`on`: recordings are encrypted on disk (AES-256-GCM), with a key in the data folder's secrets; without that key nobody can hear them")]
    public OnOff Encrypted { get; init; } = OnOff.Off;
}

/// <summary>In which form a recording is kept.</summary>
public enum RecordingFormat { Opus, Wav }

/// <summary>A switch.</summary>
public enum OnOff { Off, On }

/// <summary>Whether a line has a voicemail.</summary>
public enum VoicemailMode { Off, On }

/// <summary>Agents who take calls together, and how callers wait for them.</summary>
public sealed record TeamOptions
{
    [Key("id", "Short name of the team, used in `lines[].team`", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What people see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("agents", "Its members, by their ids; for `fixedOrder` the order counts", DefaultIs = "everybody", IsId = true)]
    public ImmutableArray<string> Agents { get; init; } = [];

    [Key("strategy", "Whom of those who are free a call rings: `ringAll`, or one at a time by `longestIdle`, `roundRobin`, `fewestCalls` or `fixedOrder`")]
    public Strategy Strategy { get; init; } = Strategy.RingAll;

    [Key("ringSeconds", "How long an agent rings before the next one does", Min = 5, Max = 120, DefaultIs = "`calls.ringSeconds`")]
    public TimeSpan? Ring { get; init; }

    [Key("waitSeconds", "How long a caller may wait with music until somebody is free, ringing included; 0: nobody waits", Min = 0, Max = 3600)]
    public TimeSpan Wait { get; init; }

    [Key("queueSize", "How many may wait at once; who comes then goes to `overflow`, or is told that all are busy", Min = 1, Max = 1000)]
    public int QueueSize { get; init; } = 20;

    [Key("overflow", "Which of `teams` has the call when nobody of this one takes it within `waitSeconds`, when `queueSize` wait already or when nobody is signed in",
        DefaultIs = "none: the line's voicemail, or the end", IsId = true)]
    public string? Overflow { get; init; }

    [Key("supervisors", "Agents who may listen to the calls of this team's members, speak to them alone, and come into their calls", DefaultIs = "nobody", IsId = true)]
    public ImmutableArray<string> Supervisors { get; init; } = [];

    [Key("wrapUpSeconds", "How long an agent is left alone after a call, to write down what was said", Min = 0, Max = 3600)]
    public TimeSpan WrapUp { get; init; }

    [Key("announcements", "What callers are told while they wait")]
    public AnnouncementOptions Announcements { get; init; } = new();

    [Key("callBackKey", "The key, `0` to `9`, by which a caller who waits may ask to be called back instead; the announcements say so", DefaultIs = "none")]
    public string? CallBackKey { get; init; }

    /// <summary>In the team's order; empty for everybody.</summary>
    public ImmutableArray<AgentId> Members => [.. Agents.Select(id => new AgentId(id))];
}

/// <summary>Why an agent takes no calls.</summary>
public sealed record PauseReasonOptions
{
    [Key("id", "Short name of the reason, for programs", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What people see, at most 24 characters", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }
}

/// <summary>What callers are told while they wait. Music stops for it and goes on after it.</summary>
public sealed record AnnouncementOptions
{
    /// <summary>Sentences are made for each place beforehand; who is farther behind is told no place.</summary>
    public const int FarthestPlace = 50;

    public const string PlaceMark = "{place}", MinutesMark = "{minutes}", KeyMark = "{key}";

    /// <summary>What is said of a wait, in minutes: who waits longer than the last is told nothing.</summary>
    public static readonly ImmutableArray<int> SpokenMinutes = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15, 20, 25, 30, 40, 50, 60];

    [Key("everySeconds", "How long a caller hears music before each announcement, at least 5; 0: there are none", Min = 0, Max = 600)]
    public TimeSpan Every { get; init; }

    [Key("tell", "Her `place` among those who wait, about how long the `wait` will be, `both`, or `neither`; of the wait nothing is said as long as nothing is known")]
    public WaitTold Tell { get; init; } = WaitTold.Both;

    [Key("say", "What is said before that: a text to be spoken, or `file:PATH` of a WAV file of your own", DefaultIs = "nothing")]
    public string? Say { get; init; }

    [Key("next", "What she is told who is first: a text or `file:PATH`")]
    public string Next { get; init; } = "You are next.";

    [Key("place", "What the others are told: a text, or the `file:PATH` of recordings, with `{place}` in it; who is farther behind than 50 is told no place")]
    public string Place { get; init; } = "You are number {place} in the queue.";

    [Key("minute", "What is said of a wait of up to a minute: a text or `file:PATH`")]
    public string Minute { get; init; } = "The wait is about one minute.";

    [Key("minutes", "The same of a longer one, with `{minutes}` in it: 2 to 10, 15, 20, 25, 30, 40, 50 or 60")]
    public string Minutes { get; init; } = "The wait is about {minutes} minutes.";

    [Key("callBack", "What is said last, of the key to be called back, with `{key}` in it: a text or `file:PATH`")]
    public string CallBack { get; init; } = "To be called back instead, press {key}.";

    [Key("promise", "What a caller hears who has pressed it; then the call ends: a text or `file:PATH`")]
    public string Promise { get; init; } = "Thank you. We will call you back. Goodbye.";

    [Key("language", "In which language texts are spoken, like `en` or `de`; the texts above are English")]
    public string Language { get; init; } = "en";

    public string OfPlace(int place) => place == 1 ? Next : Place.Replace(PlaceMark, Number(place), StringComparison.Ordinal);

    public string OfMinutes(int minutes) => minutes == 1 ? Minute : Minutes.Replace(MinutesMark, Number(minutes), StringComparison.Ordinal);

    public string OfKey(string key) => CallBack.Replace(KeyMark, key, StringComparison.Ordinal);

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a caller who waits is told of her wait.</summary>
public enum WaitTold { Both, Place, Wait, Neither }

/// <summary>When users may call: one schedule for WhatsApp's call hours and for our own routing.</summary>
public sealed record HoursOptions
{
    [Key("timezone", "The place whose clock counts, like `Europe/Berlin`", DefaultIs = "required when there are hours")]
    public string? Timezone { get; init; }

    [Key("weekly", "The week, a line for days with the same times: `mon-fri 09:00-12:30, 13:30-18:00`; at most two times a day, and 24:00 is its end",
        DefaultIs = "none: always, and what is set at Meta stays")]
    public ImmutableArray<WeekLine> Weekly { get; init; } = [];

    [Key("holidays", "Dates that differ: `2026-12-24 09:00-12:00`, or closed: `2026-12-25`; WhatsApp gets the next 20", DefaultIs = "none")]
    public ImmutableArray<Holiday> Holidays { get; init; } = [];

    /// <summary>Null: always open. Only after the rules have passed it.</summary>
    public Schedule? Schedule => Weekly.IsEmpty || Timezone is null ? null
        : new Schedule(TimeZoneInfo.FindSystemTimeZoneById(Timezone), Weekly, Holidays);
}

/// <summary>Something that is set at Meta, and may be left as it is there.</summary>
public enum AtMeta { Keep, On, Off }

/// <summary>Whether the call icon is shown in WhatsApp.</summary>
public enum CallIcon { Keep, Shown, Hidden }

/// <summary>What Meta offers beside Opus.</summary>
public enum ExtraCodecs { Keep, None, G711 }

/// <summary>How the sound of a line is encrypted; set per number in Meta's settings.</summary>
public enum LineMedia { Sdes, Dtls }

/// <summary>Somebody who may sign in.</summary>
public sealed record AgentOptions
{
    [Key("id", "What the agent signs in with", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What colleagues see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("skills", "What the agent can do, and how well from 1 to 9: `german 3`; for `lines[].routes[].skill`", DefaultIs = "none")]
    public ImmutableArray<Skill> Skills { get; init; } = [];

    [Key("password", "At least 8 characters; `file:PATH` or `env:NAME` keep it out of this file", Required = true)]
    public Secret Password { get; init; } = new("");
}

/// <summary>
/// A program of the operator's that talks with callers: Asterisk opens a WebSocket to it for each call and sends and takes its sound
/// (Asterisk, "WebSocket channel driver").
/// </summary>
public sealed record BotOptions
{
    [Key("id", "Short name of the bot, used in `lines[].routes[].bot`; no agent may have the same", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("name", "What agents see", DefaultIs = "the id")]
    public string Name { get => field ?? Id; init; }

    [Key("url", "Where it listens for calls: `wss://…`, or `ws://` on this machine (`127.0.0.1`, `localhost`)", Required = true)]
    public string Url { get; init; } = "";

    [Key("user", "Sent to it as the user of HTTP's basic authentication", DefaultIs = "none")]
    public string? User { get; init; }

    [Key("password", "And the password; `file:PATH` or `env:NAME` keep it out of this file", DefaultIs = "none")]
    public Secret Password { get; init; } = new("");

    [Key("sound", "What is sent both ways: `slin`, `slin16`, `slin24`, `slin48` (16-bit samples, 8 to 48 thousand a second) or `ulaw`")]
    public BotSound Sound { get; init; } = BotSound.Slin16;

    [Key("token", "With it the bot asks ringway to transfer, hold or end its calls: `Authorization: Bearer …`, at least 16 characters; `file:PATH` or `env:NAME` keep it out of this file", DefaultIs = "none: it may only talk and hang up")]
    public Secret Token { get; init; } = new("");
}

/// <summary>Named as Asterisk names its formats.</summary>
public enum BotSound { Slin, Slin16, Slin24, Slin48, Ulaw }

/// <summary>Where WhatsApp is.</summary>
public sealed record WhatsAppOptions
{
    [Key("host", "Host name of WhatsApp's SIP edge, as it stands in its certificate")]
    public string Host { get; init; } = "wa.meta.vc";

    [Key("port", "Its TLS port", Min = 1, Max = 65535)]
    public int Port { get; init; } = 5061;

    [Key("address", "Where the host really is, when that is not what DNS says; for tests and the simulator", DefaultIs = "what DNS says")]
    public IPAddress? Address { get; init; }

    [Key("ca", "File of the authorities that may have signed its certificate", DefaultIs = "the system's", IsFile = true)]
    public string? Ca { get; init; }

    [Key("graph", "Address of Meta's Graph API; with the simulator, the simulator's")]
    public string Graph { get; init; } = "https://graph.facebook.com";

    [Key("graphVersion", "Version of the Graph API")]
    public string GraphVersion { get; init; } = "v25.0";

    [Key("webhookUrl", "The public address at which Meta delivers webhooks: this server's `/webhooks/whatsapp`", DefaultIs = "none: Meta's replies to permission requests are not heard")]
    public string? WebhookUrl { get; init; }

    [Key("accounts", "WhatsApp Business accounts and the app that speaks for each; needed for permissions and for Meta's settings")]
    public ImmutableArray<AccountOptions> Accounts { get; init; } = [];
}

/// <summary>A WhatsApp Business account, and the app through which we speak for it.</summary>
public sealed record AccountOptions
{
    [Key("id", "Short name of the account, used in `lines[].account`", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("businessAccountId", "Meta's id of the WhatsApp Business account (WABA)", Required = true)]
    public string BusinessAccountId { get; init; } = "";

    [Key("appId", "Meta's id of the app", DefaultIs = "read from the token")]
    public string? AppId { get; init; }

    [Key("token", "Access token of a system user; `file:PATH` or `env:NAME` keep it out of this file", Required = true)]
    public Secret Token { get; init; } = new("");

    [Key("appSecret", "The app's secret, by which webhooks are known to come from Meta; `file:PATH` or `env:NAME`", DefaultIs = "none: webhooks are refused")]
    public Secret? AppSecret { get; init; }

    [Key("previousAppSecret", "The app's secret before it was changed, as long as Meta may still sign with it", DefaultIs = "none")]
    public Secret? PreviousAppSecret { get; init; }

    [Key("verifyToken", "What Meta shows when it verifies the webhook address; any text of your own", DefaultIs = "none: the verification is refused")]
    public Secret? VerifyToken { get; init; }
}

/// <summary>A program of the operator's that is told what happens.</summary>
public sealed record WebhookOptions
{
    [Key("id", "Short name of the webhook, shown in the outbox and in the log", Required = true, IsId = true)]
    public string Id { get; init; } = "";

    [Key("url", "Where events are sent: https, or http to this machine (`127.0.0.1`, `localhost`)", Required = true)]
    public string Url { get; init; } = "";

    [Key("secret", "Signs each event, at least 16 characters; `file:PATH` or `env:NAME` keep it out of this file", Required = true)]
    public Secret Secret { get; init; } = new("");

    [Key("events", "Which events are sent", DefaultIs = "all")]
    public ImmutableArray<NewsKind> Events { get; init; } = [];

    public bool Wants(NewsKind kind) => Events.IsEmpty || Events.Contains(kind);
}

/// <summary>Our end of the trunk to WhatsApp.</summary>
public sealed record TrunkOptions
{
    [Key("host", "The name under which WhatsApp reaches this machine, as entered at Meta")]
    public string Host { get; init; } = "localhost";

    [Key("bind", "Address that listens for WhatsApp")]
    public IPAddress Bind { get; init; } = IPAddress.Any;

    [Key("port", "TLS port that listens for WhatsApp", Min = 1, Max = 65535)]
    public int Port { get; init; } = 5061;

    [Key("externalAddress", "Public address of this machine when it stands behind address translation", DefaultIs = "none: no translation")]
    public IPAddress? ExternalAddress { get; init; }

    [Key("localNets", "Networks that are reached without translation, like `10.0.0.0/8`")]
    public ImmutableArray<IPNetwork> LocalNets { get; init; } = [];

    [Key("certificate", "Certificate chain for the host name, PEM", DefaultIs = "one of ringway's own development authority", IsFile = true)]
    public string? Certificate { get; init; }

    [Key("key", "Private key of that certificate, PEM", DefaultIs = "the development certificate's", IsFile = true)]
    public string? Key { get; init; }
}

/// <summary>How long things may take.</summary>
public sealed record CallOptions
{
    /// <summary>Meta ends an unanswered call after 30 to 60 s by itself; 30 s lets our own answer come first.</summary>
    [Key("ringSeconds", "How long agents ring before the caller is told that nobody answers", Min = 5, Max = 120)]
    public TimeSpan Ring { get; init; } = TimeSpan.FromSeconds(30);

    [Key("dialSeconds", "How long a called WhatsApp user may ring", Min = 5, Max = 120)]
    public TimeSpan Dial { get; init; } = TimeSpan.FromSeconds(60);

    [Key("agentConnectSeconds", "How long the browser of an agent who places a call may take to answer it by itself", Min = 2, Max = 60)]
    public TimeSpan AgentConnect { get; init; } = TimeSpan.FromSeconds(10);

    [Key("longestHours", "After this time a call is ended whatever happens, so that a forgotten one does not last for days", Min = 1, Max = 24)]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(4);

    [Key("consultSeconds", "How long a colleague rings whom an agent wants to ask during a call", Min = 5, Max = 120)]
    public TimeSpan Consult { get; init; } = TimeSpan.FromSeconds(20);

    [Key("transferWaitSeconds", "How long a caller who was transferred and whom nobody takes waits with music before the call ends, where the line's team says nothing else", Min = 10, Max = 3600)]
    public TimeSpan TransferWait { get; init; } = TimeSpan.FromSeconds(90);

    [Key("menuKeySeconds", "How long a caller may think after a menu has spoken, before it speaks again", Min = 2, Max = 60)]
    public TimeSpan MenuKey { get; init; } = TimeSpan.FromSeconds(6);

    [Key("keepMessageDays", "After how many days a message that a caller has left is deleted", Min = 1, Max = 3650)]
    public int KeepMessageDays { get; init; } = 30;

    [Key("parkSeconds", "How long a parked call waits to be picked up, before it rings at the agent who parked it, or else at the team", Min = 10, Max = 3600)]
    public TimeSpan Park { get; init; } = TimeSpan.FromSeconds(120);

    [Key("rejoinSeconds", "How long a caller hears music when the browser of her agent was reloaded or vanished, before others are asked; an agent who is back by then is connected again", Min = 2, Max = 300)]
    public TimeSpan Rejoin { get; init; } = TimeSpan.FromSeconds(20);
}

/// <summary>How agents sign in.</summary>
public sealed record SignInOptions
{
    [Key("longestHours", "After this time an agent signs in anew; long enough for a shift", Min = 1, Max = 168)]
    public TimeSpan Longest { get; init; } = TimeSpan.FromHours(16);

    [Key("wrongTriesPerMinute", "Wrong passwords for one agent from one address before further tries are refused for a minute", Min = 1, Max = 1000)]
    public int WrongTriesPerMinute { get; init; } = 10;
}

/// <summary>The Asterisk that ringway runs.</summary>
public sealed record AsteriskOptions
{
    [Key("source", "`private`: fetched and run from the data folder; `system`: the one that is installed, at least 22.10.1")]
    public AsteriskSource Source { get; init; } = AsteriskSource.Private;

    [Key("mirror", "Debian archive that Asterisk is fetched from, such as http://mirror.example.org/debian; default: the one this machine's apt uses")]
    public string? Mirror { get; init; }

    [Key("suite", "Debian suite with Asterisk 22.10.1 or newer")]
    public string Suite { get; init; } = "unstable";

    [Key("keyring", "File with the keys that the archive is signed with; default: Debian's")]
    public string? Keyring { get; init; }

    [Key("httpPort", "Loopback port of Asterisk's HTTP server: ARI, and the phones' SIP behind ringway", Min = 1, Max = 65535)]
    public int HttpPort { get; init; } = 8088;

    [Key("rtpStart", "First UDP port for sound; a call takes four", Min = 1024, Max = 65534)]
    public int RtpStart { get; init; } = 20000;

    [Key("rtpEnd", "Last UDP port for sound", Min = 1025, Max = 65535)]
    public int RtpEnd { get; init; } = 20999;

    /// <summary>Asterisk works off one application's events in one thread (design.md, decision 9).</summary>
    [Key("applications", "Over how many control sockets calls are spread", Min = 1, Max = 16)]
    public int Applications { get; init; } = 4;
}

/// <summary>Whose Asterisk it is.</summary>
public enum AsteriskSource { Private, System }

/// <summary>Where agents, sign-ins and finished calls are kept.</summary>
public sealed record StoreOptions
{
    [Key("url", "`sqlite`, `sqlite:FILE`, or a PostgreSQL connection: `postgres://user@host/name` or `Host=…;Database=…`; `file:PATH` or `env:NAME` keep it out of this file", DefaultIs = "`sqlite`: `ringway.db` in the data folder")]
    public Secret Url { get; init; } = new("sqlite");
}

/// <summary>The simulated WhatsApp.</summary>
public sealed record SimulatorOptions
{
    [Key("enabled", "`auto`: when there are no lines of your own; `on`; `off`")]
    public SimulatorMode Enabled { get; init; } = SimulatorMode.Auto;

    [Key("port", "Loopback port of its page and API", Min = 1, Max = 65535)]
    public int Port { get; init; } = 8090;

    [Key("sipPort", "Loopback TLS port where it plays WhatsApp", Min = 1, Max = 65535)]
    public int SipPort { get; init; } = 5071;

    [Key("innerPort", "Loopback port of its SIP edge towards its handsets", Min = 1, Max = 65535)]
    public int InnerPort { get; init; } = 5072;

    [Key("handsetsSipPort", "Loopback SIP port of its own Asterisk", Min = 1, Max = 65535)]
    public int HandsetsSipPort { get; init; } = 5073;

    [Key("handsetsHttpPort", "Loopback HTTP port of its own Asterisk", Min = 1, Max = 65535)]
    public int HandsetsHttpPort { get; init; } = 8098;

    [Key("rtpStart", "First UDP port for sound of its own Asterisk", Min = 1024, Max = 65534)]
    public int RtpStart { get; init; } = 21000;

    [Key("rtpEnd", "Last UDP port for sound of its own Asterisk", Min = 1025, Max = 65535)]
    public int RtpEnd { get; init; } = 21999;

    [Key("relayStart", "First UDP port of its media relay", Min = 1024, Max = 65534)]
    public int RelayStart { get; init; } = 22000;

    [Key("relayEnd", "Last UDP port of its media relay", Min = 1025, Max = 65535)]
    public int RelayEnd { get; init; } = 22999;
}

/// <summary>When the simulator takes part.</summary>
public enum SimulatorMode { Auto, On, Off }
