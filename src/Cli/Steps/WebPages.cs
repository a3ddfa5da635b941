using System.Diagnostics;
using System.Security.Cryptography;

namespace Ringway.Cli.Steps;

/// <summary>The built pages of web/: made when their sources have changed, and only then.</summary>
public sealed class WebPages(Places places, Tool tool)
{
    /// <summary>`npm ci` into an empty cache fetches some ten megabytes.</summary>
    private static readonly TimeSpan InstallDeadline = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private static readonly string[] NetworkFaults =
        ["ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ERR_SOCKET_TIMEOUT"];

    private string Stamp => Path.Combine(places.Root, "artifacts", "web.stamp");

    /// <summary>The pages that stand there were made from these sources.</summary>
    public bool AreBuilt => File.Exists(Stamp) && File.ReadAllText(Stamp) == HashOfSources();

    public async Task EnsureAsync(IProgress<Advance> progress, CancellationToken ct)
    {
        if (AreBuilt)
            return;
        var hash = HashOfSources();
        progress.Report(new Advance(null, "fetching its packages"));
        Require("install", await NpmAsync("install", ct, "ci", "--no-audit", "--no-fund"));
        progress.Report(new Advance(null, "building"));
        Require("build", await NpmAsync("build", ct, "run", "build"));
        Directory.CreateDirectory(Path.GetDirectoryName(Stamp)!);
        await File.WriteAllTextAsync(Stamp, hash, ct);
    }

    /// <summary>Runs npm in web/; its output goes to a log named after <paramref name="what"/>.</summary>
    public Task<ToolResult> NpmAsync(string what, CancellationToken ct, params string[] arguments)
    {
        var start = new ProcessStartInfo("npm", arguments) { WorkingDirectory = places.Web };
        start.Environment["CI"] = "true"; // no watch mode, no questions
        start.Environment["NO_COLOR"] = "1";
        return tool.RunAsync(
            start, Path.Combine(places.Logs, $"web-{what}.log"), what == "install" ? InstallDeadline : Deadline, ct);
    }

    private static void Require(string what, ToolResult result)
    {
        if (!result.Succeeded)
            throw Broken(what, result);
    }

    private static ObstacleException Broken(string what, ToolResult result)
    {
        var output = string.Join('\n', result.LastLines(40));
        return output switch
        {
            _ when output.Contains("ENOSPC", StringComparison.Ordinal) => new ObstacleException(ObstacleException.DiskFull),
            _ when what == "install" && (result.TimedOut || IsAboutTheNetwork(output)) => new ObstacleException(
                $"npm packages could not be fetched. Check the network (or npm's proxy settings) and start again; " +
                $"the log is {result.Log}."),
            _ => new ObstacleException($"`npm {what}` in web/ failed; the log is {result.Log}:\n{string.Join('\n', result.LastLines(15))}"),
        };
    }

    private static bool IsAboutTheNetwork(string output) =>
        NetworkFaults.Any(code => output.Contains(code, StringComparison.Ordinal));

    // By content, so that switching branches to and fro builds nothing twice.
    private string HashOfSources()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Sources(new DirectoryInfo(places.Web)).OrderBy(file => file.FullName, StringComparer.Ordinal))
        {
            hash.AppendData(System.Text.Encoding.UTF8.GetBytes(Path.GetRelativePath(places.Web, file.FullName)));
            hash.AppendData(File.ReadAllBytes(file.FullName));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<FileInfo> Sources(DirectoryInfo folder) =>
        folder.Exists
            ? folder.EnumerateFiles().Concat(
                folder.EnumerateDirectories()
                    .Where(inner => inner.Name is not ("node_modules" or "dist" or ".svelte-kit" or "coverage"))
                    .SelectMany(Sources))
            : [];
}
