using System.Runtime.CompilerServices;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Tests.Docs;

/// <summary>Who finds a violation finds the rule in <c>docs/simulator.md</c>. <c>RINGWAY_GOLDEN=write</c> writes the table anew.</summary>
public sealed class RulesPage
{
    private const string Begin = "<!-- rules -->\n", End = "<!-- /rules -->";

    [Fact]
    public void Every_rule_stands_in_the_page_with_its_source()
    {
        var table = "\n| rule | the business … | source |\n|---|---|---|\n"
            + string.Concat(MetaRules.All.Select(rule => $"| `{rule.Id}` | {rule.Text} | {rule.Source} |\n")) + "\n";
        var page = File.ReadAllText(Page());
        var (start, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write") File.WriteAllText(Page(), page[..start] + table + page[end..]);
        else Assert.Equal(table, page[start..end]);
    }

    [Fact]
    public void No_two_rules_share_a_name() => Assert.Distinct(MetaRules.All.Select(rule => rule.Id));

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/simulator.md"));
}
