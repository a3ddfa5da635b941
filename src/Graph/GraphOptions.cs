namespace Ringway.Graph;

/// <summary>Where Graph is and how patient we are with it.</summary>
public sealed record GraphOptions
{
    /// <summary>Default <c>https://graph.facebook.com</c>; the simulator's address in its place for tries and tests.</summary>
    public Uri Address { get; init; } = new("https://graph.facebook.com");

    /// <summary>Default <c>v25.0</c> (of 2026-02-18).</summary>
    public string Version { get; init; } = "v25.0";

    /// <summary>How long one request may take. Default 10 s.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Waits before each further try of a request that may be repeated. Default 0.5, 2 s: three tries in all.</summary>
    public IReadOnlyList<TimeSpan> RetryDelays { get; init; } = [TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(2)];

    /// <summary>
    /// The longest wait that Meta may ask for (<c>Retry-After</c>) and get. Default 20 s; a longer one is for the caller to
    /// plan, who finds it in <see cref="GraphException.RetryAfter"/>.
    /// </summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Source of the jitter: up to a quarter is added to each delay.</summary>
    public Random Random { get; init; } = Random.Shared;
}
