namespace Ringway.Options;

/// <summary>A file that its owner alone may read, written whole or not at all.</summary>
internal static class OwnerFile
{
    /// <summary>Written beside it, flushed to the disk, then put in its place.</summary>
    public static void Write(string path, Action<Stream> content)
    {
        var beside = path + ".new";
        File.Delete(beside);
        var owner = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
        };
        if (!OperatingSystem.IsWindows()) owner.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(beside, owner))
        {
            content(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(beside, path, overwrite: true);
    }
}
