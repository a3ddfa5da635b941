using System.CommandLine;
using Ringway.Asterisk;
using Ringway.Cli.Steps;

namespace Ringway.Cli;

/// <summary>`ringway down`: ends the ringway of a data folder and everything that a killed one left running.</summary>
public static class DownCommand
{
    private static readonly TimeSpan RingwayGrace = TimeSpan.FromSeconds(40);

    public static Command Create()
    {
        var command = new Command("down", "End what runs on the data folder, also what a killed `up` has left.");
        command.SetAction(async (parsed, ct) =>
        {
            var ended = await EndAllAsync(Places.From(parsed).Data, TimeProvider.System, ct);
            Console.WriteLine(ended.Count == 0 ? "Nothing is running." : $"Ended {string.Join(", ", ended)}.");
            return 0;
        });
        return command;
    }

    private static async Task<IReadOnlyList<string>> EndAllAsync(string data, TimeProvider time, CancellationToken ct)
    {
        var ended = new List<string>();
        if (!Directory.Exists(data))
            return ended;

        // A ringway that lives ends its own children, in the right order.
        if (DataFolderLock.Holder(data) is { } ringway)
        {
            ProcessExit.Signal(ringway, ProcessExit.Terminate);
            try
            {
                await ProcessExit.Of(ringway, time).WaitAsync(RingwayGrace, time, ct);
            }
            catch (TimeoutException)
            {
                ProcessExit.Signal(ringway, ProcessExit.Kill9);
            }

            ended.Add($"ringway (pid {ringway})");
        }

        if (SimulatorProcess.Find(data, time) is { } simulator)
        {
            await simulator.StopAsync(ct);
            ended.Add($"the simulated WhatsApp (pid {simulator.Pid})");
        }

        foreach (var (folders, name) in new[]
                 {
                     (OwnSwitch.Folders(data), "Asterisk"),
                     (SimulatorProcess.AsteriskFolders(data), "the handsets' Asterisk"),
                 })
        {
            if (AsteriskProcess.FindPid(folders) is not { } pid)
                continue;
            await EndAsteriskAsync(pid, time, ct);
            ended.Add($"{name} (pid {pid})");
        }

        return ended;
    }

    // SIGTERM is "core stop now" to Asterisk.
    private static async Task EndAsteriskAsync(int pid, TimeProvider time, CancellationToken ct)
    {
        ProcessExit.Signal(pid, ProcessExit.Terminate);
        try
        {
            await ProcessExit.Of(pid, time).WaitAsync(TimeSpan.FromSeconds(10), time, ct);
        }
        catch (TimeoutException)
        {
            ProcessExit.Signal(pid, ProcessExit.Kill9);
        }
    }
}
