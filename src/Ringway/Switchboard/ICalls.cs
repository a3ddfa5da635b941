using Ringway.Calls;

namespace Ringway.Switchboard;

/// <summary>What pages may ask of the switchboard. What comes of it they see on the board.</summary>
public interface ICalls
{
    /// <summary>
    /// Rings the agent's own phone, which answers by itself, then the WhatsApp user. A user who has not allowed it is not called.
    /// </summary>
    /// <param name="line">The line to call from; null takes the only or first one.</param>
    Task<PlaceResult> PlaceAsync(AgentId by, PhoneNumber to, string? line, CancellationToken ct);

    /// <summary>Ends a call that the agent has, or declines one that the agent is asked to take.</summary>
    HangUpResult HangUp(AgentId by, string callId);
}

/// <summary>What came of placing a call.</summary>
public abstract record PlaceResult
{
    private PlaceResult()
    {
    }

    public sealed record Placed(string Id) : PlaceResult;

    /// <param name="Code">bad-number, no-line, agent-busy, not-registered, no-permission or trunk-down.</param>
    /// <param name="Detail">For the agent: what is wrong and what to do.</param>
    public sealed record Refused(string Code, string Detail) : PlaceResult;
}

/// <summary>What came of hanging up.</summary>
public enum HangUpResult { Done, NoSuchCall, NotYours }
