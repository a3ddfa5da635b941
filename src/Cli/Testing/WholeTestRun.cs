using System.Diagnostics;
using System.Globalization;
using Ringway.Asterisk;
using Ringway.Cli.Steps;

namespace Ringway.Cli.Testing;

/// <summary>
/// From a clean clone to the sum of all tests: formatting, web, packages, build, then each test project. What fails on
/// the way is counted as a failed test, so that the last line never claims more than was seen.
/// </summary>
public sealed class WholeTestRun(Places places, WantedTests wanted, Narrator narrator, Tool tool, TimeProvider time)
{
    /// <summary>A restore into an empty cache and a build of everything take about a minute on two cores.</summary>
    private static readonly TimeSpan BuildDeadline = TimeSpan.FromMinutes(6);

    private static readonly TimeSpan FormatDeadline = TimeSpan.FromMinutes(1);

    /// <returns>0 when nothing failed, else 1.</returns>
    public async Task<int> RunAsync(CancellationToken ct)
    {
        var began = time.GetTimestamp();
        var tally = await RunStepsAsync(ct);

        if (tally.Failed > 0)
        {
            Narrator.Say("");
            Narrator.Say("Failed:");
            foreach (var failure in tally.Failures)
            {
                Narrator.Say($"  ✗ {failure}");
            }
        }

        Narrator.Say("");
        Narrator.Say($"Logs are in {Path.Combine(places.Logs, "test")}. Took {Minutes(time.GetElapsedTime(began))}.");
        Console.WriteLine(tally);
        return tally.Failed == 0 ? 0 : 1;
    }

    private async Task<Tally> RunStepsAsync(CancellationToken ct)
    {
        var tally = Tally.None;
        if (!wanted.IsPart)
        {
            tally += await CheckAsync("Formatting", FormatAsync, ct);
        }

        // Fetching is waiting for others, so the compiler works meanwhile.
        var building = BuildAsync(ct);
        if (!wanted.Fast)
        {
            tally += await WebAsync(ct);
            tally += await PackagesAsync(ct);
        }

        if (await CheckAsync("Building the tests", (_, _) => building, ct) is { Failed: > 0 } broken)
        {
            return tally + broken;
        }

        var projects = TestProject.Find(places.Root).Where(project => wanted.Wants(project.Name) && !(wanted.Fast && project.IsEndToEnd)).ToList();
        Task<Tally>? waiting = null;
        foreach (var project in projects)
        {
            if (project.LeavesRoom && projects.Find(other => other.MostlyWaits) is { } beside)
            {
                waiting = beside.RunAsync(wanted, places, tool, (_, _) => { }, Failed, ct);
            }

            tally += project.MostlyWaits && waiting is not null
                ? await narrator.StepAsync(project.Name, _ => waiting, sum => sum.ToString())
                : await RunAsync(project, ct);
        }

        return tally;
    }

    private async Task<Tally> WebAsync(CancellationToken ct)
    {
        var pages = new WebPages(places, tool);
        var built = await CheckAsync("Web pages", (progress, token) => pages.EnsureAsync(progress, token), ct);
        return built.Failed > 0 || wanted.IsPart
            ? built
            : built + await narrator.StepAsync(
                "Web tests", progress => new WebTests(places, pages).RunAsync(progress, ct), sum => sum.ToString());
    }

    // What the machine has of its own is good enough, but for Asterisk: that one is the product's, and for SIPp: its words are read.
    private async Task<Tally> PackagesAsync(CancellationToken ct)
    {
        var packages = new Packages(places, narrator);
        var missing = new List<PackageSet> { PackageSet.Asterisk, PackageSet.SipTester, PackageSet.Voice };
        if (!HasProgram("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"))
            missing.Add(PackageSet.Chromium);
        if (!Directory.Exists("/usr/lib/postgresql"))
            missing.Add(PackageSet.PostgreSql);

        var tally = Tally.None;
        foreach (var set in missing)
            tally += await AttemptAsync($"Fetching {set.Name}", () => packages.EnsureAsync(set, $"Fetching {set.Name}", ct));
        return tally;
    }

    private static bool HasProgram(params string[] paths) => paths.Any(File.Exists);

    // Whitespace only: the rest of .editorconfig is enforced by the build itself (EnforceCodeStyleInBuild).
    private async Task FormatAsync(IProgress<Advance> progress, CancellationToken ct)
    {
        var start = Dotnet("format", "whitespace", ".", "--folder", "--verify-no-changes", "--include", "src", "tests", "samples", "bench");
        var result = await tool.RunAsync(start, Log("format"), FormatDeadline, ct);
        if (!result.Succeeded)
        {
            throw new ObstacleException(
                $"`dotnet format whitespace` would change files; the list is in {result.Log}. Run `dotnet format`.");
        }
    }

    private async Task BuildAsync(CancellationToken ct)
    {
        var start = Dotnet(
            "build", "Ringway.slnx", "--configuration", "Release", "--nologo", "--disable-build-servers", "-nodeReuse:false");
        var result = await tool.RunAsync(start, Log("build"), BuildDeadline, ct);
        if (!result.Succeeded)
        {
            var errors = File.ReadLines(result.Log).Where(line => line.Contains(": error ", StringComparison.Ordinal));
            throw new ObstacleException(string.Join('\n', ["the build failed:", .. errors.Distinct().Take(10), result.Log]));
        }
    }

    private async Task<Tally> RunAsync(TestProject project, CancellationToken ct)
    {
        var tally = await narrator.StepAsync(
            project.Name,
            progress => project.RunAsync(
                wanted,
                places,
                tool,
                (sofar, test) => progress.Report(new Advance(null, $"{sofar}; {test}")),
                Failed,
                ct),
            sum => sum.ToString());
        return tally;
    }

    private static void Failed(string test, string why) => Narrator.Say($"    ✗ {test}\n{Indented(why)}");

    /// <summary>A step that counts as one failed test when it cannot be done, and as nothing when it can.</summary>
    private Task<Tally> CheckAsync(
        string title, Func<IProgress<Advance>, CancellationToken, Task> work, CancellationToken ct) =>
        AttemptAsync(title, () => narrator.StepAsync(title, progress => work(progress, ct)));

    private static async Task<Tally> AttemptAsync(string title, Func<Task> work)
    {
        try
        {
            await work();
            return Tally.None;
        }
        catch (ObstacleException obstacle)
        {
            Narrator.Say($"  ✗ {title}: {obstacle.Message}");
            return Tally.OfFailure(title);
        }
    }

    private ProcessStartInfo Dotnet(params string[] arguments) =>
        new("dotnet", arguments) { WorkingDirectory = places.Root };

    private string Log(string name) => Path.Combine(places.Logs, "test", $"{name}.log");

    private static string Indented(string text) =>
        string.Join('\n', text.Split('\n').Select(line => $"        {line.TrimEnd()}"));

    private static string Minutes(TimeSpan span) => span.ToString(@"m\:ss", CultureInfo.InvariantCulture) + " min";
}
