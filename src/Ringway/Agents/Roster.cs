using System.Collections.Immutable;
using Ringway.Calls;

namespace Ringway.Agents;

/// <summary>
/// Who is here: signed in, wanting calls, with a phone that is up, free or in a call. The one place that gives an
/// agent to a call; with several machines it gives only those whose seat is here (<see cref="Seats"/>).
/// </summary>
/// <remarks>
/// Handlers of the events run while the roster is locked, which keeps their order: they put what they hear into a
/// queue and return.
/// </remarks>
public sealed class Roster(TimeProvider? time = null)
{
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    /// <summary>Something that pages show of an agent has changed.</summary>
    public event Action<AgentView>? Changed;

    /// <summary>An agent's phone came up or went away.</summary>
    public event Action<AgentLineChanged>? LineChanged;

    public ImmutableArray<AgentView> All
    {
        get { lock (_gate) return [.. _entries.Values.Select(entry => entry.View)]; }
    }

    /// <summary>Signed in, ready, phone up, her seat here, in no call and not in wrap-up.</summary>
    public ImmutableArray<AgentId> Free
    {
        get { lock (_gate) return [.. _entries.Values.Where(entry => entry.IsFree).Select(entry => entry.Id)]; }
    }

    /// <summary>Whether any of these takes calls just now, be it that all are busy; empty stands for everybody.</summary>
    public bool AnyOnDuty(ImmutableArray<AgentId> agents, Func<AgentId, bool>? such = null)
    {
        lock (_gate) return Among(agents).Any(entry => entry.IsOnDuty && such?.Invoke(entry.Id) != false);
    }

    /// <summary>Whether any of these takes calls here but sits at another ringway, which can be asked for her.</summary>
    /// <param name="free">Only those who are in no call there, as far as is known.</param>
    public bool AnyElsewhere(ImmutableArray<AgentId> agents, bool free = false)
    {
        lock (_gate) return Among(agents).Any(entry => entry is { IsOnDuty: true, Call: null, Seat.IsHere: false } && !(free && entry.Seat.InCall));
    }

    /// <summary>Whether the agent wants calls, wherever she may be rung, and why not.</summary>
    public (bool Ready, Pause? Why)? Says(AgentId agent)
    {
        lock (_gate) return _entries.GetValueOrDefault(agent.Value) is { } entry ? (entry.Ready, entry.Paused) : null;
    }

    /// <summary>Where the agent may be rung. Once her seat is wanted elsewhere no call gets her any more.</summary>
    /// <returns>Whether she is in a call or its wrap-up. Who is not then will not be, as long as the seat is wanted or not here.</returns>
    public bool SeatIs(AgentId agent, Seat seat)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(agent.Value, out var entry)) return false;
            if (entry.Seat != seat) Change(agent, moved => moved.Seat = seat);
            return entry.Call is not null || entry.WrapsUp;
        }
    }

    /// <summary>Whether calls can get the agent here.</summary>
    public Seat SeatOf(AgentId agent)
    {
        lock (_gate) return _entries.GetValueOrDefault(agent.Value)?.Seat ?? new();
    }

    /// <summary>The SIP users of the phones that are up and whose agents want calls; the safety net dials them.</summary>
    public ImmutableArray<string> PhonesOnDuty
    {
        get
        {
            lock (_gate)
                return [.. from entry in _entries.Values
                    where entry is { SignedIn: true, Ready: true, LineUp: true, SipUser: not null, Seat.IsHere: true }
                    select entry.SipUser];
        }
    }

    public AgentView? Find(AgentId agent)
    {
        lock (_gate) return _entries.GetValueOrDefault(agent.Value)?.View;
    }

    /// <summary>These are the agents there are.</summary>
    public void Know(IEnumerable<(AgentId Id, string Name)> agents)
    {
        lock (_gate)
            foreach (var (id, name) in agents)
                _entries.TryAdd(id.Value, new Entry(id, name));
    }

    public void SetSignedIn(AgentId agent, bool signedIn) => Change(agent, entry => entry.SignedIn = signedIn);

    /// <summary>Whoever says ready again ends the wrap-up.</summary>
    /// <param name="why">Of one who is not ready, when she has said so.</param>
    public void SetReady(AgentId agent, bool ready, Pause? why = null) =>
        Change(agent, entry => (entry.Ready, entry.Paused, entry.WrapsUp) = (ready, ready ? null : why, false));

    /// <summary>The agent's phone is this SIP user from now on, not up yet; null takes the phone away.</summary>
    public void GiveLine(AgentId agent, string? sipUser) => Change(agent, entry => (entry.SipUser, entry.LineUp) = (sipUser, false));

    /// <summary>Asterisk says that a phone has registered or is gone. Phones that are nobody's (any more) change nothing.</summary>
    public void LineIs(string sipUser, bool up)
    {
        lock (_gate)
            if (_entries.Values.FirstOrDefault(entry => entry.SipUser == sipUser) is { } owner)
                Change(owner.Id, entry => entry.LineUp = up);
    }

    /// <summary>The SIP user of an agent's phone, up or not.</summary>
    public string? SipUser(AgentId agent)
    {
        lock (_gate) return _entries.GetValueOrDefault(agent.Value)?.SipUser;
    }

    /// <summary>The PJSIP endpoint that rings the agent's phone, when it is up.</summary>
    public string? Endpoint(AgentId agent)
    {
        lock (_gate) return _entries.GetValueOrDefault(agent.Value) is { LineUp: true } entry ? entry.SipUser : null;
    }

    /// <summary>Takes the free ones among them for the call, all at once; who is taken shows as ringing.</summary>
    /// <returns>Who was free and is now the call's; nobody else gets them until they are released.</returns>
    public ImmutableArray<AgentId> TryReserve(CallId call, IEnumerable<AgentId> agents)
    {
        lock (_gate)
        {
            var taken = agents.Distinct().Where(agent => _entries.GetValueOrDefault(agent.Value) is { IsFree: true }).ToImmutableArray();
            foreach (var agent in taken) Change(agent, entry => (entry.Call, entry.Talks, entry.AskedAt) = (call, false, _time.GetUtcNow()));
            return taken;
        }
    }

    /// <summary>Takes those for the call whom <paramref name="choose"/> picks among the free ones of these agents; empty stands for everybody.</summary>
    public ImmutableArray<AgentId> Reserve(
        CallId call, ImmutableArray<AgentId> agents, Func<ImmutableArray<Candidate>, ImmutableArray<AgentId>> choose)
    {
        lock (_gate)
            return TryReserve(call, choose([.. Among(agents).Where(entry => entry.IsFree).Select(entry => entry.Candidate)]));
    }

    /// <summary>Does something while nobody comes, goes, or is set free. It must be short, and wait for nothing.</summary>
    public T AtOnce<T>(Func<T> work)
    {
        lock (_gate) return work();
    }

    /// <summary>
    /// Takes one agent for a call of the agent's own. Being ready is not asked: whoever pauses may still place calls.
    /// </summary>
    public bool TryReserveOwn(CallId call, AgentId agent)
    {
        lock (_gate)
        {
            if (_entries.GetValueOrDefault(agent.Value) is not { LineUp: true, Call: null, Seat.IsOpen: true }) return false;
            Change(agent, entry => (entry.Call, entry.Talks, entry.WrapsUp) = (call, true, false));
            return true;
        }
    }

    /// <summary>
    /// These agents, and no others, are the call's: rings or talks. For following a call's state, and for calls that
    /// were found in Asterisk after a restart. An agent whom another call has meanwhile stays with that one.
    /// </summary>
    /// <param name="wrapUp">How long those who talked and are set free now are left alone.</param>
    /// <param name="listener">One of them who only listens: it is no call of hers, and there is nothing to write down afterwards.</param>
    public void Engage(CallId call, IReadOnlyCollection<(AgentId Agent, bool Talks)> agents, TimeSpan wrapUp = default, AgentId? listener = null)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(entry => entry.Call == call && agents.All(kept => kept.Agent != entry.Id)).ToList())
                SetFree(entry, wrapUp);
            foreach (var (agent, talks) in agents)
                if (_entries.GetValueOrDefault(agent.Value) is { } entry && (entry.Call is null || entry.Call == call))
                    Change(agent, kept =>
                    {
                        // Whose leg is just ending has talked, and still wraps up.
                        var (talked, takesPart) = (kept.Call == call && kept.Talked, talks && agent != listener);
                        kept.Calls += takesPart && !talked ? 1 : 0;
                        (kept.Call, kept.Talks, kept.Talked) = (call, talks, talked || takesPart);
                    });
        }
    }

    /// <summary>Sets the agent free, if this call had them.</summary>
    public void Release(CallId call, AgentId agent)
    {
        lock (_gate)
            if (_entries.GetValueOrDefault(agent.Value) is { } entry && entry.Call == call)
                SetFree(entry, default);
    }

    /// <summary>Sets everybody free whom this call had.</summary>
    public void Release(CallId call) => Engage(call, []);

    private IEnumerable<Entry> Among(ImmutableArray<AgentId> agents) => agents.IsEmpty
        ? _entries.Values
        : agents.Select(agent => _entries.GetValueOrDefault(agent.Value)).OfType<Entry>();

    private void SetFree(Entry entry, TimeSpan wrapUp)
    {
        Change(entry.Id, left =>
        {
            left.WrapsUp = left.Talked && wrapUp > TimeSpan.Zero;
            (left.Call, left.Talks, left.Talked, left.IdleSince) = (null, false, false, _time.GetUtcNow());
        });
        if (!entry.WrapsUp) return;
        entry.WrapUp?.Dispose();
        entry.WrapUp = _time.CreateTimer(_ => Change(entry.Id, over => over.WrapsUp = false), null, wrapUp, Timeout.InfiniteTimeSpan);
    }

    private void Change(AgentId agent, Action<Entry> change)
    {
        lock (_gate)
        {
            if (!_entries.TryGetValue(agent.Value, out var entry)) return;
            var (before, wasUp, phone, wasOnDuty) = (entry.View, entry.LineUp, entry.SipUser, entry.IsOnDuty);
            change(entry);
            if (entry.IsOnDuty && !wasOnDuty) entry.IdleSince = _time.GetUtcNow();
            if (entry.View != before) Changed?.Invoke(entry.View);
            if (entry.LineUp != wasUp) LineChanged?.Invoke(new AgentLineChanged(agent, entry.LineUp, (entry.LineUp ? entry.SipUser : phone)!));
        }
    }

    private sealed class Entry(AgentId id, string name)
    {
        public AgentId Id => id;
        public bool SignedIn { get; set; }
        public bool Ready { get; set; }
        public Pause? Paused { get; set; }
        public string? SipUser { get; set; }
        public bool LineUp { get; set; }
        public CallId? Call { get; set; }
        public bool Talks { get; set; }
        public bool Talked { get; set; }
        public bool WrapsUp { get; set; }
        public ITimer? WrapUp { get; set; }
        public DateTimeOffset IdleSince { get; set; }
        public DateTimeOffset? AskedAt { get; set; }
        public int Calls { get; set; }

        public bool IsOnDuty => SignedIn && Ready && LineUp;

        public Seat Seat { get; set; } = new();

        public bool IsFree => IsOnDuty && Call is null && !WrapsUp && Seat.IsOpen;

        public Candidate Candidate => new(id, IdleSince, AskedAt, Calls);

        public AgentView View => new(id.Value, name, SignedIn, SignedIn && Ready, LineUp, State)
        {
            Paused = SignedIn || Seat.At is not null ? Paused : null,
            Elsewhere = Call is null && Seat.At is { } node ? new(node, Seat.InCall) : null,
        };

        private string State => Call is not null ? Talks ? "talking" : "ringing"
            : Seat.At is not null ? "elsewhere" : IsFree ? "free" : IsOnDuty && WrapsUp ? "wrapUp" : "away";
    }
}

/// <summary>An agent as pages see one.</summary>
/// <param name="LineUp">The phone in the agent's browser is registered.</param>
/// <param name="State">
/// free, ringing, talking, wrapUp (after a call, not rung yet), elsewhere (another ringway on the same database rings her), or away: not signed in,
/// not ready, or without a phone.
/// </param>
public sealed record AgentView(string Id, string Name, bool SignedIn, bool Ready, bool LineUp, string State)
{
    /// <summary>Why the agent takes no calls; null when she does, or has not said why.</summary>
    public Pause? Paused { get; init; }

    /// <summary>Which other ringway rings her; null when this one does, or none.</summary>
    public Elsewhere? Elsewhere { get; init; }
}

/// <param name="Node">The other ringway's <c>node</c>.</param>
/// <param name="InCall">She is in a call there, as heard some seconds ago.</param>
public sealed record Elsewhere(string Node, bool InCall);

/// <summary>Where an agent may be rung; without several ringways on one database: here.</summary>
/// <param name="IsHere">This ringway has her seat.</param>
/// <param name="IsWanted">Another one asks for it, and gets it when she is free.</param>
/// <param name="At">The other ringway that has it.</param>
/// <param name="InCall">She is in a call there.</param>
public readonly record struct Seat(bool IsHere, bool IsWanted = false, string? At = null, bool InCall = false)
{
    public Seat() : this(IsHere: true)
    {
    }

    /// <summary>Calls can get her.</summary>
    public bool IsOpen => IsHere && !IsWanted;
}

/// <summary>Why an agent takes no calls, and since when.</summary>
/// <param name="Reason">Id of one of <c>pauseReasons</c>.</param>
public sealed record Pause(string Reason, string Name, DateTimeOffset Since);

/// <summary>An agent's phone came up (registered at Asterisk) or went away.</summary>
/// <param name="SipUser">Which phone: a page that was loaded anew has another one.</param>
public sealed record AgentLineChanged(AgentId Agent, bool Up, string SipUser);
