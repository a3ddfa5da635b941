using System.Text.RegularExpressions;
using Ringway.Ari;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// What one call goes through, noted as it happens so that its end can be explained afterwards. Noting is a line into a list
/// in memory; the journal writes it down behind the call. It is bounded: of a call that does far too much the first and the
/// last steps stay, where the reasons are.
/// </summary>
/// <param name="began">Times are told from here on.</param>
/// <param name="customer">Whose number and id must not stand in the notes.</param>
/// <param name="earlier">What a ringway before us noted of the same call.</param>
public sealed partial class CallEvidence(DateTimeOffset began, Party customer, TimeProvider time, CallTrace? earlier = null)
{
    /// <summary>A call with two agents takes some 25 steps; ten times that is a call that goes round in circles.</summary>
    public const int MostFirst = 120, MostLast = 120;

    /// <summary>Asterisk's sentences are short; what is longer repeats itself.</summary>
    private const int LongestNote = 300;

    private readonly Lock _gate = new();
    private readonly List<TraceLeg> _legs = [.. earlier?.Legs ?? []];
    private readonly List<TraceStep> _first = [.. (earlier?.Steps ?? []).Take(MostFirst)];
    private readonly Queue<TraceStep> _last = new((earlier?.Steps ?? []).Skip(MostFirst));
    private int _leftOut = earlier?.LeftOut ?? 0;

    /// <summary>How it began for us: arrived, placed or taken up.</summary>
    public void Begins(string what, string? leg = null, string? note = null) => Add(TraceKind.Heard, EvidenceWords.Step(what, leg, note));

    /// <summary>An event that the call's rules have been asked about.</summary>
    /// <param name="call">The call before the event.</param>
    public void Heard(Call call, CallEvent happened)
    {
        // Every call is told of every agent's line; only those in the call have a part in its story.
        if (EvidenceWords.AgentOf(happened) is { } agent && call.Engages.All(engaged => engaged.Agent != agent))
            return;
        if (EvidenceWords.Of(happened) is { } step)
            Add(TraceKind.Heard, step);
    }

    public void Sent(Command command)
    {
        if (EvidenceWords.Of(command) is { } step)
            Add(TraceKind.Sent, step);
    }

    public void Refused(Command command, Exception why)
    {
        if (EvidenceWords.Of(command) is { } step)
            Add(TraceKind.Refused, step with { Note = why.Message });
    }

    public void Over(Outcome outcome) =>
        Add(TraceKind.Heard, EvidenceWords.Step("over", null, $"{outcome.What}, by {outcome.Whose}") with { Sip = outcome.Sip });

    /// <summary>What the leg is called elsewhere; the newest names stay.</summary>
    public void Names(Leg leg, Channel channel)
    {
        var named = new TraceLeg(leg.ToString(), channel.Id.Value, Blank(channel.Name), Blank(channel.ProtocolId));
        lock (_gate)
        {
            var at = _legs.FindIndex(known => known.Channel == named.Channel);
            if (at >= 0)
                _legs[at] = named;
            else if (_legs.Count < MostLast)
                _legs.Add(named);
        }
    }

    public CallTrace Trace()
    {
        lock (_gate)
        {
            return new CallTrace([.. _legs], [.. _first, .. _last], _leftOut);
        }
    }

    private void Add(TraceKind kind, TraceStep step)
    {
        var noted = step with { Ms = (long)(time.GetUtcNow() - began).TotalMilliseconds, Kind = kind, Note = Masked(step.Note) };
        lock (_gate)
        {
            if (_first.Count < MostFirst)
            {
                _first.Add(noted);
                return;
            }

            _last.Enqueue(noted);
            if (_last.Count > MostLast)
            {
                _last.Dequeue();
                _leftOut++;
            }
        }
    }

    /// <summary>Numbers with a plus, and this customer's number and id however they are written.</summary>
    private string? Masked(string? note)
    {
        if (note is null)
            return null;
        note = NumberWithPlus().Replace(
            note.Length > LongestNote ? note[..LongestNote] + "…" : note, number => PhoneNumber.Mask(number.Value));
        foreach (var own in (string?[])[customer.Number?.TrimStart('+'), customer.UserId])
            if (own is { Length: > 5 })
                note = note.Replace(own, PhoneNumber.Mask(own), StringComparison.Ordinal);
        return note;
    }

    private static string? Blank(string text) => text.Length == 0 ? null : text;

    [GeneratedRegex(@"(\+|%2B)\d{6,15}")]
    private static partial Regex NumberWithPlus();
}
