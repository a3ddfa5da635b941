using System.Diagnostics;

namespace Ringway.Asterisk;

/// <summary>Unpacked packages: a little Debian in a folder, whose programs run as ordinary processes of this machine.</summary>
/// <param name="Folder">Where it lies, absolute; never changed after it is complete.</param>
/// <param name="Version">The main package's upstream version, such as <c>22.10.1</c>.</param>
public sealed record PackageTree(string Folder, string Version)
{
    /// <summary>See <see cref="PackageSet.OwnLoader"/>.</summary>
    public bool OwnLoader { get; init; } = true;

    /// <summary>
    /// How a program of the tree is started. A name with a slash is a path in the tree, one without is looked for where
    /// Debian puts programs. Nothing is redirected yet.
    /// </summary>
    /// <exception cref="FileNotFoundException">The tree has no such program.</exception>
    public ProcessStartInfo Command(string program, params IEnumerable<string> arguments)
    {
        var path = PathOf(program) ?? throw new FileNotFoundException($"{Folder} has no program {program}.", program);
        var start = new ProcessStartInfo { UseShellExecute = false };
        if (OwnLoader)
        {
            start.FileName = Loader();
            // Programs that look at their own name (and logs) see the program, not the loader.
            foreach (var argument in (string[])["--argv0", path, "--library-path", LibraryPath(), path])
                start.ArgumentList.Add(argument);
        }
        else
        {
            start.FileName = path;
            start.Environment["LD_LIBRARY_PATH"] = LibraryPath();
        }
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>The full path of a program; null when the tree has none of that name.</summary>
    public string? PathOf(string program) => program.Contains('/', StringComparison.Ordinal)
        ? Glob(Folder, program).FirstOrDefault()
        : ((string[])["usr/bin", "usr/sbin", "bin", "sbin", "usr/lib/postgresql/*/bin", "usr/lib/" + program])
            .SelectMany(folder => Glob(Folder, $"{folder}/{program}")).FirstOrDefault();

    /// <summary>The folder with the shared libraries, the part of every path that names the machine: <c>usr/lib/x86_64-linux-gnu</c>.</summary>
    public string LibraryFolder => Glob(Folder, "usr/lib/*-linux-gnu*").Where(Directory.Exists).FirstOrDefault() ?? Path.Combine(Folder, "usr/lib");

    private string Loader() =>
        ((string[])["usr/lib64/ld-linux-x86-64.so.2", "lib64/ld-linux-x86-64.so.2", "usr/lib/ld-linux-aarch64.so.1", "lib/ld-linux-aarch64.so.1"])
            .Select(file => Path.Combine(Folder, file)).FirstOrDefault(File.Exists)
        ?? throw new FileNotFoundException($"{Folder} has no dynamic loader; Ringway's packages run on amd64 and arm64.");

    /// <summary>nss and pulseaudio: libraries that others open by name and that Debian keeps in folders of their own.</summary>
    private string LibraryPath() => string.Join(':',
        ((string[])["usr/lib/*-linux-gnu*", "lib/*-linux-gnu*", "usr/lib/*-linux-gnu*/nss", "usr/lib/*-linux-gnu*/pulseaudio"])
            .SelectMany(pattern => Glob(Folder, pattern)).Where(Directory.Exists).Distinct());

    /// <summary>Files and folders that match; <c>*</c> matches within one name.</summary>
    internal static IEnumerable<string> Glob(string folder, string pattern)
    {
        IEnumerable<string> found = [folder];
        foreach (var name in pattern.Split('/'))
            found = name.Contains('*', StringComparison.Ordinal)
                ? found.Where(Directory.Exists).SelectMany(f => Directory.EnumerateFileSystemEntries(f, name).Order(StringComparer.Ordinal))
                : found.Select(f => Path.Combine(f, name));
        return found.Where(Path.Exists);
    }
}
