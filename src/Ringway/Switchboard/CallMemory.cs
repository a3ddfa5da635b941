using System.Globalization;
using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// What a call must remember across a death of Ringway, written on its channels and read back from them. Everything else
/// follows from the ids and from who is in the bridge.
/// </summary>
public static class CallMemory
{
    /// <summary>On the customer's leg: who talks, and since when, as <c>ada|1763862031000</c> (milliseconds).</summary>
    public const string TalkVariable = "RINGWAY_TALK";

    /// <summary>On the customer's leg: whether the recording is paused, which Asterisk knows and does not tell.</summary>
    public const string TapeVariable = "RINGWAY_TAPE", Paused = "paused", Runs = "runs";

    /// <summary>On the agent's leg of a call that she placed: <c>line|number|began</c>.</summary>
    public const string PlacedVariable = "RINGWAY_PLACED";

    /// <param name="team">The team that the caller chose; it is written behind.</param>
    public static string Talk(AgentId with, DateTimeOffset since, string? team = null) => $"{with}|{Milliseconds(since)}{Behind(team)}";

    /// <summary>As above for a caller who waits: <c>|1763862031000</c>.</summary>
    public static string Wait(DateTimeOffset since, string? team = null) => $"|{Milliseconds(since)}{Behind(team)}";

    /// <summary>As above for a caller who speaks a message; no agent's id has an exclamation mark.</summary>
    public static string Message(DateTimeOffset since) => $"!message|{Milliseconds(since)}";

    /// <summary>As above for a caller who is asked to press a key.</summary>
    public static string Menu(DateTimeOffset since) => $"!menu|{Milliseconds(since)}";

    /// <summary>As above for a caller who is told that she will be called back.</summary>
    public static string CallBack(DateTimeOffset since) => $"!callback|{Milliseconds(since)}";

    /// <summary>As above for a parked call.</summary>
    public static string Park(AgentId by, DateTimeOffset since, string? team = null) => $"{Parked}{by}|{Milliseconds(since)}{Behind(team)}";

    private const string Parked = "!park:";

    public static Story WithTalk(Story story, string? written) => written?.Split('|') is [var agent, var since, .. var team]
        && long.TryParse(since, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        ? WithTalk(story with { Team = team is [var chosen] ? chosen : null }, agent, DateTimeOffset.FromUnixTimeMilliseconds(at))
        : story;

    private static string Behind(string? team) => team is null ? "" : $"|{team}";

    private static Story WithTalk(Story story, string agent, DateTimeOffset since) => agent switch
    {
        "" => story with { QueuedAt = since },
        ['!', 'p', ..] when agent.StartsWith(Parked, StringComparison.Ordinal) =>
            story with { ParkedBy = new AgentId(agent[Parked.Length..]), ParkedAt = since, QueuedAt = since },
        "!menu" => story with { MenuAt = since },
        "!callback" => story with { CallBackAt = since },
        "!message" => story with { MessageSince = since },
        _ => story with { Agent = new AgentId(agent), AnsweredAt = since, QueuedAt = null },
    };

    public static Story? Placed(CallId id, string? written) => written?.Split('|') is [var line, var to, var began]
        && long.TryParse(began, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
        ? new Story(id, Direction.Outbound, Destination(to), line, DateTimeOffset.FromUnixTimeMilliseconds(at))
        : null;

    /// <summary>Headers of the INVITE that an agent's page gets, and what the leg must remember.</summary>
    public static Dictionary<string, string> OfAgentLeg(Story story, bool answersItself)
    {
        var variables = new Dictionary<string, string> { ["PJSIP_HEADER(add,X-Ringway-Call)"] = story.Id.Value };
        if (answersItself)
        {
            variables["PJSIP_HEADER(add,X-Ringway-Answer)"] = "auto";
        }

        if (story.Direction == Direction.Outbound)
        {
            variables[PlacedVariable] = $"{story.Line}|{story.Customer.Number ?? story.Customer.UserId}|{Milliseconds(story.Began)}";
        }

        return variables;
    }

    /// <summary>What a bot is told of the call, in the first message on its WebSocket; empty where there is nothing to tell.</summary>
    public static Dictionary<string, string> OfBotLeg(Story story) => new()
    {
        ["RINGWAY_CALL"] = story.Id.Value,
        ["RINGWAY_LINE"] = story.Line,
        ["RINGWAY_FROM"] = story.Customer.Number ?? story.Customer.UserId ?? "",
        ["RINGWAY_PAYLOAD"] = story.Payload ?? "",
    };

    /// <summary>The fuse: Asterisk itself ends a call that nobody ended.</summary>
    public static Dictionary<string, string> OfCustomerLeg(Story story, TimeSpan longest) => new()
    {
        ["TIMEOUT(absolute)"] = ((int)longest.TotalSeconds).ToString(CultureInfo.InvariantCulture),
        [PlacedVariable] = $"{story.Line}|{story.Customer.Number ?? story.Customer.UserId}|{Milliseconds(story.Began)}",
    };

    private static Party Destination(string to) => to.StartsWith('+') ? new Party(to) : new Party(null, UserId: to);

    private static string Milliseconds(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
}
