using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;

namespace Ringway.Switchboard;

/// <summary>
/// Calls that wait for an agent, in the order in which they came. Whoever becomes free is given to the first of them who may
/// have her; one thread gives, so no call is offered twice and none is passed over.
/// </summary>
public sealed class CallQueue(Roster roster, RingwayOptions options, TimeProvider time) : BackgroundService
{
    private readonly Channel<bool> _due =
        System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock _gate = new();
    private readonly List<Waiting> _waiting = [];

    /// <summary>Agents were found and reserved for a call that waits; false when there is no such call any more.</summary>
    public Func<CallId, CallEvent.AgentsChosen, bool> Found { get; set; } = (_, _) => false;

    /// <summary>Calls wait on after all who are free were given away.</summary>
    public Action WaitOn { get; set; } = () => { };

    /// <summary>Whether a call waits that this agent could take.</summary>
    public bool Awaits(AgentId agent)
    {
        lock (_gate) return _waiting.Exists(waiting => waiting.First == agent || (IsAmong(agent, waiting.Team) && CanTake(agent, waiting)));
    }

    /// <summary>How many wait for this team.</summary>
    public int Length(string team)
    {
        lock (_gate) return _waiting.Count(waiting => waiting.Team.Id == team);
    }

    /// <summary>The call's place among those who wait for the same team, from 1; null when it does not wait.</summary>
    public int? PlaceOf(CallId call)
    {
        lock (_gate)
        {
            var team = _waiting.Find(waiting => waiting.Story.Id == call)?.Team.Id;
            return team is null ? null : _waiting.Where(waiting => waiting.Team.Id == team).TakeWhile(waiting => waiting.Story.Id != call).Count() + 1;
        }
    }

    /// <summary>The call waits from now on, behind those who came before it, and for this team only.</summary>
    /// <param name="first">Who is asked before all others, when free; once.</param>
    public void Add(Story story, TeamOptions team, AgentId? first)
    {
        lock (_gate)
        {
            Drop(story.Id);
            var place = _waiting.FindIndex(waiting => waiting.Story.Place > story.Place);
            _waiting.Insert(place < 0 ? _waiting.Count : place, new(story, team, first, AskOthersLater(story)));
        }

        _due.Writer.TryWrite(true);
    }

    /// <summary>The call waits no more: it rings somebody, or it is over.</summary>
    public void Remove(CallId call)
    {
        lock (_gate) Drop(call);
    }

    /// <summary>Takes whom of a team the call may have now.</summary>
    public ImmutableArray<AgentId> Reserve(Story story, TeamOptions team)
    {
        if (IsBot(team)) return team.Members;
        var skill = AgentFirst.Read(team.Id) is null ? story.Wish.Skill : null;
        if (skill is null) return roster.Reserve(story.Id, team.Members, free => Routing.Choose(team.Strategy, free, story.OfferedTo));
        int Level(AgentId agent) => options.LevelOf(agent, skill);
        var anybody = story.Wish.SkillFor is { } alone && (time.GetUtcNow() >= Since(story) + alone || !roster.AnyOnDuty(team.Members, agent => Level(agent) > 0));
        return roster.Reserve(story.Id, team.Members, free => Routing.Choose(team.Strategy, free, story.OfferedTo, Level, anybody));
    }

    /// <summary>Whether anybody is here whom the call may have, now or later.</summary>
    public bool AnyOnDuty(Story story, TeamOptions team) => IsBot(team)
        || (AgentFirst.Read(team.Id) is null && story.Wish is { Skill: { } skill, SkillFor: null }
            ? roster.AnyOnDuty(team.Members, agent => options.LevelOf(agent, skill) > 0) : roster.AnyOnDuty(team.Members));

    /// <summary>Whether somebody takes calls of this team here but sits at another ringway, in no call as far as is known.</summary>
    public bool AnyToFetch(TeamOptions team) => !IsBot(team) && roster.AnyElsewhere(team.Members, free: true);

    private static bool IsAmong(AgentId agent, TeamOptions team) => team.Members.IsEmpty || team.Members.Contains(agent);

    private bool CanTake(AgentId agent, Waiting waiting) =>
        waiting.Story.Wish is not { Skill: { } skill, SkillFor: null } || AgentFirst.Read(waiting.Team.Id) is not null || options.LevelOf(agent, skill) > 0;

    /// <summary>A bot takes any number of calls, and nobody has to reserve it.</summary>
    private bool IsBot(TeamOptions team) => team.Members is [var only] && options.Bot(only) is not null;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        void Look(AgentView changed) => _due.Writer.TryWrite(true);
        roster.Changed += Look;
        try
        {
            await foreach (var _ in _due.Reader.ReadAllAsync(stoppingToken)) Serve();
        }
        finally
        {
            roster.Changed -= Look;
        }
    }

    private void Serve()
    {
        // Who becomes free in the middle of it would go to whoever is asked about next, past those who came before.
        foreach (var (waiting, agents) in roster.AtOnce(ReserveForAll))
        {
            // Before it hears of it: it may come back into the queue at once.
            Remove(waiting.Story.Id);
            if (!Found(waiting.Story.Id, new(agents, MayWait: true))) roster.Release(waiting.Story.Id);
        }

        lock (_gate)
            if (_waiting.Count == 0)
                return;
        WaitOn();
    }

    private List<(Waiting Waiting, ImmutableArray<AgentId> Agents)> ReserveForAll()
    {
        ImmutableArray<Waiting> all;
        lock (_gate) all = [.. _waiting];
        return [.. all.Select(waiting => (waiting, Reserve(waiting))).Where(found => !found.Item2.IsEmpty)];
    }

    private ImmutableArray<AgentId> Reserve(Waiting waiting)
    {
        if (waiting.First is { } first && roster.TryReserve(waiting.Story.Id, [first]) is { IsEmpty: false } back) return back;
        return Reserve(waiting.Story, waiting.Team);
    }

    private void Drop(CallId call)
    {
        foreach (var waiting in _waiting.Where(waiting => waiting.Story.Id == call)) waiting.OthersToo?.Dispose();
        _waiting.RemoveAll(waiting => waiting.Story.Id == call);
    }

    /// <summary>When the time comes for agents without the skill, nothing else may happen that makes us look.</summary>
    private ITimer? AskOthersLater(Story story) => story.Wish is { Skill: not null, SkillFor: { } alone } && Since(story) + alone - time.GetUtcNow() is { Ticks: > 0 } left
        ? time.CreateTimer(_ => _due.Writer.TryWrite(true), null, left, Timeout.InfiniteTimeSpan) : null;

    private static DateTimeOffset Since(Story story) => story.QueuedAt ?? story.Began;

    private sealed record Waiting(Story Story, TeamOptions Team, AgentId? First, ITimer? OthersToo);
}
