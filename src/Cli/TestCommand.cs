using System.CommandLine;
using Ringway.Cli.Testing;

namespace Ringway.Cli;

/// <summary>`ringway test`: fetches and builds what is missing, runs all tests, and ends with their sum.</summary>
public static class TestCommand
{
    private static readonly Option<bool> Fast = new("--fast")
    {
        Description = "Only what needs no Asterisk, no browser and no PostgreSQL.",
    };

    private static readonly Option<string[]> Only = new("--only")
    {
        Description = "Only test projects whose name contains this, for instance --only EndToEnd.",
        HelpName = "NAME",
    };

    private static readonly Option<string[]> Filter = new("--filter")
    {
        Description = "Only test methods whose full name matches, for instance --filter '*hangs_up*'.",
        HelpName = "PATTERN",
    };

    public static Command Create()
    {
        var command = new Command("test", "Fetch and build what is missing, then run all tests.") { Fast, Only, Filter };
        command.SetAction((parsed, ct) =>
        {
            var places = Places.From(parsed);
            places.Prepare();
            var time = TimeProvider.System;
            var wanted = new WantedTests(
                parsed.GetValue(Fast), parsed.GetValue(Only) ?? [], parsed.GetValue(Filter) ?? []);
            return new WholeTestRun(places, wanted, new Narrator(time), new Tool(time), time).RunAsync(ct);
        });
        return command;
    }
}
