using System.CommandLine;

namespace Ringway.Cli;

/// <summary>Where things lie: the checkout that ringway was started from, its data folder, its fetched packages.</summary>
public sealed record Places(string Root, string Data, string Packages)
{
    /// <summary>Nobody named the data folder for this run; the configuration file may.</summary>
    public bool DataIsDefault { get; private init; }

    public string Logs => Path.Combine(Data, "logs");

    public string Web => Path.Combine(Root, "web");

    /// <summary>Reads the options, then RINGWAY_ROOT, RINGWAY_DATA and RINGWAY_PACKAGES, then the defaults.</summary>
    public static Places From(ParseResult parsed)
    {
        var root = Environment.GetEnvironmentVariable("RINGWAY_ROOT") ?? FindRoot();
        var named = parsed.GetValue(CommonOptions.Data)?.FullName ?? Environment.GetEnvironmentVariable("RINGWAY_DATA");
        var data = named ?? Path.Combine(root, "data");
        var packages = parsed.GetValue(CommonOptions.Packages)?.FullName
                       ?? Environment.GetEnvironmentVariable("RINGWAY_PACKAGES")
                       ?? Path.Combine(data, "packages");
        return new Places(Path.GetFullPath(root), Path.GetFullPath(data), Path.GetFullPath(packages)) { DataIsDefault = named is null };
    }

    /// <summary>Makes the data folder, readable by its owner alone: it holds secrets and call records.</summary>
    public void Prepare()
    {
        try
        {
            Directory.CreateDirectory(
                Data, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Directory.CreateDirectory(Logs);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ObstacleException(
                $"cannot write to the data folder {Data}. Give another one with --data DIR, or make this one yours (chown).");
        }
    }

    // Started without the script (from an editor, by a test): the checkout is above the build output.
    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Ringway.slnx")))
            {
                return folder;
            }
        }

        return Environment.CurrentDirectory;
    }
}
