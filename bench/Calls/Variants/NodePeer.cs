using System.Diagnostics;

namespace Ringway.Bench.Calls.Variants;

/// <summary>node's <c>ari-client</c>, installed once into the data folder's cache.</summary>
public static class NodePeer
{
    /// <returns>The program to run.</returns>
    public static async Task<string> InstallAsync(CancellationToken ct)
    {
        var folder = Path.GetFullPath(Path.Combine(Environment.GetEnvironmentVariable("RINGWAY_DATA") ?? "data", "cache", "bench-calls-node"));
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, "node")))
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)), overwrite: true);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
        {
            using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            {
                WorkingDirectory = folder, RedirectStandardOutput = true,
            })!;
            await npm.StandardOutput.ReadToEndAsync(ct);
            await npm.WaitForExitAsync(ct);
            if (npm.ExitCode != 0)
                throw new InvalidOperationException($"npm ci in {folder} ended with {npm.ExitCode}; is the npm registry reachable?");
        }
        return Path.Combine(folder, "app.js");
    }
}
