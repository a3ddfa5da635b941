using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Sounds;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// The lines' rules that are in force: those of the configuration file, or what somebody has saved in the desk since. They are kept in the store,
/// and looked at in memory. Calls that have come are left alone.
/// </summary>
/// <param name="sounds">What rules may say besides texts.</param>
/// <param name="voice">Speaks what rules say; null when nothing can be spoken here.</param>
public sealed partial class RouteBook(
    ICallStore store, RingwayOptions options, Prompts prompts, SoundShelf sounds, Voice? voice, TimeProvider time, ILogger<RouteBook> log) : IDisposable
{
    /// <summary>A minute's text is spoken in less than a second.</summary>
    private static readonly TimeSpan SpeakingPatience = TimeSpan.FromSeconds(20);

    /// <summary>One change at a time, so that memory has the store's order.</summary>
    private readonly SemaphoreSlim _changing = new(1);

    private bool _pruned;
    private volatile ImmutableDictionary<string, Ways> _lines = options.Lines.ToImmutableDictionary(line => line.Id, line => new Ways(line, Kept: null));

    /// <summary>A line's rules are others.</summary>
    public event Action<string>? Changed;

    /// <summary>How far back somebody's last talk can matter to a rule; zero when none asks.</summary>
    public TimeSpan LongestReturning => Routes.Select(route => route.Returning ?? default).DefaultIfEmpty().Max();

    /// <summary>Whether any rule asks who may be called.</summary>
    public bool AskForPermission => Routes.Any(route => route.MayBeCalled is not null);

    /// <summary>Whatever says a sound: what is in force, and what would be if somebody took other rules back or mended them.</summary>
    public IReadOnlyList<SoundUse> SoundUses =>
    [
        .. SoundUse.Of(options).Concat(_lines.Values.SelectMany(ways => SoundUse.Of(ways.Line)))
            .Concat(_lines.Values.Where(ways => ways.Kept is { Faults.IsEmpty: false }).SelectMany(ways => SoundUse.Of(ways.Line.Id, ways.Kept!.Rules))).Distinct(),
    ];

    private IEnumerable<Route> Routes => _lines.Values.SelectMany(ways => ways.Routes);

    /// <summary>Takes what the store has. Also when somebody else may have changed it.</summary>
    public async Task LoadAsync(CancellationToken ct = default)
    {
        await _changing.WaitAsync(ct);
        try
        {
            await CatchUpAsync(ct);
            // Only before the first call: later somebody may be about to hear it.
            if (!_pruned) prompts.Prune(_lines.Values.Select(ways => ways.Line).Concat(options.Lines));
            _pruned = true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The line with the rules that are in force; null when there is no such line.</summary>
    public LineOptions? Line(string id) => _lines.GetValueOrDefault(id)?.Line;

    /// <summary>A line's rules, and last what the line itself says; empty when there is no such line.</summary>
    /// <param name="opened">By hand: the line's own hours do not count.</param>
    public ImmutableArray<Route> Of(string line, bool opened) =>
        _lines.TryGetValue(line, out var ways) ? opened ? ways.RoutesWhenOpened : ways.Routes : [];

    /// <summary>What was saved in the desk; null: the line is by the configuration file.</summary>
    public KeptRules? Kept(string line) => _lines.GetValueOrDefault(line)?.Kept;

    /// <summary>Checks rules and keeps them.</summary>
    /// <param name="before">The version that they were made from; 0: the file's.</param>
    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed.</exception>
    public async Task<RulesSaved> SaveAsync(string line, JsonElement rules, long before, AgentId by, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            var written = options.Line(line)!;
            var version = Math.Max(time.GetUtcNow().ToUnixTimeMilliseconds(), before + 1);
            var (read, faults) = RoutesJson.Read(options, written, rules, sounds.Names);
            if (faults.Count == 0) faults = await SpeakAsync(read, ct);
            if (faults.Count > 0) return new RulesSaved.Faulty(faults);
            var row = new RoutesRow(line, RoutesJson.Write(read).ToJsonString(), version, by.Value, time.GetUtcNow());
            if (!await store.SaveRoutesAsync(row, before, ct)) return await OvertakenAsync(ct);
            Log.Saved(log, line, by, read.Length);
            Take(new(written with { Routes = read }, new(version, by, row.At, [], default)));
            return new RulesSaved.Done();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>The file's rules count again.</summary>
    /// <exception cref="System.Data.Common.DbException">It could not be kept, and nothing has changed.</exception>
    public async Task<RulesSaved> EndAsync(string line, long before, AgentId by, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            if (before != 0 && !await store.RemoveRoutesAsync(line, before, ct) || before == 0 && Kept(line) is not null) return await OvertakenAsync(ct);
            Log.Ended(log, line, by);
            Take(new(options.Line(line)!, Kept: null));
            return new RulesSaved.Done();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Deletes a sound that nothing says. No rule can begin to say it meanwhile.</summary>
    /// <exception cref="System.Data.Common.DbException">Nothing has changed.</exception>
    public async Task<SoundDropped> DropSoundAsync(string name, AgentId by, CancellationToken ct)
    {
        await _changing.WaitAsync(ct);
        try
        {
            return sounds.Find(name) is null ? SoundDropped.NotThere
                : SoundUses.Any(use => use.Sound == name) || !await sounds.DropAsync(name, by, ct) ? SoundDropped.InUse : SoundDropped.Done;
        }
        finally
        {
            _changing.Release();
        }
    }

    public void Dispose() => _changing.Dispose();

    /// <summary>Somebody was faster, perhaps at another ringway of the same store.</summary>
    private async Task<RulesSaved> OvertakenAsync(CancellationToken ct)
    {
        await CatchUpAsync(ct);
        return new RulesSaved.Overtaken();
    }

    private async Task CatchUpAsync(CancellationToken ct)
    {
        var rows = (await store.RoutesAsync(ct)).ToDictionary(row => row.Line);
        foreach (var written in options.Lines)
            if (rows.GetValueOrDefault(written.Id) is var row && row?.Version != Kept(written.Id)?.Version)
                Take(row is null ? new(written, Kept: null) : await ReadAsync(written, row, ct));
    }

    /// <summary>What fitted yesterday may not today: the team that a rule leads to is gone. Then the file's rules lead calls, and the desk tells.</summary>
    private async Task<Ways> ReadAsync(LineOptions written, RoutesRow row, CancellationToken ct)
    {
        using var rules = JsonDocument.Parse(row.Rules);
        var (read, faults) = RoutesJson.Read(options, written, rules.RootElement, sounds.Names);
        if (faults.Count == 0) faults = await SpeakAsync(read, ct);
        foreach (var fault in faults) Log.Faulty(log, row.Line, row.By, fault.ToString());
        var kept = new KeptRules(row.Version, new(row.By), row.At, [.. faults], rules.RootElement.Clone());
        return new(faults.Count == 0 ? written with { Routes = read } : written, kept);
    }

    private void Take(Ways ways)
    {
        _lines = _lines.SetItem(ways.Line.Id, ways);
        Changed?.Invoke(ways.Line.Id);
    }

    /// <summary>Makes what the rules say; tells what cannot be said.</summary>
    private async Task<IReadOnlyList<Fault>> SpeakAsync(ImmutableArray<RouteOptions> routes, CancellationToken ct)
    {
        for (var i = 0; i < routes.Length; i++)
        {
            if (routes[i].Say is null) continue;
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(SpeakingPatience);
            try
            {
                await prompts.MakeAsync(routes[i], voice is null ? NoVoice : voice.SpeakAsync, patience.Token);
            }
            catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
            {
                return [new($"routes[{i}].say", fault.Message.TrimEnd('.'), null)];
            }
            catch (OperationCanceledException) when (!ct.IsCancellationRequested)
            {
                return [new($"routes[{i}].say", $"could not be spoken within {SpeakingPatience.TotalSeconds} s; try again", null)];
            }
        }

        return [];
    }

    private static Task<byte[]> NoVoice(string text, string language, CancellationToken ct) =>
        throw new InvalidDataException("Nothing can be spoken here: ringway was started without a voice.");

    /// <summary>A line, and how its calls are led.</summary>
    private sealed class Ways(LineOptions line, KeptRules? Kept)
    {
        public LineOptions Line { get; } = line;

        public KeptRules? Kept { get; } = Kept;

        public ImmutableArray<Route> Routes { get; } = LineRoutes.Of(line);

        public ImmutableArray<Route> RoutesWhenOpened { get; } = LineRoutes.Of(line, opened: true);
    }

    private static partial class Log
    {
        [LoggerMessage(2601, LogLevel.Information, "Line {Line} is by the rules that {Agent} saved in the desk now ({Count}), in place of those in the configuration file.")]
        public static partial void Saved(ILogger log, string line, AgentId agent, int count);

        [LoggerMessage(2602, LogLevel.Information, "Line {Line} is by the rules of the configuration file again; {Agent} said so.")]
        public static partial void Ended(ILogger log, string line, AgentId agent);

        [LoggerMessage(2603, LogLevel.Warning, "Line {Line} is by the configuration file, because the rules that {Agent} saved in the desk do not fit any more: {Fault}. Mend them in the desk, or use the file's rules again.")]
        public static partial void Faulty(ILogger log, string line, string agent, string fault);
    }
}

/// <summary>What somebody saved in the desk.</summary>
/// <param name="Faults">Why they are not in force; empty when they are.</param>
/// <param name="Rules">As they were saved, when they are not in force.</param>
public sealed record KeptRules(long Version, AgentId By, DateTimeOffset At, ImmutableArray<Fault> Faults, JsonElement Rules);

/// <summary>What became of a change of rules.</summary>
public abstract record RulesSaved
{
    private RulesSaved()
    {
    }

    public sealed record Done : RulesSaved;

    /// <summary>Nothing has changed.</summary>
    public sealed record Faulty(IReadOnlyList<Fault> Faults) : RulesSaved;

    /// <summary>Somebody else has changed them meanwhile; nothing of this change was kept.</summary>
    public sealed record Overtaken : RulesSaved;
}

/// <summary>What became of a sound that somebody wanted to delete.</summary>
public enum SoundDropped { Done, NotThere, InUse }
