using Ringway.Store;
using Ringway.WhatsApp.Permissions;

namespace Ringway.CallBacks;

/// <summary>Somebody who wants to be called back, as pages see it.</summary>
/// <param name="Id">Of the call in which she asked.</param>
/// <param name="Line">The number that she called, and that calls her back.</param>
/// <param name="TakenBy">The agent who is calling just now; null: anybody may.</param>
/// <param name="LeftMessage">She did not ask, but left a message: <c>GET /calls/{id}/message</c>.</param>
/// <param name="Permission">Whether she may be called now, and why not.</param>
public sealed record CallBackView(
    string Id, CustomerFact Customer, LineFact Line, DateTimeOffset AskedAt, string? TakenBy, bool LeftMessage, PermissionView Permission)
{
    public override string ToString() => $"{Customer} on {Line.Id}";
}
