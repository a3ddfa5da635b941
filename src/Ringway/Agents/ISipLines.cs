namespace Ringway.Agents;

/// <summary>
/// The phones' accounts in Asterisk: made at sign-in, gone at sign-out, and gone with Asterisk's memory when it
/// restarts.
/// </summary>
public interface ISipLines
{
    /// <summary>Makes the account, or sets it again.</summary>
    /// <exception cref="LinesUnavailableException">Asterisk is not there, or refused.</exception>
    Task CreateAsync(SipAccount account, CancellationToken ct = default);

    /// <summary>Takes the account away. One that is gone already is fine.</summary>
    Task RevokeAsync(string user, CancellationToken ct = default);
}

/// <summary>One phone's account.</summary>
/// <param name="User">SIP user and name of the endpoint in Asterisk: agent, dash, chance.</param>
/// <param name="Password">128 bits; it is in the agent's page and in Asterisk's memory, and nowhere else.</param>
public sealed record SipAccount(string User, string Password, string Agent, string Name)
{
    public override string ToString() => User;
}

/// <summary>Asterisk is not there to make a phone's account, or refused to.</summary>
public sealed class LinesUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
