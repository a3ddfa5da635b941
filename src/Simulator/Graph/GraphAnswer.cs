using System.Collections.Concurrent;
using System.Text.Json.Nodes;

namespace Ringway.Simulator.Graph;

/// <summary>What Graph says: a status and JSON; the code when it is a refusal.</summary>
public sealed record GraphAnswer(int Status, JsonObject Body, int? Code = null, TimeSpan? RetryAfter = null)
{
    public static GraphAnswer Success { get; } = new(200, new() { ["success"] = true });

    public static implicit operator GraphAnswer(JsonObject body) => new(200, body);

    public static implicit operator GraphAnswer(GraphError error) => new(error.Status, error.ToJson(), error.Code, error.RetryAfter);
}

/// <summary>A request that came to Graph. Path without query: a token may stand in it.</summary>
public sealed record GraphRequest(DateTimeOffset At, string Method, string Path, int Status, int? Code);

/// <summary>The requests that came to Graph, for GET /graph.</summary>
public sealed class GraphLog
{
    private const int Kept = 200;

    private readonly ConcurrentQueue<GraphRequest> _requests = new();

    public event Action<GraphRequest>? Noted;

    /// <summary>Newest first.</summary>
    public IEnumerable<GraphRequest> All => _requests.Reverse();

    public void Note(GraphRequest request)
    {
        _requests.Enqueue(request);
        while (_requests.Count > Kept) _requests.TryDequeue(out _);
        Noted?.Invoke(request);
    }
}
