namespace Ringway.Ari;

/// <summary>What to record, and until when.</summary>
public sealed record RecordRequest
{
    /// <summary>File name without extension, below Asterisk's recording folder (which must exist: else 500).</summary>
    public required string Name { get; init; }

    /// <summary><c>wav</c>, <c>wav16</c>, <c>sln48</c>, <c>opus</c>.</summary>
    public string Format { get; init; } = "wav";

    /// <summary>0 is for ever.</summary>
    public int? MaxDurationSeconds { get; init; }

    /// <summary>0 is for ever.</summary>
    public int? MaxSilenceSeconds { get; init; }

    /// <summary><c>fail</c> (default), <c>overwrite</c>, <c>append</c>.</summary>
    public string? IfExists { get; init; }

    public bool? Beep { get; init; }

    /// <summary><c>none</c> (default), <c>any</c>, <c>*</c>, <c>#</c>.</summary>
    public string? TerminateOn { get; init; }
}

public sealed partial class AriClient
{
    /// <summary>The playback as it is now; null when it is over.</summary>
    public Task<Playback?> GetPlaybackAsync(string playbackId, CancellationToken ct = default) =>
        FindAsync(new("GET", "playbacks/{playbackId}", playbackId), AriJsonContext.Default.Playback, ct);

    public Task StopPlaybackAsync(string playbackId, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "playbacks/{playbackId}", playbackId), ct);

    /// <param name="playbackId">The playback.</param>
    /// <param name="operation"><c>restart</c>, <c>pause</c>, <c>unpause</c>, <c>reverse</c>, <c>forward</c>.</param>
    /// <param name="ct">Stops waiting for the answer.</param>
    public Task ControlPlaybackAsync(string playbackId, string operation, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "playbacks/{playbackId}/control", playbackId).With("operation", operation), ct);

    /// <summary>Records what comes from the channel; refused with 409 while it is in a bridge.</summary>
    public Task<LiveRecording> RecordAsync(ChannelId channel, RecordRequest request, CancellationToken ct = default) => SendAsync(
        Record("channels/{channelId}/record", channel.Value, request), AriJsonContext.Default.LiveRecording, ct);

    /// <summary>Records all in the bridge, mixed. It joins as a third party, so everything is decoded and mixed from then on.</summary>
    public Task<LiveRecording> RecordAsync(BridgeId bridge, RecordRequest request, CancellationToken ct = default) => SendAsync(
        Record("bridges/{bridgeId}/record", bridge.Value, request), AriJsonContext.Default.LiveRecording, ct);

    /// <summary>The recording under way; null when there is none of that name.</summary>
    public Task<LiveRecording?> GetLiveRecordingAsync(string name, CancellationToken ct = default) =>
        FindAsync(new("GET", "recordings/live/{recordingName}", name), AriJsonContext.Default.LiveRecording, ct);

    /// <summary>Ends a recording and keeps it.</summary>
    public Task StopRecordingAsync(string name, CancellationToken ct = default) =>
        EndAsync(new AriRequest("POST", "recordings/live/{recordingName}/stop", name), ct);

    /// <summary>Ends a recording and throws it away.</summary>
    public Task CancelRecordingAsync(string name, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "recordings/live/{recordingName}", name), ct);

    public Task PauseRecordingAsync(string name, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "recordings/live/{recordingName}/pause", name), ct);

    public Task UnpauseRecordingAsync(string name, CancellationToken ct = default) =>
        SendAsync(new AriRequest("DELETE", "recordings/live/{recordingName}/pause", name), ct);

    public async Task<IReadOnlyList<StoredRecording>> ListStoredRecordingsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "recordings/stored"), AriJsonContext.Default.StoredRecordingArray, ct);

    public Task DeleteStoredRecordingAsync(string name, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "recordings/stored/{recordingName}", name), ct);

    private static AriRequest Record(string route, string target, RecordRequest request) =>
        new AriRequest("POST", route, target)
            .With("name", request.Name)
            .With("format", request.Format)
            .With("maxDurationSeconds", request.MaxDurationSeconds)
            .With("maxSilenceSeconds", request.MaxSilenceSeconds)
            .With("ifExists", request.IfExists)
            .With("beep", request.Beep)
            .With("terminateOn", request.TerminateOn);
}
