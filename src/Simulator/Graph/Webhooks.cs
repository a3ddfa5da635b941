using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using System.Web;
using Microsoft.Extensions.Logging;

namespace Ringway.Simulator.Graph;

/// <summary>One attempt to deliver a webhook.</summary>
/// <param name="Event">What stands in it: <c>terminate</c>, <c>call_permission_reply</c>, …</param>
/// <param name="Status">Of the receiver; null when it gave none.</param>
public sealed record Delivery(DateTimeOffset At, string Field, string Event, int? Status, int Attempt, string? Error);

/// <summary>
/// Meta's deliveries: signed, in the order of the events while all goes well, tried again with growing waits when it does not
/// (Meta, Webhooks: Getting started; Calling: FAQ). Nothing goes to an address that has not proved itself by the handshake.
/// </summary>
public sealed partial class Webhooks(HttpClient http, Misbehaviours misbehaviours, TimeProvider time, ILogger<Webhooks> logger)
{
    /// <summary>Meta: about 20 s.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>How late a late webhook is.</summary>
    public static readonly TimeSpan Lateness = TimeSpan.FromSeconds(30);

    /// <summary>How long one that shall change places waits for another.</summary>
    public static readonly TimeSpan PlaceHeld = TimeSpan.FromSeconds(2);

    /// <summary>Meta says "immediately, then with decreasing frequency, up to 7 days" and tells no numbers; the last one repeats.</summary>
    public static readonly TimeSpan[] Waits =
        [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1)];

    private static readonly TimeSpan GivesUpAfter = TimeSpan.FromDays(7);

    /// <summary>For GET /graph.</summary>
    private const int Kept = 200;

    private readonly Channel<Posting> _queue = Channel.CreateUnbounded<Posting>(new() { SingleReader = true });
    private readonly ConcurrentQueue<Delivery> _deliveries = new();
    private TaskCompletionSource _verified = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Posting? _held;
    private int _waiting;

    /// <summary>After each attempt.</summary>
    public event Action<Delivery>? Delivered;

    public Uri? Address { get; private set; }

    public bool IsVerified => _verified.Task.IsCompleted;

    /// <summary>Queued or between two attempts; 0 when everything is delivered.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Newest first.</summary>
    public IEnumerable<Delivery> Deliveries => _deliveries.Reverse();

    /// <summary>Works off the queue until the token fires.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        try
        {
            await foreach (var posting in _queue.Reader.ReadAllAsync(ct))
            {
                await _verified.Task.WaitAsync(ct);
                await PlaceAsync(posting, ct);
            }
        }
        catch (OperationCanceledException)
        {
            // We stop; Meta would go on.
        }
    }

    /// <summary>Takes an address that an app's owner entered: the handshake comes first, and an address that fails it is not taken.</summary>
    /// <returns>Null, or why not.</returns>
    public async Task<string?> SubscribeAsync(Uri address, string verifyToken, CancellationToken ct)
    {
        if (await ShakeHandsAsync(address, verifyToken, ct) is { } why) return why;
        Address = address;
        _verified.TrySetResult();
        return null;
    }

    /// <summary>The address of the configuration: its owner may start later than we do, so the handshake is tried until it holds.</summary>
    public async Task ExpectAsync(Uri address, string verifyToken, CancellationToken ct)
    {
        Address = address;
        try
        {
            for (var attempt = 0; !IsVerified; attempt++)
            {
                if (await ShakeHandsAsync(address, verifyToken, ct) is not { } why) break;
                if (attempt == 0) Log.NotVerified(logger, address, why);
                // Half a second: it is a neighbour on this machine that starts.
                await Task.Delay(TimeSpan.FromMilliseconds(500), time, ct);
            }
            _verified.TrySetResult();
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }

    /// <summary>Something happened in an account: each app that listens hears it, with its own signature.</summary>
    public void Tell(IEnumerable<SimulatedAccount> apps, string accountId, string field, string happened, JsonObject value)
    {
        foreach (var app in apps)
        {
            if (Address is null || app.AppSecret is null) continue;
            Post(field, happened, value, accountId, app);
            if (misbehaviours.IsOn(Misbehaviours.StrangeWebhook)) Post("weather_in_menlo_park", "unknown", new JsonObject { ["clouds"] = new JsonArray(1, null, "two") }, accountId, app);
        }
    }

    /// <summary><c>sha256=</c> and the HMAC of the raw body.</summary>
    public static string Sign(byte[] body, string appSecret) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(appSecret), body));

    private void Post(string field, string happened, JsonObject value, string accountId, SimulatedAccount app)
    {
        Interlocked.Increment(ref _waiting);
        _queue.Writer.TryWrite(new(field, happened, Body(field, value, accountId), app.AppSecret!, time.GetUtcNow()));
    }

    /// <summary>As Meta writes JSON: slashes and everything beyond ASCII escaped, so who signs a parsed copy is found out.</summary>
    private static byte[] Body(string field, JsonObject value, string accountId)
    {
        var envelope = new JsonObject
        {
            ["object"] = "whatsapp_business_account",
            ["entry"] = new JsonArray(new JsonObject
            {
                ["id"] = accountId,
                ["changes"] = new JsonArray(new JsonObject { ["value"] = value.DeepClone(), ["field"] = field }),
            }),
        };
        return Encoding.ASCII.GetBytes(envelope.ToJsonString().Replace("/", "\\/", StringComparison.Ordinal));
    }

    /// <summary>The first attempt, in its turn; what makes it later or another turn is a misbehaviour.</summary>
    private async Task PlaceAsync(Posting posting, CancellationToken ct)
    {
        if (misbehaviours.IsOn(Misbehaviours.LateWebhook)) _ = LaterAsync(posting, ct);
        else if (misbehaviours.IsOn(Misbehaviours.ReorderedWebhook) && Interlocked.CompareExchange(ref _held, posting, null) is null) _ = ReleaseAsync(posting, ct);
        else
        {
            await FirstAsync(posting, ct);
            if (Interlocked.Exchange(ref _held, null) is { } held) await FirstAsync(held, ct);
        }
    }

    private async Task LaterAsync(Posting posting, CancellationToken ct)
    {
        await Task.Delay(Lateness, time, ct);
        await FirstAsync(posting, ct);
    }

    private async Task ReleaseAsync(Posting posting, CancellationToken ct)
    {
        await Task.Delay(PlaceHeld, time, ct);
        if (Interlocked.CompareExchange(ref _held, null, posting) == posting) await FirstAsync(posting, ct);
    }

    private async Task FirstAsync(Posting posting, CancellationToken ct)
    {
        if (misbehaviours.IsOn(Misbehaviours.LostWebhook)) Note(posting, null, 1, "lost on the way (misbehaviour webhook-lost)");
        else if (await AttemptAsync(posting, 1, misbehaviours.IsOn(Misbehaviours.ForgedWebhook) ? Sign(posting.Body, "not the secret") : Sign(posting.Body, posting.Secret), ct))
        {
            if (misbehaviours.IsOn(Misbehaviours.DuplicateWebhook)) await AttemptAsync(posting, 2, Sign(posting.Body, posting.Secret), ct);
            Interlocked.Decrement(ref _waiting);
            return;
        }
        _ = AgainAsync(posting, ct);
    }

    private async Task AgainAsync(Posting posting, CancellationToken ct)
    {
        try
        {
            for (var attempt = 2; time.GetUtcNow() - posting.At < GivesUpAfter; attempt++)
            {
                await Task.Delay(Waits[Math.Min(attempt - 2, Waits.Length - 1)], time, ct);
                if (await AttemptAsync(posting, attempt, Sign(posting.Body, posting.Secret), ct)) break;
            }
            Interlocked.Decrement(ref _waiting);
        }
        catch (OperationCanceledException)
        {
            // We stop; Meta would go on.
        }
    }

    private async Task<bool> AttemptAsync(Posting posting, int attempt, string signature, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Address) { Content = new ByteArrayContent(posting.Body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        request.Headers.Add("X-Hub-Signature-256", signature);
        request.Headers.UserAgent.ParseAdd("facebookexternalua");
        var (status, error, _) = await SendAsync(request, ct);
        Note(posting, status, attempt, status is null or >= 200 and < 300 ? error : $"HTTP {status}");
        return status is >= 200 and < 300;
    }

    private async Task<string?> ShakeHandsAsync(Uri address, string verifyToken, CancellationToken ct)
    {
        var challenge = RandomNumberGenerator.GetInt32(int.MaxValue).ToString(CultureInfo.InvariantCulture);
        var question = $"hub.mode=subscribe&hub.challenge={challenge}&hub.verify_token={HttpUtility.UrlEncode(verifyToken)}";
        using var request = new HttpRequestMessage(HttpMethod.Get, new UriBuilder(address) { Query = question }.Uri);
        var (status, error, text) = await SendAsync(request, ct);
        var why = status != 200 ? error ?? $"HTTP {status}" : text == challenge ? null : "the answer is not the challenge";
        Keep(new(time.GetUtcNow(), "verification", "subscribe", status, 1, why));
        return why is null ? null : $"The callback URL or verify token couldn't be validated: {address} gave {why}.";
    }

    private async Task<(int? Status, string? Error, string? Text)> SendAsync(HttpRequestMessage request, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            using var answer = await http.SendAsync(request, either.Token);
            return ((int)answer.StatusCode, null, await answer.Content.ReadAsStringAsync(either.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return (null, $"no answer within {Patience.TotalSeconds:0} s", null);
        }
        catch (HttpRequestException e)
        {
            return (null, e.Message, null);
        }
    }

    private void Note(Posting posting, int? status, int attempt, string? error) => Keep(new(time.GetUtcNow(), posting.Field, posting.Event, status, attempt, error));

    private void Keep(Delivery delivery)
    {
        _deliveries.Enqueue(delivery);
        while (_deliveries.Count > Kept) _deliveries.TryDequeue(out _);
        Delivered?.Invoke(delivery);
    }

    private sealed record Posting(string Field, string Event, byte[] Body, string Secret, DateTimeOffset At);

    private static partial class Log
    {
        [LoggerMessage(3401, LogLevel.Information, "Webhooks wait: {Address} has not passed the handshake yet ({Why})")]
        public static partial void NotVerified(ILogger logger, Uri address, string why);
    }
}
