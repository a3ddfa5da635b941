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

    /// <summary>Ends a call that the agent has, declines one that the agent is asked to take, or leaves one that the agent was asked into.</summary>
    HangUpResult HangUp(AgentId by, string callId);

    /// <summary>Does something with a call that the agent has: hold, transfer, consultation. A colleague in it is reserved first.</summary>
    /// <param name="asked">One of those events of a call that name the agent who asks.</param>
    /// <returns>Null when the call has heard it; what comes of it is seen on the board.</returns>
    CallRefusal? Ask(AgentId by, string callId, CallEvent asked);

    /// <summary>Picks up a call that anybody of the line's team has parked; the agent's phone answers by itself.</summary>
    CallRefusal? Fetch(AgentId by, string callId);

    /// <summary>Puts a supervisor beside a call, or changes whether the agent hears her; her phone answers by itself. Her right to it is asked for elsewhere.</summary>
    CallRefusal? Supervise(AgentId by, string callId, SupervisionMode mode);

    /// <summary>The supervisor who is beside the call comes into it.</summary>
    CallRefusal? Barge(AgentId by, string callId);

    CallRefusal? LeaveSupervision(AgentId by, string callId);
}

/// <summary>Why something cannot be done with a call now.</summary>
/// <param name="Code">no-such-call, not-your-call, not-now, no-agent, no-team, no-menu or agent-busy.</param>
/// <param name="Detail">For the agent: what is wrong and what to do.</param>
public sealed record CallRefusal(string Code, string Detail);

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
