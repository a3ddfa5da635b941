using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>A call as it is told and kept, and back.</summary>
public static class CallFacts
{
    public static CallRecord Record(Call call, RingwayOptions options)
    {
        var story = call.Story;
        var over = call as Call.Over;
        return new()
        {
            Id = story.Id.Value,
            Direction = story.Direction,
            State = State(call),
            Line = Line(story.Line, options),
            Customer = Customer(story.Customer),
            Wacid = story.Wacid,
            Agent = story.Agent?.Value,
            OfferedTo = [.. story.OfferedTo.Select(agent => agent.Value)],
            ArrivedAt = story.Began,
            OfferedAt = story.OfferedAt,
            AnsweredAt = story.AnsweredAt,
            EndedAt = over?.EndedAt,
            Outcome = over is null ? null : OutcomeFact.From(over.Outcome),
        };
    }

    /// <summary>The call as pages see it while it lives.</summary>
    public static CallView View(Call call, CallRecord record) => CallView.From(record) with
    {
        ParkedBy = call is Call.Parked parked ? parked.By.Value : null,
        ParkedAt = call is Call.Parked ? call.Story.ParkedAt : null,
        OnHold = call is Call.Talking { OnHold: true } or Call.AgentAway,
        Away = call is Call.AgentAway,
        Ringing = call switch
        {
            Call.Offered offered => [.. offered.Ringing.Select(agent => agent.Value)],
            Call.Talking { Ringing: { } asked } => [asked.Value],
            _ => [],
        },
        Colleagues = call is Call.Talking talking ? [.. talking.Colleagues.Select(one => new ColleagueView(one.Who.Value, one.State))] : [],
        Recording = call.Story.RecordingPolicy.When == RecordWhen.Never ? null : new(call.Story.RecordingPolicy.When, call.Story.Recording?.Stage),
        Supervision = call is not Call.Over && call.Story.Supervision is { } beside
            ? new(beside.By.Value, beside.Of.Value, beside.Mode, beside.Stage == SupervisionStage.On) : null,
        TransferredBy = call.Story.TransferredBy?.Value,
        QueuedAt = call.Story.QueuedAt,
    };

    public static Story Story(CallRecord call) => new(
        new CallId(call.Id), call.Direction,
        new Party(call.Customer.Number?.E164, call.Customer.UserId, call.Customer.Name), call.Line.Id, call.ArrivedAt)
    {
        Wacid = call.Wacid,
        OfferedTo = [.. call.OfferedTo.Select(agent => new AgentId(agent))],
        OfferedAt = call.OfferedAt,
        Agent = call.Agent is { } agent ? new AgentId(agent) : null,
        AnsweredAt = call.AnsweredAt,
    };

    private static string State(Call call) => call switch
    {
        Call.Arriving => "arriving",
        Call.InMenu => "menu",
        Call.Told => "told",
        Call.Queued => "queued",
        Call.TakingMessage => "message",
        Call.Promised => "promised",
        Call.Offered => "offered",
        Call.Calling => "calling",
        Call.Dialling { Rings: true } => "ringing",
        Call.Dialling => "dialling",
        Call.Talking or Call.AgentAway => "talking",
        Call.Parked => "parked",
        _ => "over",
    };

    private static LineFact Line(string id, RingwayOptions options) => options.Line(id) is { } line
        ? new(line.Id, line.Number, line.Name)
        : new(id, default, id);

    /// <summary>A From user that looks like a number and is none is kept as an id; nobody is refused for it.</summary>
    private static CustomerFact Customer(Party customer) => PhoneNumber.TryParse(customer.Number, out var number, out _)
        ? new(customer.Name, number, customer.UserId)
        : new(customer.Name, null, customer.UserId ?? customer.Number);
}
