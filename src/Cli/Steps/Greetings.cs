using System.Diagnostics;
using Ringway.Asterisk;
using Ringway.Options;
using Ringway.Sounds;

namespace Ringway.Cli.Steps;

/// <summary>Makes what callers are told; texts are spoken by a speech program that is fetched only when there is one to speak.</summary>
public sealed class Greetings(RingwayOptions options, Prompts prompts, Packages packages, Narrator narrator)
{
    public async Task EnsureAsync(CancellationToken ct)
    {
        try
        {
            if (!prompts.NeedVoice)
            {
                await prompts.MakeAsync((_, _, _) => throw new UnreachableException("Nothing is to be spoken."), ct);
                return;
            }

            var voice = await packages.EnsureAsync(PackageSet.Voice, "Fetching a voice for the greetings", ct);
            await narrator.StepAsync("Speaking the greetings", async _ =>
            {
                await prompts.MakeAsync((text, language, token) => SpeakAsync(voice, text, language, token), ct);
                return options.Lines.Length;
            });
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ObstacleException(fault.Message, inner: fault);
        }
    }

    private static async Task<byte[]> SpeakAsync(PackageTree voice, string text, string language, CancellationToken ct)
    {
        // A little slower than it speaks by itself: it is heard once, on a telephone.
        var start = voice.Command("espeak-ng", "--stdout", "--stdin", "-s", "150", "-v", language);
        (start.RedirectStandardInput, start.RedirectStandardOutput, start.RedirectStandardError) = (true, true, true);
        start.Environment["ESPEAK_DATA_PATH"] = Directory.EnumerateDirectories(Path.Combine(voice.Folder, "usr", "lib"), "espeak-ng-data", SearchOption.AllDirectories).First();
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(text.AsMemory(), ct);
        process.StandardInput.Close();
        var (sound, complaint) = (new MemoryStream(), process.StandardError.ReadToEndAsync(ct));
        await process.StandardOutput.BaseStream.CopyToAsync(sound, ct);
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 && sound.Length > 1000 ? sound.ToArray()
            : throw new InvalidDataException($"The greeting \"{text}\" could not be spoken in '{language}': {(await complaint).Trim()}. Choose another voicemail.language, or give a recording: file:PATH.");
    }
}
