using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Ringway.Asterisk;

/// <summary>What an operator may say about where packages come from; null means "as the machine's own apt does".</summary>
public sealed record PackageOptions
{
    /// <summary>The Debian archive to use, for example <c>http://mirror.example.org/debian</c>.</summary>
    public Uri? Mirror { get; init; }

    /// <summary>The suite that Asterisk comes from; default <c>unstable</c>. A later Debian release may carry it itself.</summary>
    public string? AsteriskSuite { get; init; }

    /// <summary>The file with the keys that the archive is signed with.</summary>
    public string? Keyring { get; init; }

    /// <summary>Tests' own mirror is signed by nobody.</summary>
    internal bool Unsigned { get; init; }

    /// <summary>The machine's root folder; another one in tests.</summary>
    internal string MachineRoot { get; init; } = "/";
}

/// <summary>
/// Debian packages, downloaded with apt against a private root and unpacked in a folder. No root user needed, nothing is
/// installed into the machine, no maintainer script runs.
/// </summary>
/// <remarks>
/// One folder per set: <c>apt/</c> is apt's own state (lists, downloaded packages), <c>tree-…/</c> is the result. A tree
/// gets its name by one rename when it is complete, so there is either a whole tree or none; downloaded packages stay
/// until then, so an interrupted run goes on where it stopped. A finished tree needs no network and no apt.
/// </remarks>
/// <param name="folder">Where the sets lie; may be shared by several Ringways of one machine.</param>
public sealed partial class PrivatePackages(string folder, PackageOptions? options = null, TimeProvider? time = null)
{
    /// <summary>Beside the tree's files, written before the rename: what this tree is.</summary>
    private const string MarkerFile = ".ringway-packages.json";

    /// <summary>Unpacked packages take about three and a half times the room of the packages, plus the packages themselves.</summary>
    private const long RoomPerPackageByte = 5;

    private readonly string _folder = Path.GetFullPath(folder);
    private readonly PackageOptions _options = options ?? new();
    private readonly TimeProvider _time = time ?? TimeProvider.System;

    /// <summary>The finished tree of a set, or null. Touches neither network nor apt.</summary>
    public PackageTree? Find(PackageSet set)
    {
        set = Chosen(set);
        var home = Path.Combine(_folder, set.Name);
        if (!Directory.Exists(home))
            return null;
        return Directory.EnumerateDirectories(home, "tree-*")
            .Select(tree => (tree, marker: ReadMarker(tree)))
            .Where(t => t.marker is { } m && m.Packages == string.Join(' ', set.Packages) && IsNewEnough(set, m.Version)
                && PackageTree.Glob(t.tree, set.MustExist).Any())
            .OrderByDescending(t => t.marker!.Fetched)
            .Select(t => new PackageTree(t.tree, t.marker!.Version) { OwnLoader = set.OwnLoader })
            .FirstOrDefault();
    }

    /// <summary>
    /// The tree of a set, fetched and unpacked when it is not there yet. Two callers at once, also in two processes, fetch once.
    /// </summary>
    /// <exception cref="PackageException">It could not be had; the message says why and what to do.</exception>
    public async Task<PackageTree> EnsureAsync(
        PackageSet set, IProgress<PackageProgress>? progress = null, CancellationToken ct = default)
    {
        if (Find(set) is { } there)
            return there;

        set = Chosen(set);
        var home = Path.Combine(_folder, set.Name);
        try
        {
            Directory.CreateDirectory(home);
            await using var turn = await TakeTurnAsync(home, progress, ct);
            return Find(set) ?? await FetchAsync(set, home, progress, ct);
        }
        catch (IOException e) when (PackageFaults.IsDiskFull(e))
        {
            throw PackageFaults.DiskFull(home, inner: e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new PackageException($"Packages cannot be kept in {home}: {e.Message}",
                "Give this user the right to write there, or choose another folder with --packages.", e);
        }
    }

    private PackageSet Chosen(PackageSet set) =>
        set.Name == PackageSet.Asterisk.Name && _options.AsteriskSuite is { } suite ? set.WithSuite(suite) : set;

    /// <summary>The journey: sources, lists, names and sizes, download, checksums, unpack, name it.</summary>
    private async Task<PackageTree> FetchAsync(PackageSet set, string home, IProgress<PackageProgress>? progress, CancellationToken ct)
    {
        foreach (var tool in (string[])["apt-get", "apt-config", "dpkg-deb", "dpkg"])
            if (!Tool.Exists(tool))
                throw PackageFaults.NoTool(set, tool);

        // 1. Where from.
        var sources = set.FromMachine ? MachinesSources() : await OneSourceAsync(set, progress, ct);
        var apt = new PrivateApt(Path.Combine(home, "apt"), sources);
        await apt.PrepareAsync(ct);

        // 2. What there is.
        const string reading = "Reading the package lists";
        progress?.Report(new(reading, null, $"{sources.Mirror} {sources.Suite}"));
        var lists = await apt.UpdateAsync((fraction, what) => progress?.Report(new(reading, fraction, what)), ct);
        PackageFaults.ThrowIfFailed(lists, set, sources, home);

        // 3. What we need of it, and whether it is new enough: asked before 80 MB are on their way.
        var plan = await apt.PlanAsync(set.Packages, ct);
        PackageFaults.ThrowIfFailed(plan, set, sources, home);
        var packages = PackageFile.Parse(plan.Output)
            // Through the machine's loader its own C library is used, which must be of one make with it.
            .Where(package => set.OwnLoader || !package.File.StartsWith("libc6_", StringComparison.Ordinal)).ToList();
        var version = MainVersion(set, packages);
        if (!IsNewEnough(set, version))
            throw PackageFaults.TooOld(set, sources, version);

        // 4. Download and check.
        await DownloadAsync(set, apt, packages, home, progress, ct);

        // 5. Unpack beside, then name it: the rename is the moment from which the tree exists.
        foreach (var left in Directory.EnumerateDirectories(home, "unpacking-*"))
            Directory.Delete(left, recursive: true);
        var unpacking = Path.Combine(home, "unpacking-" + Chance(4));
        await UnpackAsync(apt, packages, unpacking, progress, ct);
        if (!PackageTree.Glob(unpacking, set.MustExist).Any())
            throw new PackageException($"The package {set.Packages[0]} {version} holds no {set.MustExist}.",
                "Choose another suite (asterisk.suite).");
        WriteMarker(unpacking, new Marker(
            set.Name, string.Join(' ', set.Packages), version, sources.Suite, sources.Mirror, packages.Count, _time.GetUtcNow()));
        var tree = Path.Combine(home, $"tree-{version}-{Chance(2)}");
        Directory.Move(unpacking, tree);

        // 6. The downloaded packages and lists have done their work.
        Directory.Delete(apt.Folder, recursive: true);
        progress?.Report(new("Ready", 1, $"{set.Name} {version}"));
        return new PackageTree(tree, version) { OwnLoader = set.OwnLoader };
    }

    /// <summary>
    /// apt checks what it downloads; what lies there from an interrupted run we check, and let it fetch again what has rotted.
    /// </summary>
    private static async Task DownloadAsync(
        PackageSet set, PrivateApt apt, List<PackageFile> packages, string home, IProgress<PackageProgress>? progress, CancellationToken ct)
    {
        var bytes = packages.Sum(package => package.Bytes);
        if (new DriveInfo(home).AvailableFreeSpace < bytes * RoomPerPackageByte)
            throw PackageFaults.DiskFull(home, bytes * RoomPerPackageByte);

        var size = string.Create(CultureInfo.InvariantCulture, $"{packages.Count} packages, {bytes / 1e6:0} MB");
        var broken = Broken(apt, packages, ct);
        for (var attempt = 1; ; attempt++)
        {
            foreach (var package in broken)
                File.Delete(apt.PathOf(package));
            progress?.Report(new("Downloading", 0, size));
            var download = await apt.DownloadAsync(
                set.Packages, (fraction, what) => progress?.Report(new("Downloading", fraction, $"{size}: {what}")), ct);
            PackageFaults.ThrowIfFailed(download, set, apt.Sources, home);
            progress?.Report(new("Checking", null, size));
            broken = Broken(apt, packages, ct);
            if (broken.Count == 0)
                return;
            if (attempt == 2)
                throw PackageFaults.WrongChecksum(apt.Sources, broken[0].File);
        }
    }

    private static string Chance(int bytes) => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>The lines for apt of a set that comes from Debian, and what errors call them.</summary>
    private async Task<AptSources> OneSourceAsync(PackageSet set, IProgress<PackageProgress>? progress, CancellationToken ct)
    {
        var machine = PackageSource.OfMachine(_options.MachineRoot);
        var mirror = (_options.Mirror ?? machine.Mirror)?.ToString().TrimEnd('/') ?? throw new PackageException(
            "This machine's apt knows no Debian archive, and Asterisk comes from one.",
            "Name one near you in asterisk.mirror, such as http://mirror.example.org/debian.");
        var suite = set.Suite ?? machine.OwnSuite;
        var trust = _options.Unsigned ? "trusted=yes" : "signed-by=" + await KeyringAsync(_options.Keyring ?? machine.Keyring, progress, ct);
        return new AptSources($"deb [{trust}] {mirror} {suite} main\n", mirror, suite);
    }

    private AptSources MachinesSources() => new(null, "the machine's own package source", "")
    {
        ListFile = Path.Combine(_options.MachineRoot, "etc/apt/sources.list"),
        ListFolder = Path.Combine(_options.MachineRoot, "etc/apt/sources.list.d"),
    };

    /// <summary>
    /// The keys that Debian signs with. Ubuntu does not install them but has them as a package, signed by the keys that it
    /// does have: so trust is handed on and never assumed.
    /// </summary>
    internal async Task<string> KeyringAsync(string keyring, IProgress<PackageProgress>? progress, CancellationToken ct)
    {
        if (File.Exists(keyring))
            return keyring;
        if (_options.Keyring is null)
        {
            try
            {
                var tree = await EnsureAsync(PackageSet.DebianKeyring, progress, ct);
                return PackageTree.Glob(tree.Folder, PackageSet.DebianKeyring.MustExist).First();
            }
            catch (PackageException e)
            {
                throw new PackageException($"The keys that Debian signs with are missing ({keyring}) and could not be fetched: {e.What}",
                    "Install the package debian-archive-keyring, or name the keyring in ringway.yaml (asterisk.keyring).", e);
            }
        }
        throw new PackageException($"The keyring {keyring} is missing, so nothing that Debian signs can be checked.",
            "Correct asterisk.keyring in ringway.yaml.");
    }

    private static List<PackageFile> Broken(PrivateApt apt, List<PackageFile> packages, CancellationToken ct)
    {
        var broken = new List<PackageFile>();
        foreach (var package in packages.Where(p => File.Exists(apt.PathOf(p))))
        {
            ct.ThrowIfCancellationRequested();
            using var file = File.OpenRead(apt.PathOf(package));
            if (file.Length != package.Bytes
                || package.Sha256 is { } sum && !Convert.ToHexStringLower(SHA256.HashData(file)).Equals(sum, StringComparison.OrdinalIgnoreCase))
                broken.Add(package);
        }
        return broken;
    }

    private static async Task UnpackAsync(
        PrivateApt apt, List<PackageFile> packages, string into, IProgress<PackageProgress>? progress, CancellationToken ct)
    {
        // Debian's merged /usr: these names are links on every machine since Debian 12; for a package that says /lib too.
        foreach (var name in (string[])["bin", "sbin", "lib", "lib64"])
        {
            Directory.CreateDirectory(Path.Combine(into, "usr", name));
            Directory.CreateSymbolicLink(Path.Combine(into, name), "usr/" + name);
        }
        // tar by hand instead of dpkg-deb -x: only so can those links be kept.
        const string script = """
            dpkg-deb --fsys-tarfile "$1" | tar -x -f - -C "$2" --keep-directory-symlink --no-same-owner --warning=no-timestamp
            """;
        var done = 0;
        var pace = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = ct };
        await Parallel.ForEachAsync(packages, pace, async (package, ct) =>
        {
            var result = await Tool.RunAsync("/bin/sh", ["-c", script, "sh", apt.PathOf(package), into], null, null, ct);
            if (result.ExitCode != 0)
                throw result.Error.Contains("No space left", StringComparison.Ordinal)
                    ? PackageFaults.DiskFull(into)
                    : new PackageException($"{package.File} cannot be unpacked: {PackageFaults.LastLine(result.Error)}",
                        "Run the same command again; what was downloaded is kept.");
            var count = Interlocked.Increment(ref done);
            progress?.Report(new("Unpacking", (double)count / packages.Count, package.File));
        });
    }

    /// <summary>
    /// One fetch at a time in a folder, also among processes: an advisory lock on a file, freed by the kernel when its
    /// holder dies.
    /// </summary>
    private async Task<FileStream> TakeTurnAsync(string home, IProgress<PackageProgress>? progress, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return new FileStream(Path.Combine(home, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException e) when (!PackageFaults.IsDiskFull(e))
            {
                progress?.Report(new("Waiting", null, "another Ringway is fetching the same packages"));
                await Task.Delay(TimeSpan.FromMilliseconds(300), _time, ct);
            }
        }
    }

    private static bool IsNewEnough(PackageSet set, string version) =>
        set.OldestVersion is not { } oldest || Version.TryParse(version, out var have) && have >= oldest;

    /// <summary>
    /// The upstream version of the set's first package; a Debian version is <c>[epoch:]upstream[-revision]</c> (Debian
    /// Policy 5.6.12).
    /// </summary>
    private static string MainVersion(PackageSet set, IEnumerable<PackageFile> packages)
    {
        var main = packages.FirstOrDefault(p => p.File.StartsWith(set.Packages[0] + "_", StringComparison.Ordinal));
        var version = Uri.UnescapeDataString(main?.File.Split('_')[1] ?? "0");
        var upstream = version[(version.IndexOf(':', StringComparison.Ordinal) + 1)..];
        return DigitsAndDots().Match(upstream).Value.TrimEnd('.') is { Length: > 0 } digits ? digits : "0";
    }

    [GeneratedRegex(@"^[0-9.]+")]
    private static partial Regex DigitsAndDots();

    private sealed record Marker(string Set, string Packages, string Version, string Suite, string Mirror, int Count, DateTimeOffset Fetched);

    private static void WriteMarker(string tree, Marker marker) =>
        File.WriteAllText(Path.Combine(tree, MarkerFile), JsonSerializer.Serialize(marker));

    private static Marker? ReadMarker(string tree)
    {
        try
        {
            return JsonSerializer.Deserialize<Marker>(File.ReadAllText(Path.Combine(tree, MarkerFile)));
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null; // Not one of ours, or of a version that wrote otherwise.
        }
    }
}
