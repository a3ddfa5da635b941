using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Ringway.Tests.Docs;

/// <summary>An operator who reads a number in the log finds it in <c>docs/log-events.md</c>. <c>RINGWAY_GOLDEN=write</c> writes the page anew.</summary>
public partial class LogEvents
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Here(), "..", "..", ".."));

    [Fact]
    public void Every_log_event_has_a_number_of_its_own() =>
        Assert.Empty(All().GroupBy(e => e.Number).Where(same => same.Count() > 1).Select(same => same.Key));

    [Fact]
    public void Every_log_event_stands_in_the_documentation_as_it_is_written()
    {
        var page = Path.Combine(Root, "docs", "log-events.md");
        var table = Table();
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write")
        {
            File.WriteAllText(page, table);
        }

        Assert.Equal(File.ReadAllText(page), table);
    }

    private static string Table()
    {
        var page = new StringBuilder(
            """
            # Every event in Ringway's log, by number

            Written by `tests/Ringway.Tests/Docs/LogEvents.cs`. Information is what happens anyway; a warning is something to look at; an
            error is ours. Numbers of WhatsApp users are masked everywhere.

            | number | level | says | written in |
            |---|---|---|---|

            """);
        foreach (var e in All().OrderBy(e => e.Number))
        {
            page.Append(CultureInfo.InvariantCulture, $"| {e.Number} | {e.Level} | {e.Text.Replace("|", "\\|", StringComparison.Ordinal)} | `{e.File}` |\n");
        }

        return page.ToString();
    }

    private static IEnumerable<(int Number, string Level, string Text, string File)> All() =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, "src"), "*.cs", SearchOption.AllDirectories)
        from Match match in Declaration().Matches(File.ReadAllText(file))
        select (int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture), match.Groups[2].Value,
            Regex.Unescape(match.Groups[3].Value), Path.GetRelativePath(Root, file));

    private static string Here([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;

    [GeneratedRegex("""LoggerMessage\(\s*(\d+),\s*LogLevel\.(\w+),\s*"((?:[^"\\]|\\.)*)"\)""")]
    private static partial Regex Declaration();
}
