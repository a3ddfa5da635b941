using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Extensions.Logging;

namespace Ringway.Graph;

/// <summary>
/// Meta's Graph API, as far as calling needs it, with one account's token. A refusal throws <see cref="GraphException"/>. What only
/// reads is tried again when Meta is overloaded or away; what writes only after a plain "too many" (429), and a message never: it
/// might go out twice.
/// </summary>
/// <param name="http">May be shared; headers are set per request.</param>
/// <param name="token">Stands in the Authorization header, never in a log or an exception.</param>
public sealed partial class GraphClient(HttpClient http, GraphOptions options, string token, TimeProvider time, ILogger<GraphClient> logger)
{
    private async Task<T> SendAsync<T>(GraphRequest request, JsonTypeInfo<T> type, CancellationToken ct)
    {
        var body = await SendAsync(request, ct);
        try
        {
            return JsonSerializer.Deserialize(body, type) ?? throw new JsonException("It is empty.");
        }
        catch (JsonException fault)
        {
            // Not as the inner exception: its text may quote the answer.
            throw new GraphException(
                request.Method.Method, request.Route, $"Meta did {request.Method} {request.Path}, and its answer cannot be read: {Clean(fault.Message, request)}")
            {
                Status = 200,
            };
        }
    }

    private async Task<byte[]> SendAsync(GraphRequest request, CancellationToken ct)
    {
        for (var tries = 0; ; tries++)
        {
            var (body, failure) = await TryAsync(request, ct);
            if (failure is null) return body;
            if (tries >= options.RetryDelays.Count || !MayTryAgain(request, failure))
            {
                if (failure.IsToken) Log.TokenRefused(logger, failure.Known?.Cause ?? "Meta does not take the access token.");
                throw failure;
            }

            var delay = Delay(tries, failure);
            Log.TryingAgain(logger, request.Method.Method, request.Route, failure.Status, failure.Code, delay.TotalSeconds);
            await Task.Delay(delay, time, ct);
        }
    }

    /// <summary>One try; a refusal or a missing answer is a value here.</summary>
    private async Task<(byte[] Body, GraphException? Failure)> TryAsync(GraphRequest request, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(options.RequestTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var message = request.ToMessage(options, token);
            using var answer = await http.SendAsync(message, either.Token);
            var body = await answer.Content.ReadAsByteArrayAsync(either.Token);
            return answer.IsSuccessStatusCode ? (body, null) : ([], Refusal(request, answer, body));
        }
        catch (HttpRequestException fault)
        {
            // Neither looked up nor connected: nothing was sent.
            var sent = fault.HttpRequestError is not (HttpRequestError.NameResolutionError or HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError);
            return ([], Unanswered(request, fault.Message, sent, fault));
        }
        catch (OperationCanceledException fault) when (!ct.IsCancellationRequested)
        {
            return ([], Unanswered(request, $"no answer within {options.RequestTimeout.TotalSeconds:0} s", sent: true, fault));
        }
    }

    /// <summary>What may have been done is not done again, unless doing it twice comes to the same and only reads.</summary>
    private bool MayTryAgain(GraphRequest request, GraphException failure) =>
        request.IsIdempotent
        && (failure.RetryAfter ?? TimeSpan.Zero) <= options.LongestRetryAfter
        && (failure.IsRateLimit || request.Method == HttpMethod.Get && failure.Status is 0 or >= 500);

    private TimeSpan Delay(int tries, GraphException failure)
    {
        var delay = options.RetryDelays[tries];
        if (failure.RetryAfter > delay) delay = failure.RetryAfter.Value;
        return delay + delay * (options.Random.NextDouble() / 4);
    }

    private GraphException Refusal(GraphRequest request, HttpResponseMessage answer, byte[] body)
    {
        var error = Error(body);
        var status = (int)answer.StatusCode;
        var said = Clean(error?.Message, request) ?? answer.ReasonPhrase ?? answer.StatusCode.ToString();
        var (code, subcode, details) = (error?.Code ?? 0, error?.ErrorSubcode, Clean(error?.Details, request));
        return new GraphException(
            request.Method.Method, request.Route, GraphException.Sentence(request.Method.Method, request.Path, status, code, subcode, said, details))
        {
            Status = status,
            Code = code,
            Subcode = subcode,
            Details = details,
            TraceId = error?.FbtraceId,
            RetryAfter = RetryAfter(answer.Headers.RetryAfter),
        };
    }

    private GraphException Unanswered(GraphRequest request, string why, bool sent, Exception inner) => new(
        request.Method.Method, request.Route, $"Meta at {options.Address.Host} did not answer {request.Method} {request.Path}: {why}.", inner)
    {
        MayBeDone = sent,
    };

    private static ErrorBody? Error(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, GraphJson.Default.ErrorAnswer)?.Error;
        }
        catch (JsonException)
        {
            return null; // a proxy's page
        }
    }

    private TimeSpan? RetryAfter(RetryConditionHeaderValue? asked) =>
        asked?.Delta ?? (asked?.Date is { } date ? TimeSpan.FromTicks(Math.Max(0, (date - time.GetUtcNow()).Ticks)) : null);

    /// <summary>Meta repeats a malformed token, and sometimes a number, in what it says.</summary>
    private string? Clean(string? text, GraphRequest request)
    {
        if (text is null) return null;
        if (token.Length > 0) text = text.Replace(token, "•••", StringComparison.Ordinal);
        return request.Unsaid is { Length: > 0 } unsaid ? text.Replace(unsaid, "•••", StringComparison.Ordinal) : text;
    }

    private static partial class Log
    {
        [LoggerMessage(5001, LogLevel.Information, "Meta: {Method} {Route} failed (HTTP {Status}, code {Code}); trying again in {Seconds:0.0} s")]
        public static partial void TryingAgain(ILogger logger, string method, string route, int status, int code, double seconds);

        [LoggerMessage(5002, LogLevel.Error, "Meta does not take our access token: {Cause} Make a new one and put it at whatsapp.accounts[].token")]
        public static partial void TokenRefused(ILogger logger, string cause);
    }
}
