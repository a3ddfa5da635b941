using System.Globalization;
using System.Text;

namespace Ringway.Asterisk;

/// <summary>What apt may install from.</summary>
/// <param name="Text">A sources.list of our own; null when the machine's files are used.</param>
/// <param name="Mirror">What errors call it.</param>
internal sealed record AptSources(string? Text, string Mirror, string Suite)
{
    public string? ListFile { get; init; }

    public string? ListFolder { get; init; }
}

/// <summary>One package file as <c>apt-get --print-uris</c> announces it.</summary>
/// <param name="Sha256">Lower case; null when the archive tells no such sum.</param>
internal sealed record PackageFile(string File, long Bytes, string? Sha256)
{
    /// <summary>Lines such as <c>'http://…/x.deb' x_1%3a2_amd64.deb 4711 SHA256:abc…</c>.</summary>
    public static IEnumerable<PackageFile> Parse(string output) =>
        from line in output.Split('\n', StringSplitOptions.TrimEntries)
        where line.StartsWith('\'')
        let words = line.Split(' ')
        where words.Length >= 3
        let hash = words.Length > 3 && words[3].StartsWith("SHA256:", StringComparison.Ordinal) ? words[3]["SHA256:".Length..] : null
        select new PackageFile(words[1], long.Parse(words[2], CultureInfo.InvariantCulture), hash);
}

/// <summary>apt-get with state of its own; the machine's packages and lists are neither read nor touched.</summary>
/// <param name="folder">Holds lists, downloaded packages and configuration; may go when the work is done.</param>
internal sealed class PrivateApt(string folder, AptSources sources)
{
    public string Folder => folder;

    public AptSources Sources => sources;

    public string PathOf(PackageFile package) => Path.Combine(folder, "cache/archives", package.File);

    public async Task PrepareAsync(CancellationToken ct)
    {
        foreach (var sub in (string[])["state/lists/partial", "cache/archives/partial", "nothing/partial"])
            Directory.CreateDirectory(Path.Combine(folder, sub));
        await WriteAsync("status", "", ct); // No package is installed: so the whole closure comes, down to the C library.
        if (sources.Text is { } text)
            await WriteAsync("sources.list", text, ct);
        await WriteAsync("apt.conf", Configuration(await ArchitectureAsync(ct), await MachinesAcquireAsync(ct)), ct);
    }

    /// <summary>Reads the package lists.</summary>
    public Task<Tool.Result> UpdateAsync(Action<double, string> onProgress, CancellationToken ct) => RunAsync(["update"], onProgress, ct);

    /// <summary>What an installation would download, all of it: into an empty folder, because apt leaves out what lies in the real one.</summary>
    public Task<Tool.Result> PlanAsync(IEnumerable<string> packages, CancellationToken ct) =>
        RunAsync(["-y", "-o", $"Dir::Cache::archives={folder}/nothing", "--print-uris", "install", .. packages], null, ct);

    public Task<Tool.Result> DownloadAsync(IEnumerable<string> packages, Action<double, string> onProgress, CancellationToken ct) =>
        RunAsync(["-y", "--download-only", "install", .. packages], onProgress, ct);

    /// <param name="onProgress">
    /// Fraction and apt's words, from its status lines <c>dlstatus:3:12.5:Retrieving file 3 of 160</c> (apt's
    /// README.progress-reporting).
    /// </param>
    private Task<Tool.Result> RunAsync(IEnumerable<string> arguments, Action<double, string>? onProgress, CancellationToken ct) =>
        Tool.RunAsync("apt-get", arguments, new Dictionary<string, string> { ["APT_CONFIG"] = Path.Combine(folder, "apt.conf") }, line =>
        {
            if (onProgress is not null && line.StartsWith("dlstatus:", StringComparison.Ordinal)
                && line.Split(':', 4) is [_, _, var percent, var what]
                && double.TryParse(percent, CultureInfo.InvariantCulture, out var of100))
                onProgress(Math.Clamp(of100 / 100, 0, 1), what);
        }, ct);

    private static async Task<string> ArchitectureAsync(CancellationToken ct) =>
        (await Tool.RunAsync("dpkg", ["--print-architecture"], null, null, ct)).Output.Trim();

    /// <summary>Of the machine's own configuration we keep how to reach the world (proxies, time-outs) and leave all hooks.</summary>
    private static async Task<string> MachinesAcquireAsync(CancellationToken ct) =>
        string.Join('\n', (await Tool.RunAsync("apt-config", ["dump", "Acquire"], null, null, ct)).Output
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !((string[])["Acquire::IndexTargets", "Acquire::Changelogs", "Acquire::Languages"])
                .Any(ours => line.StartsWith(ours, StringComparison.Ordinal))));

    private string Configuration(string architecture, string machinesAcquire) => $$"""
        {{machinesAcquire}}
        Dir::State "{{folder}}/state";
        Dir::State::status "{{folder}}/status";
        Dir::Cache "{{folder}}/cache";
        Dir::Log "{{folder}}";
        Dir::Etc::main "/dev/null";
        Dir::Etc::parts "/dev/null";
        Dir::Etc::sourcelist "{{sources.ListFile ?? folder + "/sources.list"}}";
        Dir::Etc::sourceparts "{{sources.ListFolder ?? "/dev/null"}}";
        Dir::Etc::preferences "/dev/null";
        Dir::Etc::preferencesparts "/dev/null";
        APT::Architecture "{{architecture}}";
        APT::Architectures { "{{architecture}}"; };
        APT::Install-Recommends "false";
        APT::Install-Suggests "false";
        // The user _apt could not write into a folder of ours; without root this says nothing.
        APT::Sandbox::User "root";
        APT::Update::Error-Mode "any";
        APT::Status-Fd "1";
        APT::Get::AllowUnauthenticated "false";
        Acquire::AllowInsecureRepositories "false";
        Acquire::ForceHash "sha256";
        Acquire::Languages { "none"; };
        Acquire::PDiffs "false";
        Acquire::Retries "3";
        Acquire::http::Timeout "20";
        Acquire::https::Timeout "20";
        quiet "1";

        """;

    private Task WriteAsync(string name, string text, CancellationToken ct) =>
        File.WriteAllTextAsync(Path.Combine(folder, name), text, new UTF8Encoding(false), ct);
}
