namespace Ringway.Ari;

/// <summary>A request on its way, and the task that its answer completes.</summary>
internal sealed class PendingRequest(long id, AriRequest request, byte[] message, long since)
{
    // Continuations run on the thread pool: the socket's reader must not do its callers' work.
    private readonly TaskCompletionSource<RestResponse> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Id => id;

    public AriRequest Request => request;

    public byte[] Message => message;

    /// <summary>When the caller asked, as a time stamp of the injected clock.</summary>
    public long Since => since;

    public Task<RestResponse> Task => _answer.Task;

    /// <summary>The caller stopped waiting. If it was not sent yet, it never will be.</summary>
    public bool GivenUp { get; private set; }

    public void GiveUp() => GivenUp = true;

    public void Answer(RestResponse response) => _answer.TrySetResult(response);

    public void Fail(AriException why)
    {
        _answer.TrySetException(why);
        _ = _answer.Task.Exception; // Seen: a caller who gave up does not come back for it.
    }
}
