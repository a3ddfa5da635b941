using System.Text.Json;
using Ringway.Cli.Steps;

namespace Ringway.Cli.Testing;

/// <summary>The tests of web/: types and templates checked, then vitest.</summary>
public sealed class WebTests(Places places, WebPages pages)
{
    private string Report => Path.Combine(places.Logs, "test", "web.json");

    public async Task<Tally> RunAsync(IProgress<Advance> progress, CancellationToken ct)
    {
        File.Delete(Report);
        progress.Report(new Advance(null, "checking types"));
        var check = await pages.NpmAsync("check", ct, "run", "check");
        progress.Report(new Advance(null, "running"));
        var run = await pages.NpmAsync(
            "test", ct, "test", "--", "--reporter=default", "--reporter=json", $"--outputFile.json={Report}");

        var tally = check.Succeeded ? Tally.None : Tally.OfFailure($"web: npm run check; see {check.Log}");
        tally += File.Exists(Report) ? Read(await File.ReadAllBytesAsync(Report, ct)) : Tally.None;
        return !run.Succeeded && tally.Failed == 0 ? tally + Tally.OfFailure($"web: npm test; see {run.Log}") : tally;
    }

    /// <summary>vitest's JSON report has the shape of Jest's.</summary>
    private static Tally Read(byte[] json)
    {
        using var report = JsonDocument.Parse(json);
        var tests = report.RootElement.GetProperty("testResults").EnumerateArray()
            .SelectMany(file => file.GetProperty("assertionResults").EnumerateArray())
            .Select(test => (Name: test.GetProperty("fullName").GetString()!, Status: test.GetProperty("status").GetString()))
            .ToList();
        var failures = tests.Where(test => test.Status == "failed").Select(test => $"web: {test.Name}").ToList();
        var passed = tests.Count(test => test.Status == "passed");
        return new Tally(passed, failures.Count, tests.Count - passed - failures.Count, failures);
    }
}
