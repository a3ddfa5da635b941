using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Agents;

/// <summary>
/// Where each agent may be rung, when several ringways share one database (decision 10). One worker asks the store, behind the calls: the roster looks
/// at what is known already. While the store is away, every ringway keeps the seats that it has. Where the store is nobody else's, nothing is asked.
/// </summary>
public sealed partial class Seats : BackgroundService
{
    /// <summary>Signs of life within the time after which one counts as dead: some may be late.</summary>
    private const int SignsBeforeDeath = 5;

    /// <summary>A page that is loaded anew has its phone up again in some seconds, and all pages have after a restart.</summary>
    private static readonly TimeSpan UntilSheHasLeft = TimeSpan.FromSeconds(30);

    /// <summary>So long a seat that has come waits for the call that it came for, when another ringway asks for it already.</summary>
    private static readonly TimeSpan UntilSheRings = TimeSpan.FromSeconds(2);

    /// <summary>So long after a start it is known which calls have outlived it.</summary>
    private static readonly TimeSpan UntilCallsAreKnown = TimeSpan.FromSeconds(30);

    /// <summary>An agent who has clicked waits no longer for another ringway.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Channel<bool> _due =
        System.Threading.Channels.Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<AgentId, SeatMove> _moves = new();
    private readonly ConcurrentDictionary<AgentId, bool> _wanted = new();
    private readonly ConcurrentDictionary<AgentId, bool> _asked = new();
    private readonly Dictionary<string, long> _heard = [];
    private readonly Dictionary<AgentId, TimeSpan> _goneSince = [];
    private readonly Dictionary<AgentId, TimeSpan> _cameAt = [];
    private readonly HashSet<AgentId> _unsure = [];
    private readonly HashSet<AgentId> _talked = [];
    private readonly ICallStore _store;
    private readonly bool _isShared;
    private readonly Roster _roster;
    private readonly RingwayOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Seats> _log;
    private readonly long _start;
    private NodeWatch _watch = NodeWatch.Empty;
    private long? _beat;
    private bool _hasLived;
    private ImmutableHashSet<string> _living = [];
    private TimeSpan? _awaySince;
    private bool _hasNamesake;

    public Seats(ICallStore store, Roster roster, RingwayOptions options, TimeProvider time, ILogger<Seats> log) =>
        (_store, _isShared, _roster, _options, _time, _log, _start) = (store, store.IsShared, roster, options, time, log, time.GetTimestamp());

    /// <summary>Whether a call waits here that this agent could take.</summary>
    public Func<AgentId, bool> Awaited { get; set; } = _ => false;

    /// <summary>Runs after each look at the store.</summary>
    public event Action? Looked;

    private TimeSpan Now => _time.GetElapsedTime(_start);

    private TimeSpan Lease => _options.Store.Lease;

    /// <summary>How the seats stand before the first call. The first sign of life.</summary>
    public async Task LoadAsync(CancellationToken ct = default)
    {
        if (!_isShared) return;
        foreach (var agent in _roster.All) _roster.SeatIs(new(agent.Id), new(IsHere: false));
        var before = await _store.BeatAsync(inCall: null, ct);
        _talked.UnionWith(before.Seats.Where(seat => seat.InCall && seat.Node == _options.Node).Select(seat => new AgentId(seat.Agent)));
        await LookAsync(ct);
        Log.Shares(_log, _options.Node, _living.Remove(_options.Node).Count);
    }

    /// <summary>
    /// The agent has come to this ringway, or said here whether she takes calls; not that her page is merely there. Who moves last is believed: her
    /// calls follow her here as soon as she is free, and what she has said holds everywhere. Returns at once.
    /// </summary>
    public void Came(AgentId agent)
    {
        if (!_isShared) return;
        _moves[agent] = AsSheSays(agent);
        Look();
    }

    /// <summary>As <see cref="Came"/>, for an agent who wants to call somebody: waits a moment until calls can get her here and nowhere else.</summary>
    public async Task<bool> ComeAsync(AgentId agent, CancellationToken ct)
    {
        if (_roster.SeatOf(agent).IsOpen) return true;
        var open = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void See()
        {
            if (_roster.SeatOf(agent).IsOpen) open.TrySetResult();
        }

        Looked += See;
        try
        {
            Came(agent);
            await open.Task.WaitAsync(Patience, _time, ct);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
        finally
        {
            Looked -= See;
        }
    }

    /// <summary>Calls wait. Agents who could take them here and sit elsewhere are asked for, each once.</summary>
    public void CallsWait()
    {
        if (_isShared && _roster.All.Any(agent => agent is { Elsewhere: not null, Ready: true, LineUp: true } && !_asked.ContainsKey(new(agent.Id)))) Look();
    }

    /// <summary>Another ringway has changed something.</summary>
    public Task LookAgainAsync(CancellationToken ct)
    {
        Look();
        return Task.CompletedTask;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!_isShared) return;
        _roster.Changed += Look;
        try
        {
            await using var beat = _time.CreateTimer(_ => Look(), null, Lease / SignsBeforeDeath, Lease / SignsBeforeDeath);
            await foreach (var _ in _due.Reader.ReadAllAsync(stoppingToken)) await TryAsync(stoppingToken);
        }
        finally
        {
            _roster.Changed -= Look;
        }
    }

    private void Look() => _due.Writer.TryWrite(true);

    /// <summary>Called under the roster's lock. Most changes are of calls, and those of agents whose seat nobody wants concern nobody.</summary>
    private void Look(AgentView changed)
    {
        if (changed.State is "away" or "elsewhere" || _wanted.ContainsKey(new(changed.Id))) Look();
    }

    private async Task TryAsync(CancellationToken ct)
    {
        try
        {
            await LookAsync(ct);
            if (_awaySince is not null) Log.IsBack(_log);
            _awaySince = null;
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            if (_awaySince is null) Log.IsAway(_log, fault.Message);
            _awaySince ??= Now;
            KeepWhatIsHere();
        }
    }

    /// <summary>
    /// Nobody can be given a seat now, so calls go on getting who is here, though she is wanted elsewhere. An outage that lasts is everybody's: then
    /// seats that were nobody's are of the ringway where their agents are.
    /// </summary>
    private void KeepWhatIsHere()
    {
        (_watch, _beat) = (NodeWatch.Empty, null);
        var lasts = Now - _awaySince >= Lease;
        foreach (var agent in _roster.All.Select(view => new AgentId(view.Id)).Where(agent => !_unsure.Contains(agent)))
        {
            _wanted.TryRemove(agent, out _);
            if (_roster.SeatOf(agent) is { IsOpen: false, At: null } seat && (seat.IsHere || lasts)) _roster.SeatIs(agent, new(IsHere: true));
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        // A sign of life comes first: the seats of who gives none are nobody's.
        var table = await BeatAsync(ct);
        if (await MoveAsync(ct)) table = await BeatAsync(ct);
        if (await StepAsync(table, ct)) await StepAsync(await BeatAsync(ct), ct);
        Looked?.Invoke();
    }

    private async Task<bool> MoveAsync(CancellationToken ct)
    {
        var moves = _moves.ToArray();
        foreach (var move in moves)
        {
            _heard[move.Key.Value] = await _store.MoveSeatAsync(move.Value, ct);
            _moves.TryRemove(move); // unless she has said something else meanwhile
            _goneSince.Remove(move.Key);
        }

        return moves.Length > 0;
    }

    private async Task<SeatTable> BeatAsync(CancellationToken ct)
    {
        if (Now >= UntilCallsAreKnown) _talked.Clear();
        var inCall = _roster.All.Where(agent => agent.State is "talking" or "ringing" || _talked.Contains(new(agent.Id))).Select(agent => agent.Id).ToList();
        var table = await _store.BeatAsync(inCall, ct);
        _living = [.. table.Nodes.Select(node => node.Node)];
        HearMyself(table.Nodes.First(node => node.Node == _options.Node).Beat);
        _watch = _watch.Look(table.Nodes.Where(node => node.Node != _options.Node), Now);
        foreach (var silent in _watch.Silent(Lease, Now))
        {
            Log.IsDead(_log, silent.Node, Lease.TotalSeconds);
            await _store.EndNodeAsync(silent, ct);
            _living = _living.Remove(silent.Node);
        }

        return table;
    }

    /// <summary>Nobody but this ringway counts on from its last sign of life.</summary>
    private void HearMyself(long beat)
    {
        if (beat == 1 && _hasLived) Log.WasTakenForDead(_log);
        else if (beat > _beat + 1 && !_hasNamesake)
        {
            Log.SameName(_log, _options.Node);
            _hasNamesake = true;
        }

        (_beat, _hasLived) = (beat, true);
    }

    /// <returns>Whether the store has another word now.</returns>
    private async Task<bool> StepAsync(SeatTable table, CancellationToken ct)
    {
        var seats = table.Seats.ToDictionary(seat => seat.Agent);
        var hasChanged = false;
        foreach (var view in _roster.All)
        {
            var (agent, seat) = (new AgentId(view.Id), seats.GetValueOrDefault(view.Id));
            if (seat is not null) Hear(agent, seat);
            hasChanged |= await StepAsync(agent, view, seat, ct);
        }

        return hasChanged;
    }

    /// <summary>What she has said at another ringway.</summary>
    private void Hear(AgentId agent, SeatRow seat)
    {
        if (_moves.ContainsKey(agent) || _heard.GetValueOrDefault(seat.Agent) == seat.Moves) return;
        var isOurWord = seat.Moves == 1 && seat.Node == _options.Node; // written when we took the seat
        _heard[seat.Agent] = seat.Moves;
        if (isOurWord) return;
        var pause = seat is { Ready: false, PauseReason: { } why, PausedAt: { } since }
            ? new Pause(why, _options.PauseReasons.FirstOrDefault(known => known.Id == why)?.Name ?? why, since) : null;
        _roster.SetReady(agent, seat.Ready, pause);
    }

    private async Task<bool> StepAsync(AgentId agent, AgentView view, SeatRow? seat, CancellationToken ct)
    {
        var me = _options.Node;
        if (SeatRules.IsWanted(me, seat, _living)) _wanted[agent] = true;
        else _wanted.TryRemove(agent, out _);
        if (seat?.WantedBy == me) _asked[agent] = true;
        else _asked.TryRemove(agent, out _);
        _unsure.Remove(agent);
        var facts = new SeatFacts(
            view is { SignedIn: true, LineUp: true }, HasLeft(agent, view), view.State is "talking" or "ringing" or "wrapUp" || _talked.Contains(agent),
            _roster.AnyOnDuty([agent]) && Awaited(agent), HasJustCome(agent, view, seat));
        // First the roster, then the rules: an agent who is not busy under a seat that we yield stays so until it is given.
        var at = seat?.Node != me && !SeatRules.IsNobodys(seat, _living) ? seat!.Node : null;
        var isBusy = _roster.SeatIs(agent, new(seat?.Node == me, SeatRules.Yields(me, seat, _living, facts), at, at is not null && seat!.InCall));
        switch (SeatRules.Next(me, seat, _living, facts with { IsBusy = isBusy || facts.IsBusy }))
        {
            case SeatStep.Take:
                await _store.TakeSeatAsync(AsSheSays(agent), ct);
                return true;
            case SeatStep.Ask:
                await _store.AskForSeatAsync(agent.Value, ct);
                _asked[agent] = true;
                return false; // the other one has to hear of it first
            case SeatStep.Give:
                return await LetGoAsync(agent, seat!, () => _store.GiveSeatAsync(agent.Value, ct));
            case SeatStep.Leave:
                return await LetGoAsync(agent, seat!, () => _store.LeaveSeatAsync(agent.Value, ct));
            default:
                return false;
        }
    }

    /// <summary>First here, then in the store. When that falls silent meanwhile nobody knows whether the seat is still ours: then it is not.</summary>
    private async Task<bool> LetGoAsync(AgentId agent, SeatRow seat, Func<Task> letGo)
    {
        var isOurs = seat.Node == _options.Node;
        if (isOurs && _roster.SeatIs(agent, new(IsHere: false)))
        {
            _roster.SeatIs(agent, new(IsHere: true)); // a call was quicker; its end is looked at again
            return false;
        }

        if (isOurs) _unsure.Add(agent);
        await letGo();
        return true;
    }

    private bool HasLeft(AgentId agent, AgentView view)
    {
        var isHere = view is { SignedIn: true, LineUp: true };
        if (isHere) _goneSince.Remove(agent);
        else _goneSince.TryAdd(agent, Now);
        return !isHere && (!view.SignedIn || Now - _goneSince[agent] >= UntilSheHasLeft);
    }

    private bool HasJustCome(AgentId agent, AgentView view, SeatRow? seat)
    {
        if (seat?.Node != _options.Node || view.State is "talking" or "ringing") _cameAt.Remove(agent);
        else if (!_roster.SeatOf(agent).IsHere) _cameAt[agent] = Now;
        return _cameAt.TryGetValue(agent, out var came) && Now - came < UntilSheRings;
    }

    private SeatMove AsSheSays(AgentId agent) =>
        _roster.Says(agent) is var (ready, why) ? new(agent.Value, ready, why?.Reason, why?.Since) : new(agent.Value, Ready: true);

    private static partial class Log
    {
        [LoggerMessage(4141, LogLevel.Information, "Ringway {Node} shares its database; {Others} others live.")]
        public static partial void Shares(ILogger log, string node, int others);

        [LoggerMessage(4142, LogLevel.Warning, "Ringway {Node} has given no sign of life for {Seconds} s: its agents may be rung by others. Is its machine well?")]
        public static partial void IsDead(ILogger log, string node, double seconds);

        [LoggerMessage(4143, LogLevel.Warning, "The store does not answer ({Why}); this ringway goes on with the agents it has, and none come from others until it does.")]
        public static partial void IsAway(ILogger log, string why);

        [LoggerMessage(4145, LogLevel.Warning, "Another ringway took this one for dead: it had given no sign of life for too long. Agents who went to others meanwhile stay there.")]
        public static partial void WasTakenForDead(ILogger log);

        [LoggerMessage(4146, LogLevel.Error, "Another ringway on the same database is called {Node}, too, so agents may be rung by both at once. Give each its own node.")]
        public static partial void SameName(ILogger log, string node);

        [LoggerMessage(4144, LogLevel.Information, "The store answers again; agents move between ringways as before.")]
        public static partial void IsBack(ILogger log);
    }
}
