using System.CommandLine;
using System.Diagnostics;

namespace Ringway.Cli;

/// <summary>`ringway bench ari|calls`: builds a benchmark and runs it. What it prints is the result; nothing of it is a test.</summary>
public static class BenchCommand
{
    private static readonly TimeSpan BuildDeadline = TimeSpan.FromMinutes(10);

    private static readonly Argument<string[]> Rest = new("options")
    {
        Description = "Passed to the benchmark: --json, --repeats N, --plot DIR, --from FILE.", Arity = ArgumentArity.ZeroOrMore,
    };

    public static Command Create() => new("bench", "Measure speed beside peers in the same run; see docs/performance.md.")
    {
        Create("ari", "Bench.Ari", "bench/Ari", "The ARI client beside a bare loop and node's ari-client."),
        Create("calls", "Bench.Calls", "bench/Calls", "Whole calls beside plain Dial(), a bare ARI loop and node's ari-client."),
    };

    private static Command Create(string name, string project, string folder, string what)
    {
        var command = new Command(name, what) { Rest };
        command.TreatUnmatchedTokensAsErrors = false; // The benchmark knows its own options.
        command.SetAction(async (parsed, ct) =>
        {
            var places = Places.From(parsed);
            places.Prepare();
            await new Narrator(TimeProvider.System).StepAsync("Building the benchmark", _ => BuildAsync(places, folder, ct));
            return await RunAsync(places, project, [.. parsed.GetValue(Rest) ?? [], .. parsed.UnmatchedTokens], ct);
        });
        return command;
    }

    private static async Task BuildAsync(Places places, string folder, CancellationToken ct)
    {
        var start = new ProcessStartInfo("dotnet", ["build", folder, "--configuration", "Release", "--nologo", "--disable-build-servers", "-nodeReuse:false"])
        {
            WorkingDirectory = places.Root,
        };
        var result = await new Tool(TimeProvider.System).RunAsync(start, Path.Combine(places.Logs, "bench-build.log"), BuildDeadline, ct);
        if (!result.Succeeded)
            throw new ObstacleException($"the benchmark could not be built; {result.Log} says why.");
    }

    private static async Task<int> RunAsync(Places places, string project, string[] options, CancellationToken ct)
    {
        var program = Path.Combine(places.Root, "artifacts", "bin", project, "release", $"Ringway.{project}.dll");
        var start = new ProcessStartInfo("dotnet", [program, .. options]) { UseShellExecute = false };
        (start.Environment["RINGWAY_ROOT"], start.Environment["RINGWAY_DATA"], start.Environment["RINGWAY_PACKAGES"]) = (places.Root, places.Data, places.Packages);
        using var process = Process.Start(start)!;
        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true); // with the Asterisk that it measures
            await process.WaitForExitAsync(CancellationToken.None);
        }
        return process.ExitCode;
    }
}
