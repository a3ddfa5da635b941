namespace Ringway.Ari;

/// <summary>A way on which commands reach Asterisk.</summary>
internal interface IAriPath
{
    /// <summary>Sends a request and awaits its answer, whatever its status. It is in the queue when this method returns.</summary>
    /// <exception cref="AriException">There is no answer.</exception>
    /// <exception cref="OperationCanceledException">The caller stopped waiting.</exception>
    Task<RestResponse> SendAsync(AriRequest request, CancellationToken ct);
}
