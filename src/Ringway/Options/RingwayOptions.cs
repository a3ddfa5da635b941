using System.Collections.Immutable;
using System.Net;
using Ringway.Calls;

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
