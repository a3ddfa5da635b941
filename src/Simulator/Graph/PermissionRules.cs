namespace Ringway.Simulator.Graph;

/// <summary>
/// Meta's rules of permission between a business number and a user (Meta, Calling: User call permissions, 26 Jun 2026).
/// Pure: value in, value out, time as argument.
/// </summary>
public static class PermissionRules
{
    /// <summary>A temporary grant, and a grant by calling the business.</summary>
    public static readonly TimeSpan TemporaryLife = TimeSpan.FromDays(7);

    /// <summary>From delivery, and again from the answer: so long the user may still (or anew) decide.</summary>
    public static readonly TimeSpan RequestLife = TimeSpan.FromDays(7);

    /// <summary>After a word or a call of the user the business may write freely.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    public const int AsksPerDay = 1, AsksPerWeek = 2, ConnectedPerDay = 100, NudgeAt = 2, RevokeAt = 4;

    private static readonly TimeSpan Day = TimeSpan.FromHours(24), Week = TimeSpan.FromDays(7);

    /// <summary>The grant that holds now. Nobody is told when a temporary one runs out.</summary>
    public static Grant GrantAt(this CallPermission p, DateTimeOffset now) =>
        p is { Grant: Grant.Temporary, Until: { } until } && until <= now ? Grant.None : p.Grant;

    public static bool WindowIsOpen(this CallPermission p, DateTimeOffset now) => p.WindowUntil > now;

    /// <summary>Per day and per week.</summary>
    public static IReadOnlyList<Limit> AskLimits(this CallPermission p, DateTimeOffset now) =>
        [Count(p.Asked, "PT24H", Day, AsksPerDay, now), Count(p.Asked, "P7D", Week, AsksPerWeek, now)];

    public static Limit CallLimit(this CallPermission p, DateTimeOffset now) => Count(p.Connected, "PT24H", Day, ConnectedPerDay, now);

    public static bool MayAsk(this CallPermission p, DateTimeOffset now) =>
        p.GrantAt(now) != Grant.Permanent && p.AskLimits(now).All(limit => limit.FreeAt is null);

    public static bool MayCall(this CallPermission p, DateTimeOffset now) => p.GrantAt(now) != Grant.None && p.CallLimit(now).FreeAt is null;

    public static CallPermission Ask(this CallPermission p, DateTimeOffset now) => p with { Asked = [.. p.Asked.Where(at => at > now - Week), now] };

    /// <summary>A new grant begins with no strikes. A temporary one never shortens a permanent one.</summary>
    public static CallPermission Allow(this CallPermission p, bool always, DateTimeOffset now) => p with
    {
        Grant = always || p.Grant == Grant.Permanent ? Grant.Permanent : Grant.Temporary,
        Until = always || p.Grant == Grant.Permanent ? null : now + TemporaryLife,
        Unanswered = 0,
    };

    public static CallPermission Refuse(this CallPermission p) => p with { Grant = Grant.None, Until = null };

    /// <summary>A connected call, whoever called, forgives all asking and all strikes; only those of the business count for its limit.</summary>
    public static CallPermission Connect(this CallPermission p, bool byBusiness, DateTimeOffset now) => p with
    {
        Asked = [],
        Unanswered = 0,
        Connected = byBusiness ? [.. p.Connected.Where(at => at > now - Day), now] : p.Connected,
    };

    /// <summary>
    /// A call of the business that the user did not take. Meta says "unanswered or rejected"; that a phone which is off, and a
    /// business that gives up while it rings, count too is our harsher reading.
    /// </summary>
    public static (CallPermission, Strike) Miss(this CallPermission p)
    {
        var missed = p with { Unanswered = Math.Min(p.Unanswered + 1, RevokeAt) };
        if (missed.Unanswered >= RevokeAt && p.Grant != Grant.None) return (missed.Refuse(), Strike.Revoked);
        return (missed, missed.Unanswered == NudgeAt && p.Unanswered < NudgeAt ? Strike.Nudge : Strike.None);
    }

    /// <summary>The user wrote or called.</summary>
    public static CallPermission Hear(this CallPermission p, DateTimeOffset now) => p with { WindowUntil = now + Window };

    private static Limit Count(IReadOnlyList<DateTimeOffset> times, string name, TimeSpan period, int allowed, DateTimeOffset now)
    {
        var within = times.Where(at => at > now - period).Order().ToList();
        return new(name, allowed, within.Count, within.Count < allowed ? null : within[within.Count - allowed] + period);
    }
}
