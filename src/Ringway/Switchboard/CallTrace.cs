using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace Ringway.Switchboard;

/// <summary>What was seen of a call, step by step, as it is kept: member <c>trace</c> of the record's detail.</summary>
/// <param name="LeftOut">Steps between the first and the last ones that were not kept; 0 for any usual call.</param>
public sealed record CallTrace(ImmutableArray<TraceLeg> Legs, ImmutableArray<TraceStep> Steps, int LeftOut)
{
    private const string Member = "trace";

    private static readonly JsonSerializerOptions Form = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    /// <summary>A detail that holds nothing but the trace; the store adds it to what others have written there.</summary>
    public string ToDetail() => new JsonObject { [Member] = JsonSerializer.SerializeToNode(this, Form) }.ToJsonString();

    /// <summary>The trace in a record's detail; null when there is none, or none that we can read.</summary>
    public static CallTrace? Of(string? detail)
    {
        try
        {
            var trace = JsonNode.Parse(detail ?? "null")?[Member]?.Deserialize<CallTrace>(Form);
            return trace is { Legs.IsDefault: false, Steps.IsDefault: false } ? trace : null;
        }
        catch (Exception odd) when (odd is JsonException or InvalidOperationException)
        {
            return null; // Another version's, or damaged: the record itself still tells the story.
        }
    }

    /// <summary>What else stands in a record's detail: webhooks, mostly.</summary>
    public static JsonObject? Rest(string? detail)
    {
        try
        {
            if (JsonNode.Parse(detail ?? "null") is not JsonObject all)
                return null;
            all.Remove(Member);
            return all.Count == 0 ? null : all;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A leg under the names by which others know it: Asterisk's channel, SIP's Call-ID.</summary>
/// <param name="Leg"><c>customer</c>, or the agent's id.</param>
public sealed record TraceLeg(string Leg, string Channel, string? Name, string? CallId);

/// <summary>One thing that happened.</summary>
/// <param name="Ms">Milliseconds since the call began.</param>
/// <param name="What">A word of <see cref="EvidenceWords"/>.</param>
/// <param name="Leg">Whose leg it was about: <c>customer</c>, or the agent's id.</param>
/// <param name="Note">Whatever belongs to it; telephone numbers are masked.</param>
/// <param name="Sip">SIP status, where one is known.</param>
/// <param name="Cause">Q.850 cause, where one is known.</param>
public sealed record TraceStep(
    long Ms, TraceKind Kind, string What, string? Leg = null, string? Note = null, int? Sip = null, int? Cause = null);

/// <summary>Which way it went.</summary>
public enum TraceKind
{
    /// <summary>It was told to us.</summary>
    Heard,

    /// <summary>We asked for it.</summary>
    Sent,

    /// <summary>We asked for it and did not get it.</summary>
    Refused,
}
