using System.Runtime.CompilerServices;
using Ringway.Asterisk;

namespace Ringway.Simulator.Tests.Real;

/// <summary>The Asterisk that tests run: fetched once, kept in RINGWAY_PACKAGES or the repository's data/packages.</summary>
public static class Packages
{
    private static readonly string Folder = Environment.GetEnvironmentVariable("RINGWAY_PACKAGES") is { Length: > 0 } named
        ? named : Path.Combine(RepositoryRoot(), "data/packages");

    private static readonly Lazy<Task<PackageTree>> Fetched = new(() => new PrivatePackages(Folder).EnsureAsync(PackageSet.Asterisk));

    public static Task<PackageTree> AsteriskAsync() => Fetched.Value;

    private static string RepositoryRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
