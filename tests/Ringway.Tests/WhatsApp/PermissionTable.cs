using System.Runtime.CompilerServices;
using System.Text;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.WhatsApp;

/// <summary>
/// Each known state against each event, written out with the sentence that an agent reads. <c>RINGWAY_GOLDEN=write</c> writes the
/// file anew; a change of rules is a readable diff.
/// </summary>
public class PermissionTable
{
    [Fact]
    public void Every_state_against_every_event_is_as_written_in_the_golden_table()
    {
        var file = Path.Combine(Folder(), "..", "..", "golden", "permission-table.md");
        var table = Write();
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write")
        {
            File.WriteAllText(file, table);
        }

        Assert.Equal(File.ReadAllText(file), table);
    }

    private static string Write()
    {
        var page = new StringBuilder(
            "# The rules of permissions\n\nWritten by `tests/Ringway.Tests/WhatsApp/PermissionTable.cs`. It is Monday, 23 November 2026, 12:00 UTC. " +
            "\"Left\" is: requests today, requests this week, calls today. What is not in a table changes nothing that an agent sees.\n");
        foreach (var (name, state) in PermissionCast.States)
        {
            page.Append($"\n## {name}\n\n| event | state | may call | may ask | left | sentence |\n|---|---|---|---|---|---|\n");
            page.Append(Row("*before*", state));
            foreach (var (what, happened) in PermissionCast.Events)
            {
                var next = PermissionRules.On(state, happened, PermissionCast.Noon);
                if (Row("", next) != Row("", state)) page.Append(Row(what, next));
            }
        }

        return page.ToString();
    }

    private static string Row(string what, Permission known)
    {
        var view = PermissionView.From(known, PermissionCast.Noon.AddSeconds(2), TimeZoneInfo.Utc);
        var state = view.State + (view.WindowUntil is null ? "" : ", window open") + (view.Unanswered > 0 ? $", {view.Unanswered} missed" : "");
        return $"| {what} | {state} | {(view.MayCall ? "yes" : view.Why)} | {(view.MayAsk ? "yes" : "no")} " +
            $"| {view.RequestsLeftToday?.ToString() ?? "?"}, {view.RequestsLeftThisWeek?.ToString() ?? "?"}, {view.CallsLeftToday?.ToString() ?? "?"} | {view.Sentence} |\n";
    }

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
