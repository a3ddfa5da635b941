using System.Runtime.CompilerServices;

namespace Ringway.Asterisk.Tests;

/// <summary>The packages that tests run: fetched once, kept in RINGWAY_PACKAGES or the repository's data/packages.</summary>
public static class Packages
{
    public static string Folder { get; } = Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
        ? named : Path.Combine(RepositoryRoot(), "data/packages");

    private static readonly Lazy<Task<PackageTree>> Fetched = new(() => new PrivatePackages(Folder).EnsureAsync(PackageSet.Asterisk));

    public static Task<PackageTree> AsteriskAsync() => Fetched.Value;

    private static string RepositoryRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../.."));
}
