using System.Collections.Immutable;

namespace Ringway.Asterisk;

/// <summary>A named set of Debian packages that is fetched and unpacked together with everything it depends on.</summary>
public sealed record PackageSet
{
    /// <summary>The folder name under the packages folder; also what progress and errors call it.</summary>
    public required string Name { get; init; }

    /// <summary>What is asked of apt; the first one gives the set its version.</summary>
    public required ImmutableArray<string> Packages { get; init; }

    /// <summary>Debian suite; null is the machine's own (its <c>VERSION_CODENAME</c>), or bookworm on a machine that is not Debian.</summary>
    public string? Suite { get; init; }

    /// <summary>A file that proves that the tree is what we wanted, relative to the tree; <c>*</c> stands for one folder name.</summary>
    public required string MustExist { get; init; }

    /// <summary>The oldest upstream version that we run; null when any will do.</summary>
    public Version? OldestVersion { get; init; }

    /// <summary>
    /// True: programs are started through the tree's own dynamic loader, so that a C library newer than the machine's
    /// does no harm. False: through the machine's loader with the tree's libraries in front; needed by programs that
    /// start themselves anew by <c>/proc/self/exe</c> (Chromium, PostgreSQL), possible because such a set comes from the
    /// machine's own suite or an older one. It has no C library of its own then.
    /// </summary>
    public bool OwnLoader { get; init; }

    /// <summary>
    /// Asterisk from Debian's unstable suite: Debian 12 and 13 have no package of it. 22.10.1 is the security release
    /// below which nothing may run: ARI obeys <c>live_dangerously</c> since then (Asterisk ChangeLog-22.10.1).
    /// </summary>
    public static PackageSet Asterisk { get; } = new()
    {
        Name = "asterisk",
        Packages = ["asterisk"],
        Suite = "unstable",
        MustExist = "usr/sbin/asterisk",
        OldestVersion = new Version(22, 10, 1),
        OwnLoader = true,
    };

    /// <summary>Speaks the texts of prompts where the operator has no recording: espeak-ng, of the machine's own suite. 5 MB.</summary>
    public static PackageSet Voice { get; } = new()
    {
        Name = "voice",
        Packages = ["espeak-ng"],
        MustExist = "usr/bin/espeak-ng",
        OwnLoader = true,
    };

    /// <summary>Encodes recordings: opus-tools, of the machine's own suite. 1 MB.</summary>
    public static PackageSet OpusTools { get; } = new()
    {
        Name = "opus-tools",
        Packages = ["opus-tools"],
        MustExist = "usr/bin/opusenc",
        OwnLoader = true,
    };

    /// <summary>Headless Chromium for the end-to-end tests.</summary>
    public static PackageSet Chromium { get; } = new()
    {
        Name = "chromium",
        Packages = ["chromium"],
        MustExist = "usr/lib/chromium/chromium",
    };

    /// <summary>The other database, for the store's tests.</summary>
    public static PackageSet PostgreSql { get; } = new()
    {
        Name = "postgresql",
        Packages = ["postgresql"],
        MustExist = "usr/lib/postgresql/*/bin/postgres",
    };

    /// <summary>
    /// SIPp with TLS: the tests' witness of how Meta speaks, whom nobody here wrote. 39 packages, 69 MB unpacked. Older ones
    /// complain in other words than those that the tests read.
    /// </summary>
    public static PackageSet SipTester { get; } = new()
    {
        Name = "sip-tester",
        Packages = ["sip-tester"],
        Suite = "unstable",
        MustExist = "usr/bin/sipp",
        OldestVersion = new Version(3, 8),
        OwnLoader = true,
    };

    /// <summary>Comes from the machine's own package sources, whatever they are, instead of Debian's archive.</summary>
    internal bool FromMachine { get; init; }

    /// <summary>The keys that Debian's archive is signed with, for a machine that is not Debian.</summary>
    internal static PackageSet DebianKeyring { get; } = new()
    {
        Name = "debian-keyring",
        Packages = ["debian-archive-keyring"],
        MustExist = "usr/share/keyrings/debian-archive-keyring.gpg",
        FromMachine = true,
    };

    internal PackageSet WithSuite(string suite) => this with { Suite = suite };
}

/// <summary>How far a set has come.</summary>
/// <param name="Step">One of a few short phrases, in order: "Reading the package lists", "Downloading", "Checking", "Unpacking", "Ready".</param>
/// <param name="Fraction">0 to 1 within the step; null when it cannot be told.</param>
/// <param name="Detail">What is being done right now, for one line of a terminal.</param>
public sealed record PackageProgress(string Step, double? Fraction, string Detail);

/// <summary>Why a set could not be had, and what the operator can do; <see cref="Exception.Message"/> holds both sentences.</summary>
public sealed class PackageException(string what, string cure, Exception? inner = null) : Exception($"{what} {cure}", inner)
{
    public string What { get; } = what;

    public string Cure { get; } = cure;
}
