using System.Diagnostics;
using System.Globalization;
using Ringway.Asterisk;

namespace Ringway.Recordings;

/// <summary>Encodes with opus-tools, which come as a package like Asterisk: two channels of 16 bits at <see cref="Taps.Rate"/> to Ogg Opus (RFC 7845).</summary>
public sealed class OpusEncoder(PackageTree tools)
{
    /// <summary>Enough for two voices, each on a channel of its own; kilobits a second.</summary>
    private const string Bitrate = "48";

    /// <param name="sound">Writes the samples, interleaved.</param>
    /// <param name="to">Takes the file.</param>
    /// <exception cref="InvalidDataException">The program did not accept it; the message holds what it said.</exception>
    public async Task EncodeAsync(Func<Stream, CancellationToken, Task> sound, Stream to, CancellationToken ct)
    {
        var start = tools.Command("opusenc", "--quiet", "--raw", "--raw-bits", "16", "--raw-rate", Taps.Rate.ToString(CultureInfo.InvariantCulture), "--raw-chan", "2", "--bitrate", Bitrate, "-", "-");
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        using var process = Process.Start(start)!;
        try
        {
            var (complaint, encoded) = (process.StandardError.ReadToEndAsync(ct), process.StandardOutput.BaseStream.CopyToAsync(to, ct));
            try
            {
                await sound(process.StandardInput.BaseStream, ct);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended early; its code and its words say why.
            }

            await encoded;
            await process.WaitForExitAsync(ct);
            if (process.ExitCode != 0) throw new InvalidDataException($"opusenc ended with {process.ExitCode}: {(await complaint).Trim()}");
        }
        finally
        {
            if (!process.HasExited) process.Kill();
        }
    }
}
