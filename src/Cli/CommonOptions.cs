using System.CommandLine;

namespace Ringway.Cli;

/// <summary>Options that more than one command understands.</summary>
public static class CommonOptions
{
    public static Option<DirectoryInfo?> Data { get; } = new("--data")
    {
        Description = "The data folder: everything ringway keeps (default: RINGWAY_DATA, else ./data).",
        HelpName = "DIR",
        Recursive = true,
    };

    public static Option<DirectoryInfo?> Packages { get; } = new("--packages")
    {
        Description = "Where fetched packages (Asterisk, Chromium) are kept, to share them between data folders " +
                      "(default: RINGWAY_PACKAGES, else packages/ in the data folder).",
        HelpName = "DIR",
        Recursive = true,
    };
}
