using System.CommandLine;
using Ringway.Cli.Steps;

namespace Ringway.Cli;

/// <summary>`ringway up`: does all that is missing, starts everything, and runs until it is told to end.</summary>
public static class UpCommand
{
    private static readonly Option<bool> Json = new("--json")
    {
        Description = "When ready, print one line of JSON with addresses, sign-ins and process ids.",
    };

    public static Command Create()
    {
        var settings = new Settings();
        var command = new Command("up", "Do all that is missing, then run ringway until Ctrl-C.") { Json };
        settings.AddTo(command);
        command.SetAction(async (parsed, ct) =>
        {
            var (options, places) = settings.Read(parsed);
            places.Prepare();
            using var mine = DataFolderLock.Take(places.Data);

            var secrets = Settings.OpenSecrets(places);
            var time = TimeProvider.System;
            var journey = new UpJourney(
                Settings.Complete(options, secrets, places), secrets, places, settings.Again(parsed, places), new Narrator(time), time);
            return await journey.RunAsync(
                ready => Console.WriteLine(parsed.GetValue(Json) ? ready.ToJson() : ready.ToText()), ct);
        });
        return command;
    }
}
