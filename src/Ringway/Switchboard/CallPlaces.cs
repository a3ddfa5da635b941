using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>
/// Where legs are called, as Asterisk's dial strings. Nothing a caller wrote gets into one: agents' endpoints are names of
/// our own making, and a customer is digits or a business-scoped id, checked before.
/// </summary>
/// <param name="soundOfBot">As Asterisk names the format; null for who is no bot.</param>
public sealed class CallPlaces(
    Func<AgentId, string?> endpointOfAgent, Func<string, string?> numberOfLine, Func<AgentId, string?>? soundOfBot = null)
{
    /// <summary>Null when the agent has no line.</summary>
    public string? OfAgent(AgentId agent) => OfBot(agent) ?? (endpointOfAgent(agent) is { } endpoint ? $"PJSIP/{endpoint}" : null);

    /// <summary>A WebSocket that is opened to the bot; null for who is no bot.</summary>
    public string? OfBot(AgentId agent) => soundOfBot?.Invoke(agent) is { } sound ? $"WebSocket/{agent}/c({sound})" : null;

    /// <summary>The business number of a line, for From; without it Asterisk writes "Anonymous" there. Null when the line is gone.</summary>
    public string? NumberOf(string line) => numberOfLine(line);

    /// <exception cref="ArgumentException">The party is neither a number nor a business-scoped id.</exception>
    public static string OfCustomer(string line, Party customer)
    {
        var user = customer.Number ?? customer.UserId ?? "";
        return user.Length is > 1 and < 64 && user.All(c => char.IsAsciiLetterOrDigit(c) || c is '+' or '.')
            ? $"PJSIP/{user}@line-{line}"
            : throw new ArgumentException($"A customer of line {line} cannot be called: no number and no user id.", nameof(customer));
    }
}
