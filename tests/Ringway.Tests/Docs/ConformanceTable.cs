using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace Ringway.Tests.Docs;

/// <summary>Whoever asks whether a rule of Meta's is kept finds in <c>docs/whatsapp.md</c> the test that holds it, and that test exists.</summary>
public sealed partial class ConformanceTable
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    private static readonly ImmutableArray<Row> Rows = Read();

    /// <param name="Rule">In words.</param>
    /// <param name="Source">The page and its date.</param>
    /// <param name="Simulated">The simulator's rule; empty when the simulator plays it without watching it.</param>
    /// <param name="Tests">Class and method.</param>
    private sealed record Row(string Rule, string Source, ImmutableArray<string> Simulated, ImmutableArray<string> Tests);

    [Fact]
    public void Every_rule_has_a_source_with_its_year_and_a_test()
    {
        Assert.NotEmpty(Rows);
        Assert.All(Rows, row => Assert.Matches("20[0-9][0-9]|RFC|github.com", row.Source));
        Assert.All(Rows, row => Assert.NotEmpty(row.Tests));
    }

    [Fact]
    public void Every_test_that_is_named_exists()
    {
        var sources = Directory.EnumerateFiles(Path.Combine(Root, "tests"), "*.cs", SearchOption.AllDirectories)
            .ToLookup(Path.GetFileNameWithoutExtension, File.ReadAllText);

        Assert.All(Rows.SelectMany(row => row.Tests).Distinct(), test =>
        {
            var (type, method) = (test.Split('.')[0], test.Split('.')[1]);
            Assert.True(sources[type].Any(text => text.Contains($" {method}(", StringComparison.Ordinal)), $"There is no test {test}.");
        });
    }

    [Fact]
    public void Every_rule_of_the_simulator_stands_in_the_table_and_no_other()
    {
        var page = File.ReadAllText(Path.Combine(Root, "docs", "simulator.md"));
        var rules = Between(page, "<!-- rules -->", "<!-- /rules -->").Split('\n').Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('`')[1]).Order();

        Assert.Equal(rules, Rows.SelectMany(row => row.Simulated).Distinct().Order());
    }

    [Fact]
    public void Every_sentence_of_the_witness_stands_in_the_table()
    {
        var sentences = new[] { typeof(Witness.UserCalls), typeof(Witness.BusinessCalls), typeof(Witness.BrokenOnPurpose) }
            .SelectMany(type => type.GetMethods().Where(m => m.GetCustomAttributes(typeof(FactAttribute), true).Length > 0).Select(m => $"{type.Name}.{m.Name}"));

        Assert.Empty(sentences.Except(Rows.SelectMany(row => row.Tests)));
    }

    private static ImmutableArray<Row> Read() =>
    [
        .. Between(File.ReadAllText(Path.Combine(Root, "docs", "whatsapp.md")), "<!-- table -->", "<!-- /table -->").Split('\n')
            .Where(line => line.StartsWith('|') && !line.StartsWith("| **", StringComparison.Ordinal)).Skip(2)
            .Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => new Row(cells[0], cells[1], Quoted(cells[2]), Quoted(cells[3]))),
    ];

    private static ImmutableArray<string> Quoted(string cell) => [.. InBackticks().Matches(cell).Select(m => m.Groups[1].Value)];

    private static string Between(string page, string begin, string end)
    {
        var from = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[from..page.IndexOf(end, from, StringComparison.Ordinal)];
    }

    private static string Here([CallerFilePath] string path = "") => Path.GetDirectoryName(path)!;

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex InBackticks();
}
