using System.Text.Json.Serialization;
using Ringway.Simulator.Edge;
using Ringway.Simulator.Handsets;
using Ringway.Simulator.Media;
using Ringway.Simulator.Sip;

namespace Ringway.Simulator.Api;

/// <summary>A call as the API shows it.</summary>
public sealed record CallView(
    string Id, string Wacid, CallDirection Direction, CallState State, string User, string? UserName, string Business,
    DateTimeOffset StartedAt, DateTimeOffset? AnsweredAt, DateTimeOffset? EndedAt, int DurationSeconds,
    int? FinalStatus, CallEnd? EndedBy, IReadOnlyList<SipLine> Sip, IReadOnlyList<Violation> Violations, Heard? Heard, RelayCounts? Media)
{
    public static CallView Of(CallRecord call) => new(
        call.Id, call.Wacid, call.Direction, call.State, call.User, call.UserName, call.Business,
        call.StartedAt, call.AnsweredAt, call.EndedAt, call.DurationSeconds,
        call.FinalStatus, call.End, call.Sip, call.Violations, call.Heard?.Invoke(), call.Media?.Invoke());
}

/// <summary>POST /calls: a WhatsApp user calls a business. Times in seconds.</summary>
public sealed record CallOrder
{
    /// <summary>Number with plus or a user id such as <c>US.1349…</c>; null is a fictional number.</summary>
    public string? From { get; init; }

    public string? Name { get; init; }

    /// <summary>Business number; null is the first that is known.</summary>
    public string? To { get; init; }

    public double? GiveUpAfter { get; init; }

    public double? HangUpAfter { get; init; }

    public int? PlayHz { get; init; }

    public Tone? Play { get; init; }

    public string? Digits { get; init; }

    /// <summary>For the INVITE, such as <c>x-wa-meta-cta-payload</c>, <c>x-wa-meta-deeplink-payload</c>, <c>x-wa-meta-country-code</c>.</summary>
    public Dictionary<string, string>? Headers { get; init; }

    public bool WithoutWacidHeader { get; init; }

    /// <summary>A header is a token and one line of text.</summary>
    public bool HasGoodHeaders => Headers is null || Headers.All(h => SipText.IsToken(h.Key) && !h.Value.Any(char.IsControl));

    public Behaviour ToBehaviour() => new()
    {
        GiveUpAfter = GiveUpAfter, HangUpAfter = HangUpAfter, PlayHz = PlayHz ?? Play?.Hz, Digits = Digits,
    };
}

public sealed record Tone(int Hz);

/// <summary>PUT /handsets/{user}: how that user takes calls. Empty forgets the script: the page rings again.</summary>
public sealed record HandsetOrder
{
    public double? AnswerAfter { get; init; }

    public bool Decline { get; init; }

    public bool Ignore { get; init; }

    public bool Unreachable { get; init; }

    public bool NoPermission { get; init; }

    public double? HangUpAfter { get; init; }

    public int? PlayHz { get; init; }

    public Tone? Play { get; init; }

    public string? Digits { get; init; }

    /// <summary>Null when nothing is asked for.</summary>
    public Behaviour? ToBehaviour()
    {
        if (this == new HandsetOrder()) return null;
        return new()
        {
            Reaction = Decline ? Reaction.Decline : Ignore ? Reaction.Ignore : Unreachable ? Reaction.Unreachable
                : NoPermission ? Reaction.NoPermission : Reaction.Answer,
            AnswerAfter = AnswerAfter ?? Behaviour.Default.AnswerAfter,
            HangUpAfter = HangUpAfter,
            PlayHz = PlayHz ?? Play?.Hz,
            Digits = Digits,
        };
    }
}

/// <summary>POST /handset: a page opens a phone.</summary>
public sealed record PageOrder(string? Name, string? Number);

public sealed record PageView(
    string Uri, string User, string Password, string Socket, string Registrar, IReadOnlyList<LineView> Lines);

public sealed record LineView(string Number, string Name);

/// <summary>GET /healthz: 0 everywhere means that no call left anything behind.</summary>
public sealed record Health(string Status, int LiveCalls, int Relays, int HandsetLegs, bool HandsetsConnected);

public sealed record RuleView(string Id, string Text, string Source, bool On);

public sealed record RuleSwitch(bool On);

public sealed record StartedView(string Id, string Wacid);

/// <summary>One message of /events.</summary>
public sealed record EventView(string Type, CallView Call);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.Never)]
[JsonSerializable(typeof(EventView))]
[JsonSerializable(typeof(UserEventView))]
[JsonSerializable(typeof(GraphEventView))]
internal sealed partial class EventJson : JsonSerializerContext;
