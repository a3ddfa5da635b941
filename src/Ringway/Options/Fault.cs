using System.Text;

namespace Ringway.Options;

/// <summary>One thing that is wrong with the configuration.</summary>
/// <param name="Key">The key as the operator writes it, <c>lines[0].number</c>.</param>
/// <param name="Text">What is wrong and what would be right.</param>
/// <param name="Where">File and line, environment variable or command-line argument; null where a key is missing.</param>
public sealed record Fault(string Key, string Text, string? Where)
{
    public override string ToString() =>
        (Where is null ? "" : Where + ": ") + (Key.Length == 0 ? Text : $"{Key}: {Text}");
}

/// <summary>The configuration cannot be used; every fault at once, so that one reading mends them all.</summary>
public sealed class ConfigurationException(IReadOnlyList<Fault> faults) : Exception(Say(faults))
{
    public IReadOnlyList<Fault> Faults => faults;

    private static string Say(IReadOnlyList<Fault> faults)
    {
        var text = new StringBuilder("The configuration has ")
            .Append(faults.Count == 1 ? "a fault" : $"{faults.Count} faults").Append(':');
        foreach (var fault in faults) text.Append("\n  ").Append(fault);
        return text.ToString();
    }
}
