namespace Ringway.Cli.Testing;

/// <summary>Which tests a person asked for.</summary>
/// <param name="Fast">Leave out what needs Asterisk, a browser or PostgreSQL.</param>
/// <param name="Projects">Parts of names of test projects; empty means all.</param>
/// <param name="Methods">Patterns of method names; empty means all.</param>
public sealed record WantedTests(bool Fast, IReadOnlyList<string> Projects, IReadOnlyList<string> Methods)
{
    public bool IsPart => Projects.Count > 0 || Methods.Count > 0;

    public bool Wants(string project) =>
        Projects.Count == 0 || Projects.Any(part => project.Contains(part, StringComparison.OrdinalIgnoreCase));
}

/// <summary>How many tests passed, failed and were skipped, and the names of those that failed.</summary>
public sealed record Tally(int Passed, int Failed, int Skipped, IReadOnlyList<string> Failures)
{
    public static Tally None { get; } = new(0, 0, 0, []);

    public static Tally OfFailure(string what) => new(0, 1, 0, [what]);

    public static Tally OfPass { get; } = new(1, 0, 0, []);

    public static Tally operator +(Tally a, Tally b) =>
        new(a.Passed + b.Passed, a.Failed + b.Failed, a.Skipped + b.Skipped, [.. a.Failures, .. b.Failures]);

    /// <summary>The line that CI reads: `N passed, N failed`, and `, N skipped` if any were.</summary>
    public override string ToString() =>
        $"{Passed} passed, {Failed} failed{(Skipped > 0 ? $", {Skipped} skipped" : "")}";
}
