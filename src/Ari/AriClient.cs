using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Ringway.Ari;

/// <summary>
/// ARI's commands under the manual's verbs. Each method puts its request in the socket's queue before it first awaits, so
/// calls made one after another without awaiting reach Asterisk, and are done by it, in that order.
/// </summary>
/// <remarks>
/// A refused or unanswered command throws <see cref="AriException"/>; cancelling throws <see cref="OperationCanceledException"/>
/// and does not call a command back that was sent already. Commands that end something (hang up, stop, destroy, remove)
/// succeed when it is gone already.
/// </remarks>
public sealed partial class AriClient
{
    private readonly IAriPath _path;
    private readonly string? _call;
    private readonly TimeSpan? _patience;

    internal AriClient(IAriPath path, string? call = null, TimeSpan? patience = null) =>
        (_path, _call, _patience) = (path, call, patience);

    /// <summary>
    /// This client for one call: its commands keep their order among themselves, and where there are several sockets
    /// (<see cref="AriLanes"/>) or HTTP (<see cref="AriHttp"/>) they wait for no other call's. Cheap: make one whenever you need it.
    /// </summary>
    public AriClient For(string call) => new(_path, call, _patience);

    /// <summary>This client with another deadline for its commands than <see cref="AriOptions.RequestTimeout"/>.</summary>
    public AriClient Within(TimeSpan patience) => new(_path, _call, patience);

    /// <summary>Sends a request that has no verb here yet.</summary>
    /// <returns>The answer's body (JSON), null when it has none.</returns>
    /// <exception cref="AriException">Asterisk refused, or could not be asked.</exception>
    public async Task<string?> SendAsync(AriRequest request, CancellationToken ct = default)
    {
        request.Call ??= _call;
        request.Patience ??= _patience;
        using var activity = AriActivities.Start(request);
        try
        {
            var answer = await _path.SendAsync(request, ct);
            return answer.StatusCode is >= 200 and < 300 ? answer.MessageBody : throw Refusal(request, answer);
        }
        catch (AriException why)
        {
            activity?.Failed(why);
            throw;
        }
    }

    private async Task<byte[]> FetchAsync(AriRequest request, CancellationToken ct)
    {
        request.Call ??= _call;
        request.Patience ??= _patience;
        using var activity = AriActivities.Start(request);
        try
        {
            return await _path.FetchAsync(request, ct);
        }
        catch (AriException why)
        {
            activity?.Failed(why);
            throw;
        }
    }

    private async Task<T> SendAsync<T>(AriRequest request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var body = await SendAsync(request, ct);
        try
        {
            return JsonSerializer.Deserialize(body ?? "null", type) ?? throw new JsonException("There is no body.");
        }
        catch (JsonException e)
        {
            throw new AriException(AriFailure.Unreadable, request, 200, e.Message, e);
        }
    }

    /// <summary>A recorded file, whole. Over <see cref="AriHttp"/> only; null when there is no such recording.</summary>
    /// <param name="name">Its name below Asterisk's recording folder, without extension.</param>
    /// <param name="ct">Stops waiting for it.</param>
    public async Task<byte[]?> GetStoredRecordingFileAsync(string name, CancellationToken ct = default)
    {
        try
        {
            return await FetchAsync(new("GET", "recordings/stored/{recordingName}/file", name), ct);
        }
        catch (AriException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>What is asked for, or null when Asterisk has no such thing.</summary>
    private async Task<T?> FindAsync<T>(AriRequest request, JsonTypeInfo<T> type, CancellationToken ct) where T : class
    {
        try
        {
            return await SendAsync(request, type, ct);
        }
        catch (AriException e) when (e.IsNotFound)
        {
            return null;
        }
    }

    /// <summary>For commands that end something: what is gone needs no end.</summary>
    private async Task EndAsync(AriRequest request, CancellationToken ct)
    {
        try
        {
            await SendAsync(request, ct);
        }
        catch (AriException e) when (e.IsNotFound)
        {
        }
    }

    internal static AriException Refusal(AriRequest request, RestResponse answer) =>
        new(AriFailure.Refused, request, answer.StatusCode, ErrorText(answer));

    private static string ErrorText(RestResponse answer)
    {
        try
        {
            var said = JsonSerializer.Deserialize(answer.MessageBody ?? "null", AriJsonContext.Default.ErrorAnswer);
            return said?.Message ?? said?.Error ?? answer.ReasonPhrase;
        }
        catch (JsonException)
        {
            return answer.ReasonPhrase;
        }
    }
}
