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

    /// <summary>Null is fail: 409.</summary>
    public IfRecordingExists? IfExists { get; init; }

    public bool? Beep { get; init; }

    /// <summary>The key that ends it; null is none.</summary>
    public TerminateOn? TerminateOn { get; init; }
}

/// <summary>What becomes of a recording of that name.</summary>
public enum IfRecordingExists
{
    Fail,
    Overwrite,
    Append,
}

/// <summary>A key that ends a recording.</summary>
public enum TerminateOn
{
    None,
    Any,

    /// <summary>*</summary>
    Star,

    /// <summary>#</summary>
    Pound,
}

public sealed partial class AriClient
{
    /// <summary>
    /// Records what comes from the channel, while it is in no bridge: in one Asterisk says yes and then <see cref="RecordingFailed"/> "Cannot
    /// record channel while in bridge" (22.10.1, tried; described as 409). 422 for an unknown format.
    /// </summary>
    public Task<LiveRecording> RecordAsync(ChannelId channel, RecordRequest request, CancellationToken ct = default) => SendAsync(
        Record("channels/{channelId}/record", channel.Value, request), AriJsonContext.Default.LiveRecording, ct);

    /// <summary>Records all in the bridge, mixed. It joins as a third party, so everything is decoded and mixed from then on.</summary>
    public Task<LiveRecording> RecordAsync(BridgeId bridge, RecordRequest request, CancellationToken ct = default) =>
        RecordAsync(bridge, request, null, ct);

    /// <inheritdoc cref="RecordAsync(BridgeId, RecordRequest, CancellationToken)"/>
    /// <param name="recorderFormat">The recorder's codec in the bridge, <c>slin16</c>; null is that of the file. An unknown one: 422.</param>
    public Task<LiveRecording> RecordAsync(
        BridgeId bridge, RecordRequest request, string? recorderFormat, CancellationToken ct = default) => SendAsync(
        Record("bridges/{bridgeId}/record", bridge.Value, request).With("recorder_format", recorderFormat),
        AriJsonContext.Default.LiveRecording, ct);

    /// <summary>The recording under way; null when there is none of that name.</summary>
    public Task<LiveRecording?> GetLiveRecordingAsync(string name, CancellationToken ct = default) =>
        FindAsync(new("GET", "recordings/live/{recordingName}", name), AriJsonContext.Default.LiveRecording, ct);

    /// <summary>Ends a recording and keeps it.</summary>
    public Task StopRecordingAsync(string name, CancellationToken ct = default) =>
        EndAsync(new AriRequest("POST", "recordings/live/{recordingName}/stop", name), ct);

    /// <summary>Ends a recording and throws it away.</summary>
    public Task CancelRecordingAsync(string name, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "recordings/live/{recordingName}", name), ct);

    /// <summary>Leaves a gap: what is said meanwhile is cut out, and counts for no limit.</summary>
    public Task PauseRecordingAsync(string name, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "recordings/live/{recordingName}/pause", name), ct);

    public Task UnpauseRecordingAsync(string name, CancellationToken ct = default) =>
        SendAsync(new AriRequest("DELETE", "recordings/live/{recordingName}/pause", name), ct);

    /// <summary>Records silence instead of what is said. To mute twice is to mute once (described as 409; 22.10.1 says 204).</summary>
    public Task MuteRecordingAsync(string name, CancellationToken ct = default) =>
        SendAsync(new AriRequest("POST", "recordings/live/{recordingName}/mute", name), ct);

    public Task UnmuteRecordingAsync(string name, CancellationToken ct = default) =>
        SendAsync(new AriRequest("DELETE", "recordings/live/{recordingName}/mute", name), ct);

    /// <summary>The recordings on Asterisk's disk, one under way among them.</summary>
    public async Task<IReadOnlyList<StoredRecording>> ListStoredRecordingsAsync(CancellationToken ct = default) =>
        await SendAsync(new("GET", "recordings/stored"), AriJsonContext.Default.StoredRecordingArray, ct);

    /// <summary>A finished recording; null when there is none of that name.</summary>
    public Task<StoredRecording?> GetStoredRecordingAsync(string name, CancellationToken ct = default) =>
        FindAsync(new("GET", "recordings/stored/{recordingName}", name), AriJsonContext.Default.StoredRecording, ct);

    /// <summary>Copies a recording within Asterisk's recording folder; a subfolder is made. 409 when there is one of that name.</summary>
    public Task<StoredRecording> CopyStoredRecordingAsync(string name, string destination, CancellationToken ct = default) => SendAsync(
        new AriRequest("POST", "recordings/stored/{recordingName}/copy", name).With("destinationRecordingName", destination),
        AriJsonContext.Default.StoredRecording, ct);

    public Task DeleteStoredRecordingAsync(string name, CancellationToken ct = default) =>
        EndAsync(new AriRequest("DELETE", "recordings/stored/{recordingName}", name), ct);

    private static AriRequest Record(string route, string target, RecordRequest request) =>
        new AriRequest("POST", route, target)
            .With("name", request.Name)
            .With("format", request.Format)
            .With("maxDurationSeconds", request.MaxDurationSeconds)
            .With("maxSilenceSeconds", request.MaxSilenceSeconds)
            .With("ifExists", Words.Of(request.IfExists))
            .With("beep", request.Beep)
            .With("terminateOn", Words.Of(request.TerminateOn));
}
