namespace Ringway.Ari;

/// <summary>How a channel takes part in a bridge.</summary>
public sealed record BridgeMembership
{
    /// <summary>In a holding bridge <c>participant</c> (default: it hears what is played) or <c>announcer</c>.</summary>
    public string? Role { get; init; }

    /// <summary>Keeps its DTMF from the others; we are told of it all the same.</summary>
    public bool? AbsorbDtmf { get; init; }

    /// <summary>Keeps its sound from the others.</summary>
    public bool? Mute { get; init; }

    /// <summary>Keeps who it is from the others: no new name and number on their displays.</summary>
    public bool? InhibitConnectedLineUpdates { get; init; }
}

public sealed partial class AriClient
{
    /// <summary>All bridges, the dialplan's among them; one that was destroyed stands here until Asterisk's own thread has let go of it.</summary>
    public async Task<IReadOnlyList<Bridge>> ListBridgesAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "bridges"), AriJsonContext.Default.BridgeArray, ct);

    /// <summary>The bridge as it is now; null when it is gone.</summary>
    public Task<Bridge?> GetBridgeAsync(BridgeId bridge, CancellationToken ct = default) =>
        FindAsync(new("GET", "bridges/{bridgeId}", bridge.Value), AriJsonContext.Default.Bridge, ct);

    /// <summary>Makes a bridge. It lives until it is destroyed, or Asterisk ends.</summary>
    /// <param name="bridge">Its id; must be new (409).</param>
    /// <param name="type">
    /// Comma-separated: <c>mixing</c> or <c>holding</c>, with <c>dtmf_events</c>, <c>proxy_media</c>, <c>video_sfu</c>, <c>video_single</c>,
    /// <c>sdp_label</c>.
    /// </param>
    /// <param name="name">For people who look at Asterisk's console.</param>
    /// <param name="variables">The bridge's variables (22.10).</param>
    /// <param name="reportedVariables">Variables that every event of the bridge carries (<see cref="Bridge.BridgeVars"/>).</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task<Bridge> CreateBridgeAsync(
        BridgeId bridge, string type = "mixing", string? name = null, IReadOnlyDictionary<string, string>? variables = null,
        IReadOnlyDictionary<string, string>? reportedVariables = null, CancellationToken ct = default) => SendAsync(
        Variables(
            new AriRequest("POST", "bridges/{bridgeId}", bridge.Value).With("type", type).With("name", name), variables, reportedVariables),
        AriJsonContext.Default.Bridge, ct);

    public Task AddToBridgeAsync(BridgeId bridge, ChannelId channel, CancellationToken ct = default) =>
        AddToBridgeAsync(bridge, [channel], ct);

    /// <inheritdoc cref="AddToBridgeAsync(BridgeId, IEnumerable{ChannelId}, BridgeMembership, CancellationToken)"/>
    public Task AddToBridgeAsync(BridgeId bridge, IEnumerable<ChannelId> channels, CancellationToken ct = default) =>
        AddToBridgeAsync(bridge, channels, new(), ct);

    /// <summary>Lets the channels hear each other. Each must be in Stasis (else 422); they are taken out of another bridge.</summary>
    /// <exception cref="AriException">
    /// 400: no such channel, and then none of the list is added; 404: no such bridge; 409: a channel is being recorded; 422: a channel is
    /// not in Stasis, which is also said of a created channel for a moment before its StasisStart.
    /// </exception>
    public Task AddToBridgeAsync(
        BridgeId bridge, IEnumerable<ChannelId> channels, BridgeMembership membership, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "bridges/{bridgeId}/addChannel", bridge.Value)
            .With("channel", string.Join(',', channels))
            .With("role", membership.Role)
            .With("absorbDTMF", membership.AbsorbDtmf)
            .With("mute", membership.Mute)
            .With("inhibitConnectedLineUpdates", membership.InhibitConnectedLineUpdates),
        ct);

    /// <summary>Takes the channel out of the bridge; success when it is not in it, or gone.</summary>
    public async Task RemoveFromBridgeAsync(BridgeId bridge, ChannelId channel, CancellationToken ct = default)
    {
        try
        {
            await SendAsync(new AriRequest("POST", "bridges/{bridgeId}/removeChannel", bridge.Value).With("channel", channel.Value), ct);
        }
        catch (AriException e) when (e.IsNotFound || e.Status == 422 || e is { Status: 400, AsteriskMessage: "Channel not found" })
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

    /// <inheritdoc cref="GetVariableAsync(ChannelId, string, CancellationToken)"/>
    public Task<string?> GetBridgeVariableAsync(BridgeId bridge, string name, CancellationToken ct = default) =>
        ReadVariableAsync("bridges/{bridgeId}", bridge.Value, name, ct);

    /// <inheritdoc cref="GetVariablesAsync(ChannelId, IEnumerable{string}, CancellationToken)"/>
    public Task<IReadOnlyDictionary<string, string?>> GetBridgeVariablesAsync(
        BridgeId bridge, IEnumerable<string> names, CancellationToken ct = default) =>
        ReadVariablesAsync("bridges/{bridgeId}", bridge.Value, names, ct);

    /// <inheritdoc cref="SetVariableAsync(ChannelId, string, string?, bool?, CancellationToken)"/>
    public Task SetBridgeVariableAsync(
        BridgeId bridge, string name, string? value, bool? reportEvents = null, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "bridges/{bridgeId}/variable", bridge.Value)
            .With("variable", name).With("value", value).With("report_events", reportEvents),
        ct);

    /// <inheritdoc cref="SetVariablesAsync(ChannelId, IReadOnlyDictionary{string, string}, bool, CancellationToken)"/>
    public Task SetBridgeVariablesAsync(
        BridgeId bridge, IReadOnlyDictionary<string, string> variables, bool reportEvents = false, CancellationToken ct = default) =>
        SendAsync(Variables(new("POST", "bridges/{bridgeId}/variables", bridge.Value), variables, reportEvents), ct);

    /// <summary>
    /// Shows one channel's picture to all, in a bridge of three or more; in a smaller one it has no effect, and is not refused. 422 when
    /// the channel is not in the bridge, 400 (22.10.1; described as 404) when there is none.
    /// </summary>
    public Task SetVideoSourceAsync(BridgeId bridge, ChannelId channel, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "bridges/{bridgeId}/videoSource/{channelId}", bridge.Value, channel.Value), ct);

    /// <summary>Shows whoever talks again; success when the bridge is gone.</summary>
    public Task ClearVideoSourceAsync(BridgeId bridge, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "bridges/{bridgeId}/videoSource", bridge.Value), ct);

    /// <inheritdoc cref="StartMusicAsync(ChannelId, string?, CancellationToken)"/>
    public Task StartMusicAsync(BridgeId bridge, string? musicClass = null, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "bridges/{bridgeId}/moh", bridge.Value).With("mohClass", musicClass), ct);

    /// <summary>Stops the music that <see cref="StartMusicAsync(BridgeId, string?, CancellationToken)"/> started.</summary>
    public Task StopMusicAsync(BridgeId bridge, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "bridges/{bridgeId}/moh", bridge.Value), ct);
}
