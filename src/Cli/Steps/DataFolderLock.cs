using System.Globalization;

namespace Ringway.Cli.Steps;

/// <summary>The data folder belongs to one ringway at a time; the kernel frees it when that one dies, however it dies.</summary>
public sealed class DataFolderLock : IDisposable
{
    private readonly FileStream _lock;

    private DataFolderLock(FileStream @lock) => _lock = @lock;

    /// <exception cref="ObstacleException">Another ringway has it; the sentence names its pid.</exception>
    public static DataFolderLock Take(string data)
    {
        try
        {
            var @lock = new DataFolderLock(Open(data));
            File.WriteAllText(PidFile(data), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return @lock;
        }
        catch (IOException fault) when (!ObstacleException.IsDiskFull(fault))
        {
            throw new ObstacleException(
                $"ringway is already running on {data}{(Holder(data) is { } pid ? $" (pid {pid})" : "")}. " +
                "End it with Ctrl-C where it runs or with `./ringway down`, or give this one its own folder with --data DIR.",
                inner: fault);
        }
    }

    /// <summary>The pid of the ringway that has the folder; null when nobody has it.</summary>
    public static int? Holder(string data)
    {
        try
        {
            Open(data).Dispose();
            return null;
        }
        catch (IOException)
        {
            return File.Exists(PidFile(data)) && int.TryParse(File.ReadAllText(PidFile(data)), out var pid) ? pid : null;
        }
    }

    public void Dispose() => _lock.Dispose();

    // FileShare.None is an advisory lock (flock) on Linux: .NET takes it without waiting.
    private static FileStream Open(string data) =>
        new(Path.Combine(data, "ringway.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

    // Not in the locked file itself: .NET would refuse to read it.
    private static string PidFile(string data) => Path.Combine(data, "ringway.pid");
}
