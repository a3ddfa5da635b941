namespace Ringway.Ari;

public sealed partial class AriClient
{
    public async Task<IReadOnlyList<Bridge>> ListBridgesAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "bridges"), AriJsonContext.Default.BridgeArray, ct);

    /// <summary>The bridge as it is now; null when it is gone.</summary>
    public Task<Bridge?> GetBridgeAsync(BridgeId bridge, CancellationToken ct = default) =>
        FindAsync(new("GET", "bridges/{bridgeId}", bridge.Value), AriJsonContext.Default.Bridge, ct);

    /// <summary>Makes a bridge.</summary>
    /// <param name="bridge">Its id; must be new.</param>
    /// <param name="type">Comma-separated: <c>mixing</c>, <c>holding</c>, with <c>dtmf_events</c>, <c>proxy_media</c>.</param>
    /// <param name="name">For people who look at Asterisk's console.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task<Bridge> CreateBridgeAsync(
        BridgeId bridge, string type = "mixing", string? name = null, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "bridges/{bridgeId}", bridge.Value).With("type", type).With("name", name),
        AriJsonContext.Default.Bridge, ct);

    public Task AddToBridgeAsync(BridgeId bridge, ChannelId channel, CancellationToken ct = default) =>
        AddToBridgeAsync(bridge, [channel], ct);

    /// <summary>Lets the channels hear each other. Each must be in Stasis (else 409); they are taken out of another bridge.</summary>
    public Task AddToBridgeAsync(BridgeId bridge, IEnumerable<ChannelId> channels, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "bridges/{bridgeId}/addChannel", bridge.Value).With("channel", string.Join(',', channels)), ct);

    /// <summary>Takes the channel out of the bridge; success when it is not in it, or gone.</summary>
    public async Task RemoveFromBridgeAsync(BridgeId bridge, ChannelId channel, CancellationToken ct = default)
    {
        try
        {
            await SendAsync(new AriRequest("POST", "bridges/{bridgeId}/removeChannel", bridge.Value).With("channel", channel.Value), ct);
        }
        catch (AriException e) when (e.Status is 404 or 422 || e is { Status: 400, AsteriskMessage: "Channel not found" })
        {
            // No such bridge, not in this bridge, no such channel (Asterisk 22.10.1, tried).
        }
    }

    /// <summary>One request each: Asterisk refuses a list altogether when one of its channels is gone.</summary>
    public Task RemoveFromBridgeAsync(BridgeId bridge, IEnumerable<ChannelId> channels, CancellationToken ct = default) =>
        Task.WhenAll(channels.Select(channel => RemoveFromBridgeAsync(bridge, channel, ct)));

    /// <summary>Dissolves the bridge; its channels stay in Stasis. Success when it is gone already.</summary>
    public Task DestroyBridgeAsync(BridgeId bridge, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "bridges/{bridgeId}", bridge.Value), ct);

    /// <summary>Plays a sound to all in the bridge.</summary>
    public Task<Playback> PlayAsync(
        BridgeId bridge, string media, string? playbackId = null, string? language = null, CancellationToken ct = default) => SendAsync(
        Play("bridges/{bridgeId}/play", bridge.Value, media, playbackId, language), AriJsonContext.Default.Playback, ct);

    /// <inheritdoc cref="StartMusicAsync(ChannelId, string?, CancellationToken)"/>
    public Task StartMusicAsync(BridgeId bridge, string? musicClass = null, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "bridges/{bridgeId}/moh", bridge.Value).With("mohClass", musicClass), ct);

    public Task StopMusicAsync(BridgeId bridge, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "bridges/{bridgeId}/moh", bridge.Value), ct);
}
