using System.Net.Http.Headers;
using System.Text;

namespace Ringway.Ari;

/// <summary>
/// Commands over HTTP: for programs that only give orders, and for what does not go through a WebSocket (recorded files). The
/// commands of a call (<see cref="AriClient.For"/>) wait for each other, because parallel requests overtake each other in Asterisk;
/// those without a call are one call. Dearer than a socket: a round trip for each.
/// </summary>
public sealed class AriHttp : IAriPath
{
    private const string NoCall = "";

    private readonly HttpClient _http;
    private readonly Uri _ari;
    private readonly AuthenticationHeaderValue _authorization;
    private readonly AriOptions _options;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, Task> _last = [];
    private readonly Lock _gate = new();

    /// <param name="http">Its own <see cref="HttpClient.Timeout"/> is not used beyond ours; it is not disposed of.</param>
    /// <param name="ari">Where Asterisk's ARI is: <c>http://127.0.0.1:8088/ari/</c>.</param>
    /// <param name="user">A user of ari.conf.</param>
    /// <param name="password">That user's password.</param>
    public AriHttp(HttpClient http, Uri ari, string user, string password, AriOptions options, TimeProvider time)
    {
        _http = http;
        _ari = new(ari.AbsoluteUri.TrimEnd('/') + "/");
        _authorization = AriDoor.Basic(user, password);
        _options = options;
        _time = time;
        Client = new AriClient(this);
    }

    /// <summary>Commands over HTTP.</summary>
    public AriClient Client { get; }

    Task<RestResponse> IAriPath.SendAsync(AriRequest request, CancellationToken ct) =>
        QueueAsync(request, SayAsync, ct);

    async Task<byte[]> IAriPath.FetchAsync(AriRequest request, CancellationToken ct) =>
        await QueueAsync(request, FetchNowAsync, ct);

    /// <summary>Behind the command of the same call before it, whatever became of that one.</summary>
    private async Task<T> QueueAsync<T>(AriRequest request, Func<AriRequest, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        var patience = request.Patience ?? _options.RequestTimeout;
        using var late = new CancellationTokenSource(patience, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        var call = request.Call ?? NoCall;
        Task<T> mine;
        Task tail;
        lock (_gate)
        {
            var before = _last.GetValueOrDefault(call, Task.CompletedTask);
            mine = AfterAsync(before, request, work, either.Token);
            _last[call] = tail = BothAsync(before, mine); // Who gives up must not let those behind him overtake the one before him.
        }
        try
        {
            return await mine;
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw AriApplication.TooLate(request, patience);
        }
        finally
        {
            lock (_gate)
                if (_last.GetValueOrDefault(call) == tail)
                    _last.Remove(call);
        }
    }

    private static async Task<T> AfterAsync<T>(
        Task before, AriRequest request, Func<AriRequest, CancellationToken, Task<T>> work, CancellationToken ct)
    {
        await before.WaitAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return await work(request, ct);
    }

    private static async Task BothAsync(Task before, Task mine)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await mine.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task<RestResponse> SayAsync(AriRequest request, CancellationToken ct)
    {
        using var answer = await AskAsync(request, ct);
        var body = await answer.Content.ReadAsStringAsync(ct);
        return Answered(answer, body is "" ? null : body);
    }

    private async Task<byte[]> FetchNowAsync(AriRequest request, CancellationToken ct)
    {
        using var answer = await AskAsync(request, ct);
        return answer.IsSuccessStatusCode
            ? await answer.Content.ReadAsByteArrayAsync(ct)
            : throw AriClient.Refusal(request, Answered(answer, await answer.Content.ReadAsStringAsync(ct)));
    }

    private async Task<HttpResponseMessage> AskAsync(AriRequest request, CancellationToken ct)
    {
        using var message = new HttpRequestMessage(new HttpMethod(request.Method), new Uri(_ari, request.Path + QueryOf(request)));
        message.Headers.Authorization = _authorization;
        if (request.Body is { } body)
            message.Content = new StringContent(body, Encoding.UTF8, "application/json");
        var since = _time.GetTimestamp();
        try
        {
            var answer = await _http.SendAsync(message, ct);
            AriMetrics.Answered(request, (int)answer.StatusCode, _time.GetElapsedTime(since));
            return answer;
        }
        catch (HttpRequestException e)
        {
            var never = e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;
            throw never ? new AriException(AriFailure.NotConnected, request, 0, e.Message, e) : AriApplication.Lost(request);
        }
    }

    private static RestResponse Answered(HttpResponseMessage answer, string? body) => new()
    {
        StatusCode = (int)answer.StatusCode, ReasonPhrase = answer.ReasonPhrase ?? "", MessageBody = body,
    };

    private static string QueryOf(AriRequest request)
    {
        if (request.Query.Count == 0)
            return "";
        var query = new StringBuilder();
        foreach (var (name, value) in request.Query)
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        return query.ToString();
    }
}
