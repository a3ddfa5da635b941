using System.Diagnostics;
using Ringway.Asterisk;

namespace Ringway.Sounds;

/// <summary>Speaks texts with espeak-ng, which comes as a package like Asterisk.</summary>
public sealed class Voice(PackageTree tree)
{
    /// <summary>Words a minute. A little slower than it speaks by itself: it is heard once, on a telephone.</summary>
    private const string Speed = "150";

    /// <summary>Less than a tenth of a second of sound is none.</summary>
    private const int LeastBytes = 1000;

    /// <returns>A WAV file.</returns>
    /// <exception cref="InvalidDataException">It cannot be spoken so; the message says why.</exception>
    public async Task<byte[]> SpeakAsync(string text, string language, CancellationToken ct)
    {
        var start = tree.Command("espeak-ng", "--stdout", "--stdin", "-s", Speed, "-v", language);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment["ESPEAK_DATA_PATH"] = Directory.EnumerateDirectories(Path.Combine(tree.Folder, "usr", "lib"), "espeak-ng-data", SearchOption.AllDirectories).First();
        using var process = Process.Start(start)!;
        try
        {
            await process.StandardInput.WriteAsync(text.AsMemory(), ct);
            process.StandardInput.Close();
            var (sound, complaint) = (new MemoryStream(), process.StandardError.ReadToEndAsync(ct));
            await process.StandardOutput.BaseStream.CopyToAsync(sound, ct);
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0 && sound.Length > LeastBytes ? sound.ToArray()
                : throw new InvalidDataException($"\"{text}\" could not be spoken in '{language}': {(await complaint).Trim().TrimEnd('.')}. Choose another language, or give a recording: file:PATH.");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
