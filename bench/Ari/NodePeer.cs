using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Ringway.Bench.Ari;

/// <summary>node with <c>ari-client</c>, installed once into a folder of the benchmark's own.</summary>
internal sealed class NodePeer
{
    private readonly string _folder;

    private NodePeer(string folder) => _folder = folder;

    public static async Task<NodePeer> InstallAsync(string cache)
    {
        var folder = Path.Combine(cache, "bench-ari-node");
        Directory.CreateDirectory(folder);
        foreach (var file in (string[])["package.json", "package-lock.json", "peer.mjs"])
            File.Copy(Path.Combine(AppContext.BaseDirectory, "node", file), Path.Combine(folder, file), overwrite: true);
        if (!Directory.Exists(Path.Combine(folder, "node_modules")))
            await RunAsync("npm", folder, ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], []);
        return new(folder);
    }

    public async Task<JsonElement> RunAsync(string what, Uri address, int count, int window, Dictionary<string, string> environment)
    {
        var base_ = address.GetLeftPart(UriPartial.Authority);
        var said = await RunAsync("node", _folder,
            ["peer.mjs", what, base_, BenchAsterisk.User, BenchAsterisk.Password, Number(count), Number(window)], environment);
        return JsonDocument.Parse(said.Trim().Split('\n')[^1]).RootElement;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static async Task<string> RunAsync(string program, string folder, string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var errors = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} {arguments[0]} ended with {process.ExitCode}: {await errors}");
    }
}
