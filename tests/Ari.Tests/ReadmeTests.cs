using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Ringway.Ari.Tests;

public partial class ReadmeTests
{
    [Fact]
    public void The_example_in_the_readme_is_the_one_that_is_compiled()
    {
        var sample = Path.Combine(Here(), "../../samples/TwoPartyBridge");
        var compiled = string.Concat(Directory.EnumerateFiles(sample, "*.cs").Select(File.ReadAllText));
        var shown = CodeBlock().Matches(File.ReadAllText(Path.Combine(Here(), "../../src/Ari/README.md"))).Select(m => m.Groups[1].Value.Trim()).ToList();
        Assert.Equal(2, shown.Count);
        Assert.All(shown, block => Assert.Contains(block, compiled));
    }

    internal static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CodeBlock();
}
