using System.Collections.Immutable;
using Ringway.Calls;

namespace Ringway.Store;

/// <summary>
/// One call, for good: who, over which line, the time of each step, how it ended. It is written again whole whenever
/// something changes; the last one stays.
/// </summary>
public sealed record CallRecord
{
    public required string Id { get; init; }

    public required Direction Direction { get; init; }

    /// <summary>As the pages know it: arriving, offered, calling, dialling, ringing, talking, over.</summary>
    public required string State { get; init; }

    public required LineFact Line { get; init; }

    public required CustomerFact Customer { get; init; }

    /// <summary>WhatsApp's own id of the call, header <c>x-wa-meta-wacid</c>.</summary>
    public string? Wacid { get; init; }

    /// <summary>Who answered it, or placed it.</summary>
    public string? Agent { get; init; }

    public ImmutableArray<string> OfferedTo { get; init; } = [];

    public required DateTimeOffset ArrivedAt { get; init; }

    public DateTimeOffset? OfferedAt { get; init; }

    public DateTimeOffset? AnsweredAt { get; init; }

    public DateTimeOffset? EndedAt { get; init; }

    public OutcomeFact? Outcome { get; init; }

    /// <summary>
    /// Whatever else is worth keeping about this call: a JSON object, one member for each kind. Without one, what was saved
    /// before stays.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>Kept beside the record; null when the call was not recorded, or not on its end yet.</summary>
    public RecordingFact? Recording { get; init; }
}

/// <summary>What is there of a call's recording.</summary>
/// <param name="CanBeHeard">False when there is nothing on it, or it was deleted after its time.</param>
/// <param name="Fault">What is wrong with it, in a sentence.</param>
public sealed record RecordingFact(double Seconds, bool CanBeHeard, string? Fault);

/// <summary>The business number of a call, as it was then.</summary>
public sealed record LineFact(string Id, PhoneNumber Number, string Name);

/// <summary>
/// The WhatsApp user. Someone with a username may have no number for us, only an id within the business
/// (<c>US.1349…</c>).
/// </summary>
public sealed record CustomerFact(string? Name, PhoneNumber? Number, string? UserId)
{
    /// <summary>The best that we can call this customer: name, else number, else id.</summary>
    public string Display => Name is { Length: > 0 } ? Name : Number?.International ?? UserId ?? "unknown";

    public override string ToString() => Number?.ToString() ?? PhoneNumber.Mask(UserId);
}

/// <summary>How a call ended and whose doing it was.</summary>
/// <param name="What">completed, abandoned, noAnswer, declined, busy, nobodySignedIn, closed, told, voicemail, callBack, unreachable, noPermission, refused,
/// trunkDown, agentLost or failed.</param>
/// <param name="Whose">customer, agent, ringway, asterisk, whatsapp or unknown.</param>
/// <param name="Sentence">For people: what happened and what to do.</param>
/// <param name="Sip">The SIP status that told us, or that we gave.</param>
public sealed record OutcomeFact(string What, string Whose, string Sentence, int? Sip)
{
    public static OutcomeFact From(Outcome outcome) =>
        new(Word(outcome.What.ToString()), Word(outcome.Whose.ToString()), outcome.Sentence, outcome.Sip);

    private static string Word(string name) =>
        name == nameof(Calls.Whose.WhatsApp) ? "whatsapp" : char.ToLowerInvariant(name[0]) + name[1..];
}
