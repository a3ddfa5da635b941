using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>One line of a call's evidence.</summary>
/// <param name="Ms">Milliseconds since the call began.</param>
/// <param name="Side"><c>sip</c>, <c>ari</c>, or <c>ringway</c> for what was decided here.</param>
public sealed record EvidenceLine(long Ms, string Side, string Text, bool Refused);

/// <summary>
/// One call in plain words, and one level deeper what was seen. Made to be read and to be sent to somebody who helps: the
/// user's number is masked in it.
/// </summary>
/// <param name="Sentences">Who called whom, who rang, who answered, how long they talked, who ended it and why; in that order.</param>
/// <param name="Advice">What to do about it; null when all is well.</param>
/// <param name="Wacid">WhatsApp's name of the call; Meta's support asks for it.</param>
/// <param name="LeftOut">Steps in the middle that were not kept.</param>
/// <param name="More">What else is kept of the call: webhooks, by their kind.</param>
public sealed record CallStory(
    string Id, bool Over, ImmutableArray<string> Sentences, string? Advice, string? Wacid,
    ImmutableArray<TraceLeg> Legs, ImmutableArray<EvidenceLine> Evidence, int LeftOut, JsonObject? More)
{
    /// <param name="trace">Of a call that lives: what was noted so far. Otherwise what the record holds is taken.</param>
    /// <param name="nameOf">What colleagues call an agent.</param>
    public static CallStory Of(CallRecord call, CallTrace? trace, Func<string, string> nameOf, DateTimeOffset now)
    {
        trace ??= CallTrace.Of(call.Detail);
        var teller = new Teller(call, trace?.Steps ?? [], nameOf, now);
        return new CallStory(
            call.Id, call.EndedAt is not null, [.. teller.Sentences()], AdviceFor(call), call.Wacid,
            trace?.Legs ?? [],
            [.. (trace?.Steps ?? []).Select(step => new EvidenceLine(
                step.Ms, EvidenceWords.SideOf(step), EvidenceWords.Text(step), step.Kind == TraceKind.Refused))],
            trace?.LeftOut ?? 0, CallTrace.Rest(call.Detail));
    }

    /// <summary>The table of cures: what became of it and whose doing it was, to what can be done.</summary>
    private static string? AdviceFor(CallRecord call) => (call.Outcome?.What, call.Outcome?.Whose, call.Outcome?.Sip) switch
    {
        (null, _, _) or ("completed", _, _) or ("declined", "customer", _) => null,
        ("abandoned", "customer", _) => "Call back, if this user has allowed it.",
        ("abandoned", _, _) => null,
        ("noAnswer", "agent", _) => "Call back. If it happens often: more agents, or a longer calls.ringSeconds.",
        ("noAnswer", _, _) => "Try again later. Four calls in a row that nobody answers take the permission away.",
        ("declined", _, _) => "Call back. Agents who are not free can set themselves to not ready.",
        ("busy", _, _) => "Call back. If it happens often, more agents are needed at this hour.",
        ("nobodySignedIn", _, _) => "Call back. Sign an agent in and set ready, or change the call hours that WhatsApp shows.",
        ("closed", _, _) => "Call back when the line is open. Its hours are lines[].hours.",
        ("told", _, _) => "Nothing went wrong. If this caller should reach somebody: lines[].routes says where calls go, and `ringway route test` why.",
        ("callBack", _, _) => "Call back: the agents' page lists who has asked for it.",
        ("voicemail", _, _) => "Listen to the message in the history, and call back.",
        ("unreachable", "agent", _) => "Open the agents' page and wait until it says that its phone is connected; then `ringway doctor --only phones`.",
        ("unreachable", _, _) => "Try again later; the user's phone may be off. A user who never can be reached may not have WhatsApp any more.",
        ("noPermission", _, _) => "Ask for permission on the page, or have the user call; then call again.",
        ("refused", _, 404) => "Check whatsapp.host and the number that was called: WhatsApp does not know it.",
        ("refused", _, 407 or 401) => "The SIP password is not the one that Meta has: `ringway doctor --only sip-password`.",
        ("refused", _, _) => "`ringway doctor` compares the line's number, host name and settings with Meta's.",
        ("trunkDown", _, >= 500) => "WhatsApp itself failed. Try again; if it stays, ask Meta's support with the wacid or Call-ID below.",
        ("trunkDown", _, _) => "`ringway doctor --only whatsapp` says what is in the way: DNS, firewall or certificate.",
        ("agentLost", _, _) => "Call back. The agent's browser or network went away and was not back within calls.rejoinSeconds, and nobody else took the call.",
        ("failed", "whatsapp", _) => "`ringway doctor --only address` and `--only rtp`: sound that stops is mostly a firewall or a wrong trunk.externalAddress.",
        ("failed", "ringway", _) => null,
        ("failed", "unknown", _) => "Ringway was away when it ended; logs/ringway.log says why it was.",
        _ => "asterisk/log/messages.log in the data folder says more; `ringway doctor` looks at Asterisk.",
    };

    /// <summary>Finds the sentences in the record and, where it was kept, in the trace.</summary>
    private sealed class Teller(CallRecord call, ImmutableArray<TraceStep> steps, Func<string, string> nameOf, DateTimeOffset now)
    {
        private const string CustomerLeg = "customer";

        private string User => call.Customer.Name is { Length: > 0 } name ? $"{name} ({call.Customer})" : call.Customer.ToString() is { Length: > 0 } number ? number : "Somebody";

        private string Agent => call.Agent is { } agent ? nameOf(agent) : "An agent";

        private bool Inbound => call.Direction == Direction.Inbound;

        public IEnumerable<string> Sentences() =>
        [
            Beginning(), .. Inbound ? Rang() : Dialled(), .. TakenUp(), .. Refusals(), .. Answer(), End(),
        ];

        private string Beginning()
        {
            var at = call.ArrivedAt.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
            return Inbound
                ? $"{User} called {call.Line.Name} on {at} UTC."
                : $"{Agent} called {User} from {call.Line.Name} on {at} UTC.";
        }

        private IEnumerable<string> Rang()
        {
            if (call.OfferedTo.IsEmpty)
            {
                if (call.EndedAt is not null) yield return "Nobody's phone rang.";
                yield break;
            }

            yield return $"{List(call.OfferedTo.Select(nameOf))} {(call.OfferedTo.Length == 1 ? "was" : "were")} rung{After(call.OfferedAt)}.";
            foreach (var step in steps.Where(step => step.Leg is not null and not CustomerLeg && step.Leg != call.Agent))
                if (WhyNotTaken(step) is { } sentence)
                    yield return sentence;
        }

        /// <summary>What kept somebody who was rung from answering. Phones that stop because another took the call say nothing.</summary>
        private string? WhyNotTaken(TraceStep step) => step switch
        {
            _ when call.AnsweredAt is { } answered && call.ArrivedAt.AddMilliseconds(step.Ms) >= answered => null,
            { Kind: TraceKind.Heard, What: "declineAsked" } or { Kind: TraceKind.Heard, What: "gone", Sip: 486 or 600 or 603 } =>
                $"{nameOf(step.Leg!)} declined after {Seconds(step.Ms)}.",
            { Kind: TraceKind.Heard, What: "gone", Cause: not 26 } =>
                $"{nameOf(step.Leg!)}'s phone could not be reached{(step.Sip is { } sip ? $" (SIP {sip})" : "")}.",
            { Kind: TraceKind.Heard, What: "lineLost" } => $"{nameOf(step.Leg!)}'s page went away after {Seconds(step.Ms)}.",
            { Kind: TraceKind.Refused, What: "ring" } => $"{nameOf(step.Leg!)}'s phone could not be rung.",
            _ => null,
        };

        private IEnumerable<string> Dialled()
        {
            if (First("pickedUp") is { } connected) yield return $"{Agent}'s own page answered by itself after {Seconds(connected.Ms)}.";
            if (First("dial") is { } dialled)
                yield return First("ringing") is { } rings
                    ? $"WhatsApp was called, and {Seconds(rings.Ms - dialled.Ms)} later the user's phone rang."
                    : "WhatsApp was called; it never said that the user's phone rings.";
        }

        private IEnumerable<string> TakenUp() => steps
            .Where(step => step.What == "takenUp")
            .Select(step => $"Ringway was restarted and took the call up again {Seconds(step.Ms)} after it began.");

        private IEnumerable<string> Refusals() => steps
            .Where(step => step is { Kind: TraceKind.Refused, Note: not null })
            .Select(step => $"Asterisk did not do what it was asked to ({step.What}): {step.Note}")
            .Distinct().Take(3);

        private IEnumerable<string> Answer()
        {
            if (call.AnsweredAt is not { } answered) yield break;
            yield return $"{(Inbound ? Agent : "The WhatsApp user")} answered{After(answered)}.";
            if (call.EndedAt is { } ended) yield return $"They talked for {Length(ended - answered)}.";
        }

        private string End() => call switch
        {
            { EndedAt: { } ended, Outcome: { } outcome } => $"It ended{After(ended)}. {outcome.Sentence}",
            { EndedAt: { } ended } => $"It ended{After(ended)}; nobody knows why.",
            { State: "talking", AnsweredAt: { } answered } => $"They have been talking for {Length(now - answered)}.",
            _ => $"It is going on, {call.State} for {Length(now - call.ArrivedAt)}.",
        };

        private TraceStep? First(string what) => steps.FirstOrDefault(step => step.What == what && step.Kind != TraceKind.Refused);

        private string After(DateTimeOffset? at) => at is { } time ? $" after {Seconds((long)(time - call.ArrivedAt).TotalMilliseconds)}" : "";

        private static string Seconds(long ms) => string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, ms) / 1000.0:0.0} s");

        private static string Length(TimeSpan time) => time < TimeSpan.FromMinutes(1)
            ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, time.TotalSeconds):0.0} s")
            : string.Create(CultureInfo.InvariantCulture, $"{(int)time.TotalMinutes} min {time.Seconds} s");

        private static string List(IEnumerable<string> names) => names.ToArray() switch
        {
            [var one] => one,
            [.. var more, var last] => $"{string.Join(", ", more)} and {last}",
            _ => "Nobody",
        };
    }
}
