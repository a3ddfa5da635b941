namespace Ringway.Ari;

/// <summary>Sounds to play one after another, and how.</summary>
public sealed record PlayRequest
{
    /// <summary>
    /// <c>sound:hello</c>, <c>recording:name</c>, <c>tone:ring;tonezone=us</c>, <c>digits:123</c>, <c>number:42</c>,
    /// <c>characters:abc</c>. No comma in any: it would be two.
    /// </summary>
    public required IReadOnlyList<string> Media { get; init; }

    /// <summary>Null lets Asterisk choose one, which is known only from the answer. A doubled one is a second playback, not refused.</summary>
    public string? PlaybackId { get; init; }

    /// <summary>For sounds; null is the channel's own.</summary>
    public string? Language { get; init; }

    /// <summary>Where in the first sound to begin.</summary>
    public int? OffsetMilliseconds { get; init; }

    /// <summary>How far forward and reverse go; null is Asterisk's 3000.</summary>
    public int? SkipMilliseconds { get; init; }
}

/// <summary>What can be done to a sound that plays.</summary>
public enum PlaybackOperation
{
    Restart,
    Pause,
    Unpause,
    Reverse,
    Forward,
}

public sealed partial class AriClient
{
    /// <summary>Plays a sound to the channel: <c>sound:hello</c>, <c>tone:ring;tonezone=us</c>, <c>digits:123</c>.</summary>
    public Task<Playback> PlayAsync(
        ChannelId channel, string media, string? playbackId = null, string? language = null, CancellationToken ct = default) =>
        PlayAsync(channel, new PlayRequest { Media = [media], PlaybackId = playbackId, Language = language }, ct);

    /// <summary>
    /// Plays to the channel. What plays already is heard to its end first. A sound that is not there is not refused: the playback ends as
    /// <see cref="PlaybackState.Failed"/>.
    /// </summary>
    public Task<Playback> PlayAsync(ChannelId channel, PlayRequest request, CancellationToken ct = default) =>
        SendAsync(Play("channels/{channelId}/play", channel.Value, request), AriJsonContext.Default.Playback, ct);

    /// <summary>Plays a sound to all in the bridge.</summary>
    public Task<Playback> PlayAsync(
        BridgeId bridge, string media, string? playbackId = null, string? language = null, CancellationToken ct = default) =>
        PlayAsync(bridge, new PlayRequest { Media = [media], PlaybackId = playbackId, Language = language }, null, ct);

    /// <summary>Plays to all in the bridge. For its time the player is a party of its own, so the sound of all is decoded and mixed.</summary>
    /// <param name="announcerFormat">The player's codec, <c>slin48</c>; null is that of the channel with the highest rate. An unknown one: 422,
    /// but while the bridge has a player already it is not looked at.</param>
    public Task<Playback> PlayAsync(BridgeId bridge, PlayRequest request, string? announcerFormat = null, CancellationToken ct = default) =>
        SendAsync(
            Play("bridges/{bridgeId}/play", bridge.Value, request).With("announcer_format", announcerFormat),
            AriJsonContext.Default.Playback, ct);

    /// <summary>The playback as it is now; null when it is over.</summary>
    public Task<Playback?> GetPlaybackAsync(string playbackId, CancellationToken ct = default) =>
        FindAsync(new("GET", "playbacks/{playbackId}", playbackId), AriJsonContext.Default.Playback, ct);

    /// <summary>Stops it, also one that waits for its turn; success when it is over.</summary>
    public Task StopPlaybackAsync(string playbackId, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "playbacks/{playbackId}", playbackId), ct);

    /// <summary>Winds a sound or stops it for a while. 409 when its state does not allow that: it waits, or is paused already.</summary>
    public Task ControlPlaybackAsync(string playbackId, PlaybackOperation operation, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "playbacks/{playbackId}/control", playbackId).With("operation", Words.Of(operation)), ct);

    private static AriRequest Play(string route, string target, PlayRequest request) =>
        new AriRequest("POST", route, target)
            .With("media", string.Join(',', request.Media))
            .With("playbackId", request.PlaybackId)
            .With("lang", request.Language)
            .With("offsetms", request.OffsetMilliseconds)
            .With("skipms", request.SkipMilliseconds);
}
