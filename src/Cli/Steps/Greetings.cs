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

            var voice = new Voice(await packages.EnsureAsync(PackageSet.Voice, "Fetching a voice for the greetings", ct));
            await narrator.StepAsync("Speaking the greetings", async _ =>
            {
                await prompts.MakeAsync(voice.SpeakAsync, ct);
                return options.Lines.Length;
            });
        }
        catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException)
        {
            throw new ObstacleException(fault.Message, inner: fault);
        }
    }
}
