using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Agents;

/// <summary>A call as pages see it, live or in the history.</summary>
/// <param name="State">arriving, offered, calling, dialling, ringing, talking or over.</param>
/// <param name="Agent">Who answered it or placed it.</param>
/// <param name="Outcome">How it ended; null while it lives.</param>
public sealed record CallView(
    string Id, Direction Direction, string State, CustomerFact Customer, LineFact Line, string? Agent,
    ImmutableArray<string> OfferedTo, DateTimeOffset ArrivedAt, DateTimeOffset? OfferedAt, DateTimeOffset? AnsweredAt,
    DateTimeOffset? EndedAt, OutcomeFact? Outcome)
{
    public static CallView From(CallRecord call) => new(
        call.Id, call.Direction, call.State, call.Customer, call.Line, call.Agent, call.OfferedTo,
        call.ArrivedAt, call.OfferedAt, call.AnsweredAt, call.EndedAt, call.Outcome);

    [JsonIgnore]
    public bool IsOver => State == "over";

    /// <summary>Whether this agent has to do with the call: has it, or is or was asked to take it.</summary>
    public bool Concerns(AgentId agent) => Agent == agent.Value || OfferedTo.Contains(agent.Value);
}
