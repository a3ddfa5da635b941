namespace Ringway.Simulator.Graph;

/// <summary>A WhatsApp Business account with the app that may speak for it.</summary>
/// <param name="Token">What that app shows as <c>Authorization: Bearer</c>.</param>
/// <param name="AppSecret">What webhooks are signed with.</param>
/// <param name="VerifyToken">What the app's owner entered beside the webhook address.</param>
public sealed record SimulatedAccount(
    string BusinessAccountId, string AppId, string Token, string? AppSecret = null, string? VerifyToken = null)
{
    public override string ToString() => BusinessAccountId;
}
