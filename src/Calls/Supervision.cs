namespace Ringway.Calls;

/// <summary>What a supervisor who is beside a call does. Neither is heard by the WhatsApp user.</summary>
public enum SupervisionMode
{
    /// <summary>Hears both and is heard by nobody.</summary>
    Listen,

    /// <summary>Hears both; the agent alone hears the supervisor.</summary>
    Whisper,
}

public enum SupervisionStage
{
    /// <summary>The supervisor's phone is being connected.</summary>
    Connecting,

    /// <summary>It is connected, and the ear at the agent's leg is asked for.</summary>
    Opening,

    /// <summary>The supervisor hears the call.</summary>
    On,
}

/// <summary>
/// A supervisor beside a call, of whom there is one at most: she hears what the agent says and hears, through an ear at the agent's leg, so
/// that the bridge of the call is as it would be without her.
/// </summary>
/// <param name="By">The supervisor.</param>
/// <param name="Of">The agent whose leg the ear is at; when that agent leaves the call, it is over.</param>
public sealed record Supervision(AgentId By, AgentId Of, SupervisionMode Mode, SupervisionStage Stage = SupervisionStage.Connecting);
