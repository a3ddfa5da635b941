using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Agents;

/// <summary>
/// Who is signed in. A sign-in is a random token of 256 bits that only the browser holds; here and in the store is its
/// hash. Sign-ins outlive a restart of ringway, so that nobody signs in anew because of one.
/// </summary>
public sealed partial class SignIns(
    ICallStore store, Roster roster, PasswordHash passwords, SignInOptions options, TimeProvider time, ILogger<SignIns> logger)
    : IDisposable
{
    /// <summary>Above this nobody types a password; hashing megabytes would be a way to keep us busy.</summary>
    private const int LongestPassword = 256;

    /// <summary>From one address for any agents, in wrong tries a minute: an office behind one address stays below.</summary>
    private const int AddressFactor = 6;

    /// <summary>A store that hangs does not keep an agent from working; the sign-in then lasts until the next restart.</summary>
    private static readonly TimeSpan StorePatience = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, SessionRow> _sessions = new();
    private readonly ConcurrentDictionary<string, AgentRow> _agents = new();
    private readonly TryLimit _limit = new(time);
    // Hashing is slow on purpose; two at a time leave the other processors to the calls.
    private readonly SemaphoreSlim _hashing = new(2);

    /// <summary>A sign-in has ended: signed out, expired, or its agent is no longer one.</summary>
    public event Action<SessionRow>? Ended;

    /// <summary>Takes the configured agents and the sign-ins that the store remembers.</summary>
    /// <param name="reasons">What pauses are called; one that is not among them any more by its id.</param>
    public async Task LoadAsync(
        IEnumerable<AgentOptions> configured, string key, IReadOnlyCollection<PauseReasonOptions>? reasons = null, CancellationToken ct = default)
    {
        var known = (await store.AgentsAsync(ct)).ToDictionary(agent => agent.Id);
        foreach (var agent in configured)
        {
            var mark = PasswordHash.Mark(agent.Password.Reveal(), key);
            var hash = known.GetValueOrDefault(agent.Id) is { } old && old.PasswordMark == mark
                ? old.PasswordHash : passwords.Create(agent.Password.Reveal());
            _agents[agent.Id] = new AgentRow(agent.Id, agent.Name, hash, mark);
        }

        await store.ReplaceAgentsAsync([.. _agents.Values], ct);
        roster.Know(_agents.Values.Select(agent => (new AgentId(agent.Id), agent.Name)));
        foreach (var session in await store.SessionsAsync(time.GetUtcNow(), ct))
            Take(session, reasons?.FirstOrDefault(known => known.Id == session.PauseReason)?.Name);
    }

    /// <param name="remote">Where the try comes from; wrong ones are counted per agent and address, and per address.</param>
    public async Task<SignInResult> SignInAsync(string agent, string password, string remote, CancellationToken ct = default)
    {
        if ((_limit.Wait($"{agent}|{remote}", options.WrongTriesPerMinute)
             ?? _limit.Wait(remote, options.WrongTriesPerMinute * AddressFactor)) is { } wait)
            return new SignInResult.TooMany(wait);

        // Everybody waits here before the look-up, so neither the wait nor the hashing tells whether the agent exists.
        var row = _agents.GetValueOrDefault(agent);
        if (!await IsRightAsync(password, row, ct))
        {
            _limit.CountWrong($"{agent}|{remote}");
            _limit.CountWrong(remote);
            Log.Wrong(logger, remote);
            return new SignInResult.Wrong();
        }

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = time.GetUtcNow();
        var session = new SessionRow(HashOf(token), row!.Id, SipUser: null, Ready: true, now, now, now + options.Longest);
        Take(session);
        await KeepAsync(session, ct);
        Log.SignedIn(logger, row.Id);
        return new SignInResult.Welcome(token, session, row.Name);
    }

    /// <summary>The sign-in that the token stands for, if it still holds.</summary>
    public SessionRow? Find(string? token)
    {
        if (string.IsNullOrEmpty(token) || token.Length > 100 || !_sessions.TryGetValue(HashOf(token), out var session)) return null;
        if (session.Expires > time.GetUtcNow()) return session;
        Drop(session);
        return null;
    }

    public bool IsValid(string tokenHash) => _sessions.TryGetValue(tokenHash, out var session) && session.Expires > time.GetUtcNow();

    /// <summary>All sign-ins of an agent, newest last.</summary>
    public IReadOnlyList<SessionRow> Of(AgentId agent) =>
        [.. _sessions.Values.Where(session => session.Agent == agent.Value).OrderBy(session => session.Created)];

    public IReadOnlyCollection<SessionRow> All => [.. _sessions.Values];

    public string NameOf(AgentId agent) => _agents.GetValueOrDefault(agent.Value)?.Name ?? agent.Value;

    public async Task SignOutAsync(SessionRow session, CancellationToken ct = default)
    {
        Drop(session);
        Log.SignedOut(logger, session.Agent);
        await TryStoreAsync(() => store.DeleteSessionAsync(session.TokenHash, ct));
    }

    /// <summary>Whether the agent wants calls; holds for all of the agent's sign-ins.</summary>
    /// <param name="reason">Why not. The same once more changes nothing: the pause goes on.</param>
    public async Task SetReadyAsync(AgentId agent, bool ready, PauseReasonOptions? reason = null, CancellationToken ct = default)
    {
        var why = ready || reason is null ? null
            : roster.Find(agent)?.Paused is { } now && now.Reason == reason.Id ? now : new Pause(reason.Id, reason.Name, time.GetUtcNow());
        roster.SetReady(agent, ready, why);
        foreach (var session in Of(agent)) await ReplaceAsync(session with { Ready = ready, PauseReason = why?.Reason, PausedAt = why?.Since }, ct);
    }

    /// <summary>Writes down which SIP user is this sign-in's phone.</summary>
    public Task SetLineAsync(SessionRow session, string? sipUser, CancellationToken ct = default) =>
        _sessions.TryGetValue(session.TokenHash, out var now) ? ReplaceAsync(now with { SipUser = sipUser }, ct) : Task.CompletedTask;

    /// <summary>Ends the sign-ins whose time is over.</summary>
    public void DropExpired()
    {
        foreach (var session in _sessions.Values.Where(session => session.Expires <= time.GetUtcNow())) Drop(session);
    }

    public void Dispose() => _hashing.Dispose();

    private async Task<bool> IsRightAsync(string password, AgentRow? agent, CancellationToken ct)
    {
        await _hashing.WaitAsync(ct);
        try
        {
            var typed = password.Length <= LongestPassword ? password : "";
            return await Task.Run(() => passwords.Verify(typed, agent?.PasswordHash), ct);
        }
        finally
        {
            _hashing.Release();
        }
    }

    private void Take(SessionRow session, string? reason = null)
    {
        var agent = new AgentId(session.Agent);
        _sessions[session.TokenHash] = session;
        if (session.SipUser is not null) roster.GiveLine(agent, session.SipUser);
        roster.SetReady(agent, session.Ready, session is { PauseReason: { } why, PausedAt: { } since } ? new(why, reason ?? why, since) : null);
        roster.SetSignedIn(agent, true);
    }

    private void Drop(SessionRow session)
    {
        if (!_sessions.TryRemove(session.TokenHash, out var last)) return;
        if (Of(new AgentId(session.Agent)).Count == 0) roster.SetSignedIn(new AgentId(session.Agent), false);
        Ended?.Invoke(last);
    }

    private async Task ReplaceAsync(SessionRow session, CancellationToken ct)
    {
        session = session with { LastSeen = time.GetUtcNow() };
        if (!_sessions.TryGetValue(session.TokenHash, out var old) || !_sessions.TryUpdate(session.TokenHash, session, old)) return;
        await KeepAsync(session, ct);
    }

    private Task KeepAsync(SessionRow session, CancellationToken ct) => TryStoreAsync(() => store.SaveSessionAsync(session, ct));

    private async Task TryStoreAsync(Func<Task> work)
    {
        try
        {
            await Task.Run(work).WaitAsync(StorePatience, time);
        }
        catch (Exception fault)
        {
            Log.NotKept(logger, fault.Message);
        }
    }

    private static string HashOf(string token) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(token)));

    private static partial class Log
    {
        [LoggerMessage(4101, LogLevel.Information, "{Agent} signed in.")]
        public static partial void SignedIn(ILogger logger, string agent);

        [LoggerMessage(4102, LogLevel.Information, "{Agent} signed out.")]
        public static partial void SignedOut(ILogger logger, string agent);

        // Not the name that was typed: people type their password there.
        [LoggerMessage(4103, LogLevel.Information, "A sign-in from {Remote} was refused.")]
        public static partial void Wrong(ILogger logger, string remote);

        [LoggerMessage(4104, LogLevel.Warning, "The store does not answer ({Why}); a change of a sign-in will be forgotten at the next restart.")]
        public static partial void NotKept(ILogger logger, string why);
    }
}

/// <summary>What came of a try to sign in.</summary>
public abstract record SignInResult
{
    private SignInResult()
    {
    }

    /// <param name="Token">For the browser alone.</param>
    public sealed record Welcome(string Token, SessionRow Session, string Name) : SignInResult;

    /// <summary>No such agent, or not this password; which of them is not told.</summary>
    public sealed record Wrong : SignInResult;

    public sealed record TooMany(TimeSpan Wait) : SignInResult;
}
