using System.CommandLine;
using Ringway.Cli;

// `ringway <verb>`. Exit codes: 0 done, 1 it did not work, 2 asked wrongly; 130 ended by Ctrl-C before it was done.
var root = new RootCommand("WhatsApp voice calls in the browser, through an Asterisk that ringway runs itself.");
root.Options.Add(CommonOptions.Data);
root.Options.Add(CommonOptions.Packages);
root.Subcommands.Add(UpCommand.Create());
root.Subcommands.Add(DownCommand.Create());
root.Subcommands.Add(SimulatorCommand.Create());
root.Subcommands.Add(ConfigCommand.Create());
root.Subcommands.Add(RouteCommand.Create());
root.Subcommands.Add(WhatsAppCommand.Create());
root.Subcommands.Add(DoctorCommand.Create());
root.Subcommands.Add(CallCommand.Create());
root.Subcommands.Add(TestCommand.Create());
root.Subcommands.Add(BenchCommand.Create());
root.Subcommands.Add(AsteriskCommand.Create());

var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    // A verb without its sub-verb, or nothing at all: the list of what there is says more than a complaint.
    if (parsed.UnmatchedTokens.Count == 0 && parsed.CommandResult.Command.Subcommands.Count > 0)
        await root.Parse([.. args, "--help"]).InvokeAsync(new InvocationConfiguration { Output = Console.Error });
    else
        foreach (var sentence in WrongWords.Sentences(parsed))
            Console.Error.WriteLine($"ringway: {sentence} `ringway --help` shows what there is.");
    return 2;
}

using var ending = new EndingSignals(TimeProvider.System);
ending.Listen();
try
{
    // We end on signals ourselves: stopping Asterisk in good order takes longer than the library's two seconds.
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null },
        ending.Token);
}
catch (ObstacleException obstacle)
{
    Console.Error.WriteLine($"ringway: {obstacle.Message}");
    return obstacle.ExitCode;
}
catch (IOException full) when (ObstacleException.IsDiskFull(full))
{
    Console.Error.WriteLine($"ringway: {ObstacleException.DiskFull}");
    return 1;
}
catch (OperationCanceledException) when (ending.Token.IsCancellationRequested)
{
    return 130;
}
