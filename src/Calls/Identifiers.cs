namespace Ringway.Calls;

/// <summary>
/// Names one call, in every log line, channel id and record: <c>n1-1763862000-12</c>. The part before the first dash is
/// the node that took the call, so that a second machine never mints the same one.
/// </summary>
public readonly record struct CallId(string Value)
{
    /// <summary>
    /// An arriving call is named after its channel, whose id Asterisk chose (<c>n1-1763862000.12</c>). Nothing has to be
    /// remembered to know the one from the other, so a restart or an event told twice finds the same call.
    /// </summary>
    public static CallId OfArrivingChannel(string channel) => new(channel.Replace('.', '-'));

    /// <summary>A call that one of our agents places: node, time in seconds, and chance against two in one second.</summary>
    public static CallId Placed(string node, DateTimeOffset now, Random chance) =>
        new($"{node}-{now.ToUnixTimeSeconds()}-{chance.GetString("abcdefghjkmnpqrstuvwxyz", 8)}");

    public override string ToString() => Value;
}

/// <summary>Names one agent: lower case letters, digits and dashes, as in the configuration.</summary>
public readonly record struct AgentId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>One side of a call: the WhatsApp user, or one of our agents.</summary>
public readonly record struct Leg(AgentId? Agent)
{
    public static Leg Customer => default;

    public static Leg Of(AgentId agent) => new(agent);

    public override string ToString() => Agent is { } agent ? agent.Value : "customer";
}

file static class Chance
{
    public static string GetString(this Random chance, string alphabet, int length) =>
        new(chance.GetItems<char>(alphabet, length));
}
