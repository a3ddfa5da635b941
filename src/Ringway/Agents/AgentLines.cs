using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Agents;

/// <summary>
/// Mints the phone of a sign-in and takes it away. An agent has one phone: the newest sign-in that asks gets it, and
/// the page that had it is told.
/// </summary>
public sealed partial class AgentLines : IDisposable
{
    private readonly ISipLines _lines;
    private readonly SignIns _signIns;
    private readonly Roster _roster;
    private readonly ILogger<AgentLines> _logger;
    private readonly SemaphoreSlim _oneAtATime = new(1);

    public AgentLines(ISipLines lines, SignIns signIns, Roster roster, ILogger<AgentLines> logger)
    {
        (_lines, _signIns, _roster, _logger) = (lines, signIns, roster, logger);
        signIns.Ended += session => _ = EndAsync(session);
    }

    /// <summary>A sign-in lost its phone; its page should say so, and may ask for a new one.</summary>
    public event Action<LineLost>? Lost;

    /// <summary>Gives this sign-in a new phone. The one that the agent had before stops working.</summary>
    /// <returns>The account, or null while the agent talks on the phone of another sign-in.</returns>
    /// <exception cref="LinesUnavailableException">Asterisk is not there.</exception>
    public async Task<SipAccount?> MintAsync(SessionRow session, CancellationToken ct = default)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var agent = new AgentId(session.Agent);
            var holder = _signIns.Of(agent).FirstOrDefault(other => other.SipUser is not null && other.TokenHash != session.TokenHash);
            if (holder is not null && _roster.Find(agent) is { State: "talking", LineUp: true }) return null;

            var old = _roster.SipUser(agent);
            var account = new SipAccount(
                $"{agent}-{RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 8)}",
                Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), session.Agent, _signIns.NameOf(agent));
            await _lines.CreateAsync(account, ct);
            _roster.GiveLine(agent, account.User);
            await _signIns.SetLineAsync(session, account.User, ct);
            Log.Minted(_logger, account.User);
            if (holder is not null)
            {
                await _signIns.SetLineAsync(holder, null, ct);
                Lost?.Invoke(new LineLost(holder, LineLost.Moved));
            }

            if (old is not null) await RevokeAsync(old);
            return account;
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    /// <summary>
    /// Compares what Asterisk has with what we believe. A phone that it forgot (it restarted) is lost, and its page asks
    /// for a new one; a phone that belongs to nobody who is signed in is removed. Nobody gets a phone meanwhile, else a
    /// new one might be taken for either.
    /// </summary>
    /// <param name="look">Asks Asterisk for the phones that it has, and whether each is registered.</param>
    public async Task CompareAsync(Func<Task<IReadOnlyDictionary<string, bool>>> look, CancellationToken ct = default)
    {
        await _oneAtATime.WaitAsync(ct);
        try
        {
            var there = await look();
            foreach (var session in _signIns.All.Where(session => session.SipUser is not null))
            {
                if (there.TryGetValue(session.SipUser!, out var up)) _roster.LineIs(session.SipUser!, up);
                else await LoseAsync(session, ct);
            }

            foreach (var orphan in there.Keys.Except(_signIns.All.Select(session => session.SipUser)))
            {
                Log.Orphan(_logger, orphan!);
                await RevokeAsync(orphan!);
            }
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    public void Dispose() => _oneAtATime.Dispose();

    private async Task LoseAsync(SessionRow session, CancellationToken ct)
    {
        Log.Forgotten(_logger, session.SipUser!);
        if (_roster.SipUser(new AgentId(session.Agent)) == session.SipUser) _roster.GiveLine(new AgentId(session.Agent), null);
        await _signIns.SetLineAsync(session, null, ct);
        Lost?.Invoke(new LineLost(session, LineLost.AsteriskRestarted));
    }

    private async Task EndAsync(SessionRow session)
    {
        if (session.SipUser is not { } user) return;
        if (_roster.SipUser(new AgentId(session.Agent)) == user) _roster.GiveLine(new AgentId(session.Agent), null);
        await RevokeAsync(user);
    }

    private async Task RevokeAsync(string user)
    {
        try
        {
            await _lines.RevokeAsync(user);
        }
        catch (Exception fault)
        {
            // What stays behind is found and removed when Asterisk is connected again.
            Log.NotRevoked(_logger, user, fault.Message);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(4110, LogLevel.Information, "Phone {User} was made.")]
        public static partial void Minted(ILogger logger, string user);

        [LoggerMessage(4112, LogLevel.Information, "Asterisk does not know phone {User} any more; its page makes a new one.")]
        public static partial void Forgotten(ILogger logger, string user);

        [LoggerMessage(4113, LogLevel.Information, "Phone {User} belongs to nobody who is signed in; removed.")]
        public static partial void Orphan(ILogger logger, string user);

        [LoggerMessage(4111, LogLevel.Warning, "Phone {User} could not be taken away yet: {Why}")]
        public static partial void NotRevoked(ILogger logger, string user, string why);
    }
}

/// <summary>A sign-in lost its phone.</summary>
public sealed record LineLost(SessionRow Session, string Reason)
{
    /// <summary>Another page of the same agent has the phone now. Asking for it again would take it back.</summary>
    public const string Moved = "moved";

    /// <summary>Asterisk restarted and knows no phones; ask for a new one.</summary>
    public const string AsteriskRestarted = "asterisk-restarted";
}
