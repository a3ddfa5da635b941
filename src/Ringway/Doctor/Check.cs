namespace Ringway.Doctor;

/// <summary>One question about the installation, and how it is answered.</summary>
/// <param name="Name">For <c>--only</c> and for scripts; stays.</param>
/// <param name="Title">What it looks at, in a few words, for the line of progress.</param>
/// <param name="LookAsync">Never throws but when it is cancelled, and always ends.</param>
public sealed record Check(string Name, string Title, Func<CancellationToken, Task<Finding>> LookAsync)
{
    /// <summary>Facts are gathered from the world, within a time; what they mean is judged by a pure function.</summary>
    public static Check Of<TFacts>(
        string name, string title, TimeSpan within, TimeProvider time, Func<CancellationToken, Task<TFacts>> gather, Func<TFacts, Finding> judge) =>
        new(name, title, async ct => (await AskAsync(within, time, gather, judge, ct)) with { Check = name });

    /// <summary>Whether <c>--only</c> with this word means this check: its whole name, or the part before the colon.</summary>
    public bool IsNamed(string word) => Name == word || Name.StartsWith(word + ":", StringComparison.Ordinal);

    private static async Task<Finding> AskAsync<TFacts>(
        TimeSpan within, TimeProvider time, Func<CancellationToken, Task<TFacts>> gather, Func<TFacts, Finding> judge, CancellationToken ct)
    {
        using var patience = new CancellationTokenSource(within, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, patience.Token);
        try
        {
            // Outside of our own thread: a look at a name can block in the C library whatever the token says.
            return judge(await Task.Run(() => gather(either.Token), either.Token).WaitAsync(either.Token));
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            return Finding.Unknown($"It was not found out within {within.TotalSeconds:0} s.", Who.You, "Run it again; if it stays, look at the network and the load of this machine.");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Finding.Unknown($"It could not be looked at: {fault.Message}");
        }
    }
}
