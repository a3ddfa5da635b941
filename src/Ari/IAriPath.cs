namespace Ringway.Ari;

/// <summary>A way on which commands reach Asterisk.</summary>
internal interface IAriPath
{
    /// <summary>Sends a request and awaits its answer, whatever its status. It is in the queue when this method returns.</summary>
    /// <exception cref="AriException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped waiting.</exception>
    Task<RestResponse> SendAsync(AriRequest request, CancellationToken ct);

    /// <summary>What is no text: a recorded file. Asterisk refuses it over a WebSocket (406), so only HTTP can.</summary>
    /// <exception cref="AriException">Asterisk refused, or this path cannot.</exception>
    Task<byte[]> FetchAsync(AriRequest request, CancellationToken ct) => Task.FromException<byte[]>(
        new AriException(AriFailure.NeedsHttp, request, 0, "Asterisk hands files out over HTTP only: use AriHttp."));
}
