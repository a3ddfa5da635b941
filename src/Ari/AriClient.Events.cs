namespace Ringway.Ari;

public sealed partial class AriClient
{
    /// <summary>Tells an application something, as <see cref="ChannelUserevent"/>; also ourselves, in line with Asterisk's own events.</summary>
    /// <param name="name">The event's name.</param>
    /// <param name="app">Who is told.</param>
    /// <param name="sources">What it is about: <c>channel:{id}</c>, <c>bridge:{id}</c>, <c>endpoint:PJSIP/ada</c>; 422 when there is no such thing.</param>
    /// <param name="variables">The event's own members (<see cref="ChannelUserevent.UserEvent"/>).</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task RaiseUserEventAsync(
        string name, string app, IEnumerable<string>? sources = null, IReadOnlyDictionary<string, string>? variables = null,
        CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "events/user/{eventName}", name)
            .With("application", app)
            .With("source", sources is null ? null : string.Join(',', sources))
            .WithVariables(variables),
        ct);

    /// <summary>
    /// Takes a call that was offered to several applications (<see cref="CallBroadcast"/>); the first who asks gets it, and its StasisStart.
    /// </summary>
    /// <returns>Whether it is ours. False when another was quicker, or nobody was quick enough and it is not on offer any more.</returns>
    public async Task<bool> ClaimAsync(ChannelId channel, string app, CancellationToken ct = default)
    {
        try
        {
            await SendAsync(new AriRequest("POST", "events/claim").With("channelId", channel.Value).With("application", app), ct);
            return true;
        }
        catch (AriException e) when (e.IsConflict || e.IsNotFound)
        {
            return false;
        }
    }
}
