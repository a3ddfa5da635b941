using System.Runtime.CompilerServices;
using System.Text;
using static Ringway.Calls.Call;

namespace Ringway.Calls.Tests;

/// <summary>
/// The compiler does not prove the rule book complete; this does: every state against every event, written out. A change
/// of rules is a readable diff. <c>RINGWAY_GOLDEN=write</c> writes the file anew.
/// </summary>
public class Table
{
    [Fact]
    public void Every_state_against_every_event_is_as_written_in_the_golden_table()
    {
        var file = Path.Combine(Folder(), "..", "golden", "call-table.md");
        var table = Write();
        if (Environment.GetEnvironmentVariable("RINGWAY_GOLDEN") == "write")
        {
            File.WriteAllText(file, table);
        }

        Assert.Equal(File.ReadAllText(file), table);
    }

    private static string Write()
    {
        var page = new StringBuilder("# The rules of a call\n\nWritten by `tests/Calls.Tests/Table.cs`; what is not in a table changes nothing.\n");
        foreach (var (name, state) in Cast.States)
        {
            page.Append($"\n## {name}\n\n| event | then | do |\n|---|---|---|\n");
            foreach (var (what, happened) in Cast.Events)
            {
                var step = CallMachine.On(state, happened, Cast.Noon);
                if (step.Next != state || !step.Do.IsEmpty)
                {
                    page.Append($"| {what} | {Name(step.Next)} | {string.Join(", ", step.Do.Select(Name))} |\n");
                }
            }
        }

        return page.ToString();
    }

    private static string Name(Call call) => call switch
    {
        Offered o => $"Offered to {string.Join(", ", o.Ringing)}{(o.LastChance ? ", for the last time" : "")}{Announcing(o)}{Ending(o)}",
        TakingMessage t => $"{(t.Story.MessageSince is null ? "Hearing the greeting" : "Leaving a message")}{Ending(t)}",
        InMenu m => $"In menu {m.Menu}, said {m.Tries} times",
        Promised => $"Promised to be called back{Ending(call)}",
        Queued q => $"Queued{Announcing(q)}{Ending(q)}",
        Calling c => $"Calling by {c.By}",
        Dialling d => $"Dialling by {d.By}{(d.Rings ? ", rings" : "")}",
        Talking t => $"Talking with {t.With}{string.Concat(t.Colleagues.Where(one => Together(t, one)).Select(one => $" and {one.Who}"))}{(t.OnHold ? ", on hold" : "")}{string.Concat(t.Colleagues.Where(one => !Together(t, one)).Select(one => $", {one.Who} {Does(one)}"))}{(t.LineLost ? ", line lost" : "")}{Ending(t)}",
        AgentAway a => $"{a.With} away{(a.Rings ? ", rings" : a.Here ? ", here again" : "")}{(a.OnHold ? ", was on hold" : "")}{Ending(a)}",
        Parked p => $"Parked by {p.By}{(p.Fetcher is { } fetcher ? $", {fetcher} fetches" : "")}{Ending(p)}",
        Over o => $"Over: {o.Outcome.What}, {o.Outcome.Whose}{(o.Outcome.Sip is { } sip ? $", {sip}" : "")}",
        _ => call.GetType().Name,
    };

    private static bool Together(Talking t, Colleague one) => !t.OnHold && one.State == ColleagueState.Talking;

    private static string Does(Colleague one) => one.State switch
    {
        ColleagueState.Ringing => "rings",
        ColleagueState.Waiting => "waits",
        _ => "is asked",
    };

    private static string Announcing(Call call) => call.Announcing ? ", hears an announcement" : "";

    private static string Ending(Call call) => call.Leaving.IsEmpty ? "" : $" ({string.Join(", ", call.Leaving)} ending)";

    private static string Name(Command command) => command switch
    {
        Command.AskMenu a => $"Ask menu {a.Menu}",
        Command.Tell t => $"Tell {t.Announcement}",
        Command.Announce a => $"Announce place {a.Notice.Place}, {a.Notice.Minutes} minutes",
        Command.Choose c => $"Choose {c.Key} of {c.Menu}",
        Command.PlayMusic m => $"Music for {m.Leg}{(m.InBridge ? ", out of the bridge" : "")}",
        Command.StopMusic m => $"No music for {m.Leg}",
        Command.Seek { First: { } first } => $"Seek {first} first",
        Command.Ring r => $"Ring {r.Agent}{(r.AnswersItself ? ", who answers by itself" : "")}",
        Command.Listen l => $"Listen to {l.To}",
        Command.Join j => $"Join {string.Join(" and ", j.Legs)}",
        Command.HangUpLeg h => $"HangUp {h.Leg} ({h.Cause})",
        Command.Start s => $"Start {s.Which}",
        Command.Stop s => $"Stop {s.Which}",
        _ => command.GetType().Name,
    };

    private static string Folder([CallerFilePath] string here = "") => Path.GetDirectoryName(here)!;
}
