using System.Globalization;

namespace Ringway.Asterisk;

/// <summary>Turns what went wrong into one sentence and one cure.</summary>
internal static class PackageFaults
{
    /// <summary>Throws when apt failed; does nothing when it did not.</summary>
    /// <param name="home">The set's folder, whose disk may be the full one.</param>
    public static void ThrowIfFailed(Tool.Result result, PackageSet set, AptSources sources, string home)
    {
        if (result.ExitCode == 0)
            return;
        var first = FirstComplaint(result);
        var from = $"{sources.Mirror} {sources.Suite}".TrimEnd();
        bool Says(params string[] words) => words.Any(w =>
            result.Error.Contains(w, StringComparison.OrdinalIgnoreCase) || result.Output.Contains(w, StringComparison.OrdinalIgnoreCase));

        if (Says("No space left", "enough free space"))
            throw DiskFull(home);
        if (Says("NO_PUBKEY", "is not signed", "signatures couldn't be verified"))
            throw new PackageException($"The signature of {from} cannot be checked: {first}",
                "Install the package debian-archive-keyring, or name the archive's keyring in ringway.yaml (asterisk.keyring).");
        if (Says("Unable to locate package", "has no installation candidate"))
            throw new PackageException($"{from} has no package {string.Join(' ', set.Packages)}: {first}",
                "Choose another suite or mirror in ringway.yaml (asterisk.suite, asterisk.mirror).");
        if (Says("Hash Sum mismatch", "unexpected size", "Mirror sync in progress"))
            throw WrongChecksum(sources, first);
        if (Says("Could not resolve", "Temporary failure", "Could not connect", "Connection failed", "Connection timed out",
            "Failed to fetch", "Unable to connect", "does not have a Release file"))
            throw new PackageException($"{sources.Mirror} cannot be reached: {first}",
                "Check the network and apt's proxy (apt-config dump Acquire), or choose another mirror in ringway.yaml (asterisk.mirror). What was downloaded is kept.");
        throw new PackageException($"apt-get ended with code {result.ExitCode}: {(first.Length > 0 ? first : "it said nothing")}",
            "Run the same command again; what was downloaded is kept.");
    }

    public static PackageException WrongChecksum(AptSources sources, string which) => new(
        $"{sources.Mirror} gave a file with a wrong checksum: {which}",
        "The mirror is being updated or a proxy on the way is broken: try again in some minutes or choose another mirror (asterisk.mirror).");

    public static PackageException TooOld(PackageSet set, AptSources sources, string version) => new(
        $"{sources.Mirror} {sources.Suite} has {set.Name} {version}; Ringway needs {set.OldestVersion} or newer.",
        "Choose another mirror or suite in ringway.yaml (asterisk.mirror, asterisk.suite).");

    public static PackageException NoTool(PackageSet set, string tool) => new(
        $"This machine has no {tool}, so Ringway cannot fetch {set.Name} by itself.",
        "Ringway needs Debian or Ubuntu for that; elsewhere install Asterisk 22.10.1 or newer and say so in ringway.yaml (asterisk.source: system).");

    /// <param name="neededBytes">How much it would take, when that is known.</param>
    public static PackageException DiskFull(string where, long? neededBytes = null, Exception? inner = null)
    {
        var free = new DriveInfo(where).AvailableFreeSpace / 1e6;
        var needed = neededBytes is { } bytes ? string.Create(CultureInfo.InvariantCulture, $", {bytes / 1e6:0} MB needed") : "";
        return new PackageException(
            string.Create(CultureInfo.InvariantCulture, $"The disk that holds {where} is full ({free:0} MB free{needed})."),
            "Make room, or choose another folder with --packages; what was downloaded is kept.", inner);
    }

    /// <summary>errno ENOSPC, 28, and EDQUOT, 122 (Linux errno.h), which .NET hands on in the low half of HResult.</summary>
    public static bool IsDiskFull(IOException e) => (e.HResult & 0xFFFF) is 28 or 122;

    public static string LastLine(string text) =>
        text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() ?? "";

    /// <summary>apt names the cause first and its consequences after it.</summary>
    private static string FirstComplaint(Tool.Result result) =>
        result.Error.Split('\n').FirstOrDefault(l =>
            l.StartsWith("E:", StringComparison.Ordinal) || l.StartsWith("W:", StringComparison.Ordinal))
        ?? LastLine(result.Error);
}
