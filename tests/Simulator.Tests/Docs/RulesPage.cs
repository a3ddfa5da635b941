using System.Runtime.CompilerServices;
using Ringway.Simulator.Edge;

namespace Ringway.Simulator.Tests.Docs;

/// <summary>Who finds a violation finds the rule in <c>docs/simulator.md</c>. <c>RINGWAY_GOLDEN=write</c> writes the table anew.</summary>
public sealed class RulesPage
{
    [Fact]
    public void Every_rule_stands_in_the_page_with_its_source() => Stands(
        "rules",
        "\n| rule | the business … | source |\n|---|---|---|\n"
        + string.Concat(MetaRules.All.Select(rule => $"| `{rule.Id}` | {rule.Text} | {rule.Source} |\n")) + "\n");

    [Fact]
    public void Every_misbehaviour_stands_in_the_page_with_its_source() => Stands(
        "misbehaviours",
        "\n| misbehaviour | at first | while it is on | source |\n|---|---|---|---|\n"
        + string.Concat(Misbehaviours.All.Select(one => $"| `{one.Id}` | {(one.AtFirst ? "on" : "off")} | {one.Text} | {one.Source} |\n")) + "\n");

    [Fact]
    public void No_two_rules_share_a_name() => Assert.Distinct(MetaRules.All.Select(rule => rule.Id));

    [Fact]
    public void No_two_misbehaviours_share_a_name() => Assert.Distinct(Misbehaviours.All.Select(one => one.Id));

    private static void Stands(string name, string table)
    {
        var (begin, finish) = ($"<!-- {name} -->\n", $"<!-- /{name} -->");
        var page = File.ReadAllText(Page());
        var (start, end) = (page.IndexOf(begin, StringComparison.Ordinal) + begin.Length, page.IndexOf(finish, StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write") File.WriteAllText(Page(), page[..start] + table + page[end..]);
        else Assert.Equal(table, page[start..end]);
    }

    private static string Page([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../../docs/simulator.md"));
}
