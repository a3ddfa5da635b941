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

    internal AriClient(IAriPath path) => _path = path;

    /// <summary>Sends a request that has no verb here yet.</summary>
    /// <returns>The answer's body (JSON), null when it has none.</returns>
    /// <exception cref="AriException">Asterisk refused, or could not be asked.</exception>
    public async Task<string?> SendAsync(AriRequest request, CancellationToken ct = default)
    {
        var answer = await _path.SendAsync(request, ct);
        return answer.StatusCode is >= 200 and < 300 ? answer.MessageBody : throw Refusal(request, answer);
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

    private static AriException Refusal(AriRequest request, RestResponse answer) =>
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
