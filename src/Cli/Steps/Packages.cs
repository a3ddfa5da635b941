using Ringway.Asterisk;
using Ringway.Options;

namespace Ringway.Cli.Steps;

/// <summary>Fetches foreign programs into the packages folder, with a bar while they come.</summary>
public sealed class Packages(Places places, Narrator narrator, PackageOptions? options = null)
{
    private readonly PrivatePackages _packages = new(places.Packages, options);

    /// <summary>Where the operator wants packages from.</summary>
    public static PackageOptions From(AsteriskOptions asterisk) => new()
    {
        Mirror = asterisk.Mirror is { } mirror ? new Uri(mirror) : null,
        AsteriskSuite = asterisk.Suite,
        Keyring = asterisk.Keyring,
    };

    /// <summary>The set, fetched if it is missing; says nothing when it is there.</summary>
    public async Task<PackageTree> EnsureAsync(PackageSet set, string title, CancellationToken ct)
    {
        if (_packages.Find(set) is { } there)
            return there;
        try
        {
            return await narrator.StepAsync(
                title, progress => _packages.EnsureAsync(set, new Whole(progress), ct), tree => tree.Version);
        }
        catch (PackageException fault)
        {
            throw new ObstacleException(fault.Message, inner: fault);
        }
    }

    /// <summary>What a package set's steps are of the whole, by the time they take with a quick mirror.</summary>
    private static (double From, double To) PartOf(string step) => step switch
    {
        "Reading the package lists" => (0, 0.15),
        "Downloading" => (0.15, 0.7),
        "Checking" => (0.7, 0.75),
        "Unpacking" => (0.75, 1),
        _ => (0, 0),
    };

    /// <summary>One bar over all steps, instead of one that fills up four times.</summary>
    private sealed class Whole(IProgress<Advance> progress) : IProgress<PackageProgress>
    {
        public void Report(PackageProgress value)
        {
            var (from, to) = PartOf(value.Step);
            progress.Report(new Advance(from + ((to - from) * (value.Fraction ?? 0)), $"{value.Step.ToLowerInvariant()}, {value.Detail}"));
        }
    }
}
