namespace Ringway.Cli;

/// <summary>What keeps a command from going on, said to the person who typed it: one sentence, and the cure.</summary>
public sealed class ObstacleException(string sentence, int exitCode = 1, Exception? inner = null) : Exception(sentence, inner)
{
    public const string DiskFull =
        "the disk is full. Free about 1 GB where the data folder is, and start again; it goes on where it stopped.";

    /// <summary>1: it did not work; 2: it was asked wrongly.</summary>
    public int ExitCode { get; } = exitCode;

    /// <summary>ENOSPC is errno 28 on Linux; .NET hands it on in the low half of HResult.</summary>
    public static bool IsDiskFull(IOException exception) => (exception.HResult & 0xFFFF) == 28;
}
