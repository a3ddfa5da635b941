using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Ringway.News;
using Ringway.Store;

namespace Ringway.WhatsApp.Permissions;

/// <summary>
/// Who may be called: in memory what pages look at, in the store what was heard, at Meta what holds. Everybody who asks gets an
/// answer within seconds, be it that Meta or the store is away.
/// </summary>
public sealed partial class PermissionBook(ICallStore store, ICallPermissionSource meta, NewsPost post, TimeProvider time, ILogger<PermissionBook> log)
{
    /// <summary>What Meta said a minute ago is good enough to call by.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(1);

    /// <summary>While a request waits, the answer may come any second, and a webhook may be lost.</summary>
    private static readonly TimeSpan FreshWhileAsked = TimeSpan.FromSeconds(5);

    /// <summary>An agent who has clicked waits no longer; then what is known decides.</summary>
    public static readonly TimeSpan MetaPatience = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(2);

    /// <summary>Permissions that nobody has looked at for this long are left to the store.</summary>
    private static readonly TimeSpan Kept = TimeSpan.FromHours(8);

    private static readonly TimeSpan SaveAgainAfter = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(string Line, string User), Page> _pages = new();

    /// <summary>Runs while the permission is locked, which keeps the order: put it into a queue and return.</summary>
    public event Action<PermissionView>? Changed;

    /// <summary>Permissions in memory.</summary>
    public int Count => _pages.Count;

    /// <summary>How it stands, by Meta's word when ours is stale; within two seconds, whatever happens.</summary>
    public async Task<PermissionView> LookAsync(string line, WhatsAppUser user, CancellationToken ct)
    {
        if (!meta.Knows(line)) return PermissionView.WithoutGraph(line, user);
        var page = await OpenOrStartAsync(line, user, ct);
        if (IsStale(page.Known))
        {
            try
            {
                await CheckOnceAsync(page).WaitAsync(MetaPatience, time, ct);
            }
            catch (TimeoutException)
            {
                Log.MetaIsSlow(log, line, MetaPatience.TotalSeconds);
            }
        }

        return View(page.Known);
    }

    /// <summary>Sends the user a request for permission.</summary>
    public async Task<AskResult> AskAsync(string line, WhatsAppUser user, string? text, AskTemplate? template, CancellationToken ct)
    {
        if (!meta.Knows(line)) return NoGraph(line);
        var now = await LookAsync(line, user, ct);
        switch (now)
        {
            case { State: PermissionState.Permanent }:
                return new AskResult.Refused("already-allowed", "This user allows your calls at any time; there is nothing to ask for.");
            case { MayAsk: false }:
                return new AskResult.Refused("ask-limit", await WhenToAskAsync(line, user, ct));
            case { WindowUntil: null } when template is null:
                return new AskResult.Refused("needs-template",
                    "The user has not written or called for 24 hours, so only a template that Meta has approved may be sent. Give its name.");
        }

        // Before it is sent: the answer may be here before Meta's answer to us.
        var at = time.GetUtcNow();
        try
        {
            var id = await meta.AskAsync(line, user, text, template, ct);
            var page = await OpenOrStartAsync(line, user, ct);
            await TrySaveAsync(page, Apply(page, new PermissionEvent.Asked(at, id)));
            Log.Asked(log, user, line);
            return new AskResult.Sent(View(page.Known), id);
        }
        catch (MetaRefusedException fault)
        {
            return new AskResult.Refused(fault.Code switch
            {
                MetaRefusedException.AskLimit => "ask-limit",
                MetaRefusedException.AlreadyPermanent => "already-allowed",
                _ => "meta-refused",
            }, fault.Message);
        }
    }

    /// <summary>Sends the user a button that calls us; it needs no permission, but an open window.</summary>
    public async Task<AskResult> SendButtonAsync(
        string line, WhatsAppUser user, string text, string button, string? payload, CancellationToken ct)
    {
        if (!meta.Knows(line)) return NoGraph(line);
        var page = await OpenOrStartAsync(line, user, ct);
        if (View(page.Known).WindowUntil is null)
            return new AskResult.Refused("no-window", "The user has not written or called for 24 hours, so WhatsApp takes no message with a button.");
        try
        {
            return new AskResult.Sent(View(page.Known), await meta.SendButtonAsync(line, user, text, button, payload, ct));
        }
        catch (MetaRefusedException fault)
        {
            return new AskResult.Refused("meta-refused", fault.Message);
        }
    }

    /// <summary>Takes in what has happened. Hearing it again does no harm, so whoever fails here may try again.</summary>
    /// <param name="userId">The user's id at WhatsApp, when it came beside the number.</param>
    /// <exception cref="Exception">The store is away. The event counts already, for as long as this process lives.</exception>
    public async Task HearAsync(string line, WhatsAppUser user, string? userId, PermissionEvent happened, CancellationToken ct)
    {
        var page = await OpenAsync(line, user, ct);
        if (userId is not null && userId != page.Known.User.Value) page.UserId = userId;
        await SaveAsync(page, Apply(page, happened), ct);
    }

    /// <summary>Tells what the time alone has changed, saves what could not be saved, and forgets what nobody looks at.</summary>
    public async Task TickAsync()
    {
        var (now, storeIsThere) = (time.GetUtcNow(), true);
        foreach (var (key, page) in _pages)
        {
            if (page.ChangesAt <= now) Tell(page, now);
            // One try finds out that the store is away; a thousand would hold up the beat.
            if (storeIsThere && page.Unsaved && now - page.TriedAt >= SaveAgainAfter) storeIsThere = await TrySaveAsync(page, page.Version);
            if (!page.Unsaved && now - page.UsedAt > Kept) _pages.TryRemove(key, out _);
        }
    }

    private static AskResult.Refused NoGraph(string line) => new("no-graph",
        $"Line {line} is not connected to Meta's Graph API. Give it phoneNumberId and an account in the configuration.");

    private async Task<string> WhenToAskAsync(string line, WhatsAppUser user, CancellationToken ct)
    {
        var (page, now) = (await OpenOrStartAsync(line, user, ct), time.GetUtcNow());
        return Sentences.OfAskLimit(page.Known.Limits, PermissionRules.At(page.Known, now), now, time.LocalTimeZone);
    }

    private bool IsStale(Permission known) =>
        known.CheckedAt is not { } at
        || time.GetUtcNow() - at >= (PermissionRules.At(known, time.GetUtcNow()).State == PermissionState.Asked ? FreshWhileAsked : Fresh);

    /// <summary>One question at a time for each user; who comes meanwhile waits for the same answer. Goes on when nobody waits any more.</summary>
    private Task CheckOnceAsync(Page page)
    {
        lock (page)
        {
            if (page.Check is { IsCompleted: false }) return page.Check;
            return page.Check = CheckAsync(page);
        }
    }

    private async Task CheckAsync(Page page)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            var at = time.GetUtcNow();
            var said = await meta.CheckAsync(page.Known.Line, page.Known.User, CancellationToken.None);
            await TrySaveAsync(page, Apply(page, new PermissionEvent.Checked(at, said)));
        }
        catch (MetaRefusedException fault)
        {
            Log.NotChecked(log, page.Known.Line, fault.Message);
        }
        catch (Exception fault)
        {
            // Nobody may wait for it any more, so it must not be lost.
            Log.CheckFailed(log, fault, page.Known.Line);
        }
    }

    /// <summary>From memory, else from the store, else a new one.</summary>
    private async Task<Page> OpenAsync(string line, WhatsAppUser user, CancellationToken ct)
    {
        if (Find(line, user.Value) is { } here) return here;
        var row = await Task.Run(() => store.FindPermissionAsync(line, user.Value, ct), ct).WaitAsync(StorePatience, time, ct);
        var (known, now) = (row is null ? new Permission(line, user) : Read(row), time.GetUtcNow());
        // What was saved was told; what time has changed since then was not.
        var page = _pages.GetOrAdd((line, known.User.Value), _ => new Page(known, row?.UserId, now) { Announced = Gist.Of(View(known, row?.ChangedAt ?? now)) });
        lock (page) Announce(page, View(page.Known, now), now);
        return page;
    }

    /// <summary>As above; without the store a new one, so that an agent can work. What was saved is then heard from Meta again.</summary>
    private async Task<Page> OpenOrStartAsync(string line, WhatsAppUser user, CancellationToken ct)
    {
        try
        {
            return await OpenAsync(line, user, ct);
        }
        catch (Exception fault) when (!ct.IsCancellationRequested)
        {
            Log.StoreAway(log, fault.Message);
            var (unknown, now) = (new Permission(line, user), time.GetUtcNow());
            return new Page(unknown, null, now) { Announced = Gist.Of(View(unknown, now)) }; // not kept: it would hide what the store has
        }
    }

    private Page? Find(string line, string user)
    {
        var page = _pages.GetValueOrDefault((line, user))
            ?? (user.StartsWith('+') ? null : _pages.Values.FirstOrDefault(other => other.UserId == user && other.Known.Line == line));
        page?.UsedAt = time.GetUtcNow();
        return page;
    }

    private int Apply(Page page, PermissionEvent happened)
    {
        lock (page)
        {
            var now = time.GetUtcNow();
            page.Known = PermissionRules.On(page.Known, happened, now);
            page.Version++;
            page.Unsaved = true;
            Tell(page, now);
            return page.Version;
        }
    }

    private void Tell(Page page, DateTimeOffset now)
    {
        lock (page)
        {
            page.ChangesAt = PermissionRules.ChangesAt(page.Known, now);
            var view = View(page.Known, now);
            Announce(page, view, now);
            if (view == page.Told) return;
            page.Told = view;
            Changed?.Invoke(view);
        }
    }

    /// <summary>Pages want each look at Meta; the operator's webhooks want what is otherwise than before. It is saved together with the facts.</summary>
    private void Announce(Page page, PermissionView view, DateTimeOffset now)
    {
        var gist = Gist.Of(view);
        if (gist == page.Announced) return;
        page.Announced = gist;
        var news = post.Write(NewsKind.Permission, now, OutboxRow.OfUser(view.Line, view.User.Value), id => new PermissionNews(id, NewsKind.Permission, now, view));
        if (news.IsEmpty) return;
        page.News.AddRange(news);
        page.Version++;
        page.Unsaved = true;
    }

    private PermissionView View(Permission known) => View(known, time.GetUtcNow());

    private PermissionView View(Permission known, DateTimeOffset now) => PermissionView.From(known, now, time.LocalTimeZone);

    private async Task<bool> TrySaveAsync(Page page, int version)
    {
        try
        {
            await SaveAsync(page, version, CancellationToken.None);
            return true;
        }
        catch (Exception fault)
        {
            Log.StoreAway(log, fault.Message); // the clock tries again
            return false;
        }
    }

    /// <summary>Writes the newest, so that of two writers the slower cannot write the older.</summary>
    private async Task SaveAsync(Page page, int atLeast, CancellationToken ct)
    {
        await page.Saving.WaitAsync(ct);
        try
        {
            if (page.Saved >= atLeast) return;
            PermissionRow row;
            ImmutableArray<OutboxRow> news;
            int version;
            lock (page)
            {
                var now = time.GetUtcNow();
                Announce(page, View(page.Known, now), now); // the row says that all until now was told
                (row, news, version, page.TriedAt) = (Write(page, now), [.. page.News], page.Version, now);
            }

            await Task.Run(() => store.SavePermissionAsync(row, news, ct), ct).WaitAsync(StorePatience, time, ct);
            post.Posted(news);
            lock (page)
            {
                page.News.RemoveRange(0, news.Length);
                page.Saved = version;
                page.Unsaved = page.Version != version;
            }
        }
        finally
        {
            page.Saving.Release();
        }
    }

    private static PermissionRow Write(Page page, DateTimeOffset now) => new(
        page.Known.Line, page.Known.User.Value, page.UserId, JsonSerializer.Serialize(page.Known, PermissionJson.Default.Permission), now);

    internal static Permission Read(PermissionRow row) =>
        JsonSerializer.Deserialize(row.Facts, PermissionJson.Default.Permission)
        ?? throw new InvalidDataException($"The store's {row} is empty.");

    /// <summary>What is news when it is otherwise; that Meta was asked again, or that the user wrote, is none.</summary>
    private readonly record struct Gist(PermissionState State, DateTimeOffset? Until, bool MayCall, bool MayAsk, string? Why)
    {
        public static Gist Of(PermissionView view) => new(view.State, view.Until, view.MayCall, view.MayAsk, view.Why);
    }

    /// <summary>One permission in memory. Its lock is for instants only.</summary>
    private sealed class Page(Permission known, string? userId, DateTimeOffset now)
    {
        public Permission Known { get; set; } = known;
        public string? UserId { get; set; } = userId;
        public DateTimeOffset UsedAt { get; set; } = now;
        public DateTimeOffset? ChangesAt { get; set; } = PermissionRules.ChangesAt(known, now);
        public PermissionView? Told { get; set; }
        public Gist Announced { get; set; }
        /// <summary>Events for webhooks that are not saved yet.</summary>
        public List<OutboxRow> News { get; } = [];
        public Task? Check { get; set; }
        public int Version { get; set; }
        public int Saved { get; set; }
        public bool Unsaved { get; set; }
        public DateTimeOffset TriedAt { get; set; }
        public SemaphoreSlim Saving { get; } = new(1);
    }

    private static partial class Log
    {
        [LoggerMessage(5201, LogLevel.Information, "Permission to call {User} was asked for, on line {Line}.")]
        public static partial void Asked(ILogger log, WhatsAppUser user, string line);

        [LoggerMessage(5202, LogLevel.Warning, "Meta cannot be asked for a call permission on line {Line}: {Why}")]
        public static partial void NotChecked(ILogger log, string line, string why);

        [LoggerMessage(5203, LogLevel.Warning, "Meta has not said within {Seconds} s whether a user of line {Line} may be called; what is known decides.")]
        public static partial void MetaIsSlow(ILogger log, string line, double seconds);

        [LoggerMessage(5204, LogLevel.Warning, "The store does not answer ({Why}); permissions are kept in memory and saved when it does.")]
        public static partial void StoreAway(ILogger log, string why);

        [LoggerMessage(5205, LogLevel.Error, "A check of a permission on line {Line} failed.")]
        public static partial void CheckFailed(ILogger log, Exception fault, string line);
    }
}

/// <summary>What a webhook of the operator's is sent when a permission has changed.</summary>
/// <param name="Id">The same on each try.</param>
/// <param name="At">When it was known.</param>
public sealed record PermissionNews(string Id, NewsKind Type, DateTimeOffset At, PermissionView Permission);

/// <summary>What came of sending the user something.</summary>
public abstract record AskResult
{
    private AskResult()
    {
    }

    /// <param name="Id">Meta's id of the message.</param>
    public sealed record Sent(PermissionView Now, string Id) : AskResult;

    /// <param name="Code">ask-limit, needs-template, already-allowed, no-window, no-graph or meta-refused.</param>
    /// <param name="Detail">For the agent: what is wrong and what to do.</param>
    public sealed record Refused(string Code, string Detail) : AskResult;
}
