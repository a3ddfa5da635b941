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
}
