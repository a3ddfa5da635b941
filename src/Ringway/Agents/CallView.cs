using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Agents;

/// <summary>A call as pages see it, live or in the history.</summary>
/// <param name="State">arriving, menu, queued, message, told, promised, offered, parked, calling, dialling, ringing, talking or over.</param>
/// <param name="Agent">Who answered it or placed it.</param>
/// <param name="Outcome">How it ended; null while it lives.</param>
public sealed record CallView(
    string Id, Direction Direction, string State, CustomerFact Customer, LineFact Line, string? Agent,
    ImmutableArray<string> OfferedTo, DateTimeOffset ArrivedAt, DateTimeOffset? OfferedAt, DateTimeOffset? AnsweredAt,
    DateTimeOffset? EndedAt, OutcomeFact? Outcome)
{
    public static CallView From(CallRecord call) => new(
        call.Id, call.Direction, call.State, call.Customer, call.Line, call.Agent, call.OfferedTo,
        call.ArrivedAt, call.OfferedAt, call.AnsweredAt, call.EndedAt, call.Outcome)
    {
        Recorded = call.Recording,
    };

    /// <summary>The WhatsApp user hears music.</summary>
    public bool OnHold { get; init; }

    /// <summary>Who has put the call aside for whoever picks it up, and since when.</summary>
    public string? ParkedBy { get; init; }

    public DateTimeOffset? ParkedAt { get; init; }

    /// <summary>The agent's browser is gone just now; she is connected again when she is back in time.</summary>
    public bool Away { get; init; }

    /// <summary>Whose phones ring for it now.</summary>
    public ImmutableArray<string> Ringing { get; init; } = [];

    /// <summary>Whom the agent has asked into the call, and supervisors who came in; who came last at the end.</summary>
    public ImmutableArray<ColleagueView> Colleagues { get; init; } = [];

    /// <summary>The supervisor who is beside the call.</summary>
    public SupervisionView? Supervision { get; init; }

    /// <summary>Who gave the call to the agent who has it, or to the one who rings.</summary>
    public string? TransferredBy { get; init; }

    /// <summary>Of a call that lives; null when calls of its line never are recorded.</summary>
    public RecordingView? Recording { get; init; }

    /// <summary>Of a call that is over: what there is to hear of it; null when it was not recorded.</summary>
    public RecordingFact? Recorded { get; init; }

    /// <summary>Since when the caller waits, or when she first had to.</summary>
    public DateTimeOffset? QueuedAt { get; init; }

    [JsonIgnore]
    public bool IsOver => State == "over";

    /// <summary>Whether this agent has to do with the call: has it, is or was asked to take it, or is beside it as a supervisor.</summary>
    public bool Concerns(AgentId agent) =>
        Agent == agent.Value || OfferedTo.Contains(agent.Value) || Colleagues.Any(one => one.Agent == agent.Value) || Supervision?.By == agent.Value;
}

/// <summary>A colleague in a call.</summary>
/// <param name="State">ringing; talking: with the agent alone while the call is on hold, else with the WhatsApp user, too; waiting: with music, while the agent talks with the WhatsApp user.</param>
public sealed record ColleagueView(string Agent, ColleagueState State);

/// <summary>A supervisor beside a call; the WhatsApp user hears nothing of her.</summary>
/// <param name="Of">The agent whose talk she hears.</param>
/// <param name="Mode">listen: nobody hears her; whisper: the agent alone does.</param>
/// <param name="On">False while she is being connected.</param>
public sealed record SupervisionView(string By, string Of, SupervisionMode Mode, bool On);

/// <summary>How the recording of a call stands.</summary>
/// <param name="When">onDemand or always.</param>
/// <param name="Stage">starting, running, paused or failed; null when nobody has asked for it.</param>
public sealed record RecordingView(RecordWhen When, RecordingStage? Stage);
