using System.Collections.Immutable;

namespace Ringway.WhatsApp.Permissions;

/// <summary>
/// Meta's rules about calling a user (Meta, "User call permissions", read 2025-12-19). Pure: facts and an event give new facts;
/// facts and a time say what may be done.
/// </summary>
public static class PermissionRules
{
    /// <summary>Unanswered or declined calls in a row after which WhatsApp takes the permission away.</summary>
    public const int MostUnanswered = 4;

    /// <summary>How long a request can be answered.</summary>
    public static readonly TimeSpan AskLasts = TimeSpan.FromDays(7);

    /// <summary>How long after a user's message or call a free-form message may be sent.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(24);

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    /// <summary>Webhooks tell whole seconds: an event is up to one younger than it says.</summary>
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>Four are needed; more tell us whether four stood before a permission that was given again.</summary>
    private const int MostKept = 200;

    /// <summary>Only the last request's fate matters, but other programs may send to the same user, and fail.</summary>
    private const int MostUndelivered = 50;

    public static Permission On(Permission known, PermissionEvent happened, DateTimeOffset now) => Forget(happened switch
    {
        PermissionEvent.Granted g => Hear(known, g.Until is { } until
            ? new Answer(AnswerKind.Temporary, g.At, until, g.Request) : new Answer(AnswerKind.Permanent, g.At, null, g.Request)),
        PermissionEvent.Rejected r => Hear(known, new Answer(r.Automatic ? AnswerKind.Revoked : AnswerKind.Refused, r.At, null, r.Request)),
        // A "no" that says why is kept. Either way Meta is asked before the next call: 403 can have other reasons.
        PermissionEvent.CallRefused r => known with
        {
            CheckedAt = null,
            Answer = known.Answer.Kind == AnswerKind.NotHeard || known.Answer.Allows(r.At)
                ? Later(known.Answer, new Answer(AnswerKind.NotAllowed, r.At, null, known.Answer.Request)) : known.Answer,
        },
        PermissionEvent.Asked a => known with { LastAsk = Later(known.LastAsk, new Asking(a.At, a.Id)), Asks = Add(known.Asks, a.At) },
        PermissionEvent.AskFailed f when !known.Undelivered.Contains(f.Id) => known with { Undelivered = [.. known.Undelivered.Append(f.Id).Order(StringComparer.Ordinal).TakeLast(MostUndelivered)] },
        PermissionEvent.UserCame c => known with { HeardAt = Later(known.HeardAt, c.At) },
        PermissionEvent.CallAnswered { Ours: true } c => known with
        {
            TalkedAt = Later(known.TalkedAt, c.At), AnsweredAt = Later(known.AnsweredAt, c.At), Connects = Add(known.Connects, c.At),
        },
        // Meta resets the request limits by "any connected call"; of the streak it says so only of our own calls.
        PermissionEvent.CallAnswered c => known with { TalkedAt = Later(known.TalkedAt, c.At), HeardAt = Later(known.HeardAt, c.At) },
        PermissionEvent.CallMissed m => known with { Misses = Add(known.Misses, m.At) },
        PermissionEvent.Checked c => Check(known, c.At, c.Said),
        _ => known,
    }, now);

    /// <summary>What the facts mean now.</summary>
    public static Standing At(Permission known, DateTimeOffset now)
    {
        var streak = Streak(known);
        var allowed = known.Answer.Allows(now) && streak < MostUnanswered;
        var asked = !allowed && IsAskOpen(known, now);
        var state =
            allowed ? known.Answer.Kind == AnswerKind.Permanent ? PermissionState.Permanent : PermissionState.Temporary
            : asked ? PermissionState.Asked
            : streak >= MostUnanswered || known.Answer.Kind == AnswerKind.Revoked ? PermissionState.Blocked
            : known.Answer.Kind == AnswerKind.Refused ? PermissionState.Refused
            : known.Answer.Kind == AnswerKind.NotHeard && known.LastAsk is null ? PermissionState.Unknown
            : PermissionState.None;
        var calls = Math.Max(0, known.Limits.CallsADay - Count(known.Connects, now - Day));
        var (today, week) = (AsksLeft(known, now, Day, known.Limits.AsksADay), AsksLeft(known, now, Week, known.Limits.AsksAWeek));
        return new Standing(
            state,
            MayCall: state == PermissionState.Unknown || allowed && calls > 0 && !known.CallBarred,
            MayAsk: state != PermissionState.Permanent && today > 0 && week > 0 && !known.AskBarred,
            Until: state == PermissionState.Temporary ? known.Answer.Until : null,
            today, week, calls, streak,
            WindowUntil: known.HeardAt + Window is { } until && until > now ? until : null,
            AskedAt: asked ? known.LastAsk!.At : null,
            AskFreeAt: FreeAt(known, now), CallFreeAt: calls > 0 ? null : known.Connects.Order().First() + Day);
    }

    /// <summary>When time alone changes what the facts mean; null when it does not.</summary>
    public static DateTimeOffset? ChangesAt(Permission known, DateTimeOffset now)
    {
        IEnumerable<DateTimeOffset?> all =
        [
            known.Answer.Until, known.LastAsk?.At + AskLasts, known.HeardAt + Window,
            .. known.Asks.SelectMany(at => new DateTimeOffset?[] { at + Day, at + Week }), .. known.Connects.Select(at => (DateTimeOffset?)(at + Day)),
        ];
        return all.Where(at => at > now).Min();
    }

    private static Permission Hear(Permission known, Answer heard) => known with { Answer = Later(known.Answer, heard) };

    /// <summary>
    /// Meta's word replaces all that is older than the question. What is as new as the question may be news to Meta's answer, so it
    /// stays, and the check counts as not made when the two differ.
    /// </summary>
    private static Permission Check(Permission known, DateTimeOffset at, MetaPermission said)
    {
        if (at <= known.CheckedAt) return known; // two checks may overtake each other
        var granted = said.Allowed != MetaPermission.Kind.None;
        var differs = granted != (known.Answer.Allows(at) && Streak(known) < MostUnanswered);
        var counted = Count(known, at, said);
        if (differs && known.Answer.At + Second > at) return counted;
        return counted with
        {
            CheckedAt = at,
            Answer = said switch
            {
                { Allowed: MetaPermission.Kind.Permanent } => new Answer(AnswerKind.Permanent, Floor(known, at), null, known.Answer.Request),
                { Allowed: MetaPermission.Kind.Temporary } => new Answer(AnswerKind.Temporary, Floor(known, at), said.Until ?? at + Week, known.Answer.Request),
                // Refused, revoked and run out say more than "no".
                _ when known.Answer.Kind != AnswerKind.NotHeard && !known.Answer.Allows(at) => known.Answer,
                _ => new Answer(AnswerKind.NotAllowed, Floor(known, at), null, known.Answer.Request),
            },
        };
    }

    /// <summary>A second before the question, so that news of the same second is heard; never before what is known.</summary>
    private static DateTimeOffset Floor(Permission known, DateTimeOffset at) =>
        at - Second > known.Answer.At ? at - Second : known.Answer.At;

    /// <summary>Meta counts what we do not see: requests and calls of other programs on the same number.</summary>
    private static Permission Count(Permission known, DateTimeOffset at, MetaPermission said)
    {
        var limits = new PermissionLimits(
            said.Ask?.Day?.Most ?? known.Limits.AsksADay, said.Ask?.Week?.Most ?? known.Limits.AsksAWeek,
            said.Call?.Day?.Most ?? known.Limits.CallsADay);
        var asks = Counted(known).ToImmutableArray();
        if (said.Ask?.Day is { } day) asks = Fit(asks, at, TimeSpan.Zero, Day, day);
        if (said.Ask?.Week is { } week) asks = Fit(asks, at, Day, Week, week with { Used = Math.Max(0, week.Used - Count(asks, at - Day)) });
        var counted = known with
        {
            CountedAt = at,
            Limits = limits,
            Asks = asks,
            Connects = said.Call?.Day is { } calls ? Fit(known.Connects, at, TimeSpan.Zero, Day, calls) : known.Connects,
        };
        return counted with
        {
            AskBarred = said.Ask is { Can: false } && said.Allowed != MetaPermission.Kind.Permanent
                && AsksLeft(counted, at, Day, limits.AsksADay) > 0 && AsksLeft(counted, at, Week, limits.AsksAWeek) > 0,
            CallBarred = said.Call is { Can: false } && said.Allowed != MetaPermission.Kind.None
                && Count(counted.Connects, at - Day) < limits.CallsADay,
        };
    }

    /// <summary>
    /// Makes as many times as Meta counts lie in the stretch from <paramref name="from"/> to <paramref name="to"/> ago. Of those that we
    /// did not see we assume the latest time, so that we never promise too early.
    /// </summary>
    private static ImmutableArray<DateTimeOffset> Fit(
        ImmutableArray<DateTimeOffset> times, DateTimeOffset at, TimeSpan from, TimeSpan to, MetaLimit limit)
    {
        bool Inside(DateTimeOffset time) => time > at - to && (time <= at - from || from == TimeSpan.Zero);
        var inside = times.Where(Inside).Order().ToList();
        while (inside.Count > limit.Used) inside.RemoveAt(0);
        // Times are a set, so no two may be the same; a tick apart is no difference to anybody.
        for (var unseen = limit.FreeAt - to ?? at - from; inside.Count < limit.Used; unseen -= TimeSpan.FromMicroseconds(1))
            if (!inside.Contains(unseen))
                inside.Add(unseen);
        return [.. times.Where(time => !Inside(time)).Concat(inside).Order()];
    }

    private static bool IsAskOpen(Permission known, DateTimeOffset now) =>
        known.LastAsk is { } ask && now < ask.At + AskLasts && !Answers(known.Answer, ask) && !known.Undelivered.Contains(ask.Id ?? "");

    /// <summary>By its id; a word that answers no request (in the profile, or WhatsApp's own) ends one that is older.</summary>
    private static bool Answers(Answer answer, Asking ask) => answer switch
    {
        { Request: not null } when answer.Request == ask.Id => true,
        { Request: null, Kind: AnswerKind.NotAllowed or AnswerKind.NotHeard } => false,
        { Request: null } => answer.At >= ask.At,
        _ => false,
    };

    /// <summary>
    /// Unanswered calls in a row. Four take the permission away; when it was given again after that, the count begins anew.
    /// </summary>
    private static int Streak(Permission known)
    {
        var misses = known.Misses.Where(at => known.AnsweredAt is null || at > known.AnsweredAt).Order().ToList();
        if (misses.Count < MostUnanswered || known.Answer.Kind is not (AnswerKind.Temporary or AnswerKind.Permanent)) return Math.Min(misses.Count, MostUnanswered);
        var granted = Later(known.Answer.At, known.CheckedAt ?? DateTimeOffset.MinValue)!.Value;
        var before = misses.Count(at => at <= granted);
        return Math.Min(MostUnanswered, before >= MostUnanswered ? misses.Count - before : misses.Count);
    }

    private static int AsksLeft(Permission known, DateTimeOffset now, TimeSpan period, int most) =>
        Math.Max(0, most - Count([.. Counted(known)], now - period));

    private static DateTimeOffset? FreeAt(Permission known, DateTimeOffset now)
    {
        var asks = Counted(known).Order().ToList();
        DateTimeOffset? Free(TimeSpan period, int most) =>
            asks.Where(at => at > now - period).ToList() is { } used && most > 0 && used.Count >= most ? used[^most] + period : null;
        return Later(Free(Day, known.Limits.AsksADay), Free(Week, known.Limits.AsksAWeek));
    }

    /// <summary>A call that was answered resets the requests; of one before Meta last counted, Meta's count knows.</summary>
    private static IEnumerable<DateTimeOffset> Counted(Permission known) =>
        known.Asks.Where(at => known.TalkedAt is null || known.TalkedAt <= known.CountedAt || at > known.TalkedAt);

    private static int Count(ImmutableArray<DateTimeOffset> times, DateTimeOffset since) => times.Count(at => at > since);

    /// <summary>What can mean nothing any more is left out, so that a permission does not grow for years.</summary>
    private static Permission Forget(Permission known, DateTimeOffset now) => known with
    {
        Asks = [.. known.Asks.Where(at => at > now - Week).TakeLast(MostKept)],
        Connects = [.. known.Connects.Where(at => at > now - Day).TakeLast(MostKept)],
        Misses = [.. known.Misses.Where(at => known.AnsweredAt is null || at > known.AnsweredAt).TakeLast(MostKept)],
    };

    private static ImmutableArray<DateTimeOffset> Add(ImmutableArray<DateTimeOffset> times, DateTimeOffset at) =>
        times.Contains(at) ? times : [.. times.Append(at).Order()];

    private static DateTimeOffset? Later(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a > b ? a : b;

    private static Asking Later(Asking? a, Asking b) => a is null || b.At > a.At || b.At == a.At && a.Id is null ? b : a;

    /// <summary>The newer; of the same second the harder, so that the order in which they come changes nothing.</summary>
    private static Answer Later(Answer a, Answer b)
    {
        var order = (a.At.CompareTo(b.At), a.Kind.CompareTo(b.Kind), Nullable.Compare(b.Until, a.Until), string.CompareOrdinal(a.Request, b.Request));
        return order switch
        {
            (not 0, _, _, _) => order.Item1 > 0 ? a : b,
            (_, not 0, _, _) => order.Item2 > 0 ? a : b,
            (_, _, not 0, _) => order.Item3 > 0 ? a : b,
            _ => order.Item4 >= 0 ? a : b,
        };
    }
}

public enum PermissionState
{
    /// <summary>The user has not allowed calls, or did and the time is over.</summary>
    None,

    /// <summary>A request waits for the user's answer.</summary>
    Asked,
    Temporary,
    Permanent,

    /// <summary>The user said no.</summary>
    Refused,

    /// <summary>WhatsApp took the permission away after four unanswered calls in a row.</summary>
    Blocked,

    /// <summary>We cannot know; WhatsApp decides when it is called.</summary>
    Unknown,
}

/// <summary>What may be done at one moment.</summary>
/// <param name="AskFreeAt">When one more request is possible, if none is now.</param>
/// <param name="CallFreeAt">When one more call is possible, if none is now.</param>
public sealed record Standing(
    PermissionState State, bool MayCall, bool MayAsk, DateTimeOffset? Until, int AsksLeftToday, int AsksLeftThisWeek, int CallsLeftToday,
    int Unanswered, DateTimeOffset? WindowUntil, DateTimeOffset? AskedAt, DateTimeOffset? AskFreeAt, DateTimeOffset? CallFreeAt);
