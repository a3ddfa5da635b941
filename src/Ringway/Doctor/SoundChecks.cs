using System.Globalization;
using Ringway.Ari;
using Ringway.Switch;

namespace Ringway.Doctor;

/// <param name="Heard">What was recorded at the end; null when it did not come so far.</param>
/// <param name="Fault">Why it did not.</param>
/// <param name="Codec">What the channel spoke, as Asterisk says.</param>
public sealed record SoundFacts(string Journey, Tone? Heard, string? Fault, string? Codec = null);

/// <summary>
/// Sound that is really made and really heard: a tone goes into Asterisk as Opus and must come back as itself. A list of modules
/// proves nothing here: without a codec ARI says 204, and nobody hears anything.
/// </summary>
public static class SoundChecks
{
    public const string OpusJourney = "a tone encoded to Opus, kept in a file, decoded again";
    public const string EchoJourney = "a call in Opus to Asterisk's echo";

    private const double Hz = 1000;

    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1.5);

    private static readonly TimeSpan PartPatience = TimeSpan.FromSeconds(5);

    /// <summary>Encodes into a recording, decodes it into another, and listens to that one.</summary>
    public static Task<SoundFacts> GatherOpusAsync(Premises premises, HttpClient http, CancellationToken ct) =>
        VisitAsync(OpusJourney, premises, http, async (visit, name) =>
        {
            var (asterisk, bridge) = (visit.Asterisk, new BridgeId(name));
            try
            {
                await asterisk.CreateBridgeAsync(bridge, name: name, ct: ct);
                await asterisk.SubscribeAsync(visit.Application, ["bridge:" + name], ct); // A bridge without channels of ours tells us nothing by itself.
                foreach (var (format, played) in ((string, string)[])[("opus", "tone"), ("wav", "opus")])
                {
                    await asterisk.RecordAsync(bridge, Recording($"{name}-{format}", format), ct);
                    await RecordingAsync(visit, $"{name}-{format}", ct);
                    await asterisk.PlayAsync(bridge, $"recording:{name}-{played}", $"{name}-{played}", ct: ct);
                    await PlayedAndRecordedAsync(visit, $"{name}-{played}", $"{name}-{format}", ct);
                }

                return new SoundFacts(OpusJourney, await ListenAsync(premises, name + "-wav.wav", ct), null, "opus");
            }
            finally
            {
                await TidyAsync(asterisk, ct, () => asterisk.DestroyBridgeAsync(bridge, ct));
                Forget(premises, name);
            }
        }, ct);

    /// <summary>Calls the echo through a Local channel that speaks Opus, plays to it, and listens to what comes back from it alone.</summary>
    public static Task<SoundFacts> GatherEchoAsync(Premises premises, HttpClient http, CancellationToken ct) =>
        VisitAsync(EchoJourney, premises, http, async (visit, name) =>
        {
            var (asterisk, call, ear) = (visit.Asterisk, new ChannelId(name), new ChannelId(name + "-ear"));
            try
            {
                await asterisk.OriginateAsync(call, new OriginateRequest
                {
                    Endpoint = $"Local/{SwitchFiles.EchoExtension}@{SwitchFiles.DoctorContext}", App = visit.Application, Formats = "opus", TimeoutSeconds = 5,
                }, ct);
                await visit.UntilAsync(happened => happened is StasisStart start && start.Channel.Id == call, ct).WaitAsync(PartPatience, premises.Time, ct);
                var codec = await asterisk.GetVariableAsync(call, "CHANNEL(audionativeformat)", ct);
                await asterisk.SnoopAsync(call, ear, new SnoopRequest { App = visit.Application, Spy = SnoopDirection.In }, ct);
                await visit.UntilAsync(happened => happened is StasisStart start && start.Channel.Id == ear, ct).WaitAsync(PartPatience, premises.Time, ct);
                await asterisk.RecordAsync(ear, Recording(name + "-echo", "wav"), ct);
                await RecordingAsync(visit, name + "-echo", ct);
                await asterisk.PlayAsync(call, $"recording:{name}-tone", name + "-tone", ct: ct);
                await PlayedAndRecordedAsync(visit, name + "-tone", name + "-echo", ct);
                return new SoundFacts(EchoJourney, await ListenAsync(premises, name + "-echo.wav", ct), null, codec);
            }
            finally
            {
                await TidyAsync(asterisk, ct, () => asterisk.HangUpAsync(call, 16, ct), () => asterisk.HangUpAsync(ear, 16, ct));
                Forget(premises, name);
            }
        }, ct);

    public static Finding Judge(SoundFacts facts) => facts switch
    {
        { Fault: { } fault } => Finding.Fail($"It did not work, {facts.Journey}: {fault}", Who.You, "The findings `ari`, `modules` and `files` say what is missing; restart ringway without calls after that."),
        { Heard: null or { Seconds: 0 } } => Finding.Fail($"Nothing was recorded, {facts.Journey}.", Who.You, "asterisk/log/messages.log says why; the folder asterisk/spool/recording must be writable."),
        { Heard.IsHeard: false } => Finding.Fail(
            string.Create(CultureInfo.InvariantCulture, $"The tone was not heard again, {facts.Journey}: {facts.Heard!.Share * 100:0} % of what came back was the tone, loudness {Decibel(facts.Heard.Loudness):0} dB."),
            Who.You, "Opus is not translated: see the finding `modules` (codec_opus_open_source), and whether another Asterisk build is used."),
        { Codec: { } codec } when !codec.Contains("opus", StringComparison.Ordinal) => Finding.Warn(
            $"Sound came back, but the call spoke {codec} and not Opus.", Who.Ringway, "codec_opus_open_source may be missing: see the finding `modules`."),
        _ => Finding.Pass(string.Create(CultureInfo.InvariantCulture,
            $"The tone was heard again, {facts.Journey}: {facts.Heard!.Seconds:0.0} s, {facts.Heard.Share * 100:0} % pure, {Decibel(facts.Heard.Loudness):0} dB.")),
    };

    private static async Task<SoundFacts> VisitAsync(
        string journey, Premises premises, HttpClient http, Func<AriVisit, string, Task<SoundFacts>> work, CancellationToken ct)
    {
        await using var visit = await AriVisit.OpenAsync(premises, http, ct);
        try
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{visit.Application}-{premises.Time.GetUtcNow().ToUnixTimeMilliseconds()}");
            // Not Asterisk's own `tone:`, which ends each time with a warning in its log.
            await File.WriteAllBytesAsync(Path.Combine(premises.Folders.Recordings, name + "-tone.wav"), Doctor.Tone.Wav(Hz, Length), ct);
            return await work(visit, name);
        }
        catch (Exception fault) when (fault is AriException or TimeoutException or AriAwayException)
        {
            return new SoundFacts(journey, null, fault.Message);
        }
    }

    /// <summary>Longer than what is played: whoever leaves a bridge first breaks the other off.</summary>
    private static RecordRequest Recording(string name, string format) => new()
    {
        Name = name, Format = format, MaxDurationSeconds = 10, IfExists = IfRecordingExists.Overwrite,
    };

    private static async Task RecordingAsync(AriVisit visit, string name, CancellationToken ct) =>
        await visit.UntilAsync(happened => happened is RecordingStarted begun && begun.Recording.Name == name, ct);

    /// <summary>
    /// The recording may end a moment before our order to end it: the playing that leaves the bridge can break it off. That is an
    /// end like the other, and its event may come on either side of the playing's.
    /// </summary>
    private static async Task PlayedAndRecordedAsync(AriVisit visit, string playback, string recording, CancellationToken ct)
    {
        PlaybackFinished? played = null;
        AriEvent? recorded = null;
        while (played is null || recorded is null)
        {
            var happened = await visit.UntilAsync(happened => IsEndOf(happened, playback, recording), ct);
            if (happened is not PlaybackFinished end)
            {
                recorded = happened;
                continue;
            }

            played = end;
            if (end.Playback.State == "failed")
                throw new AriAwayException("Asterisk could not play it");
            if (recorded is null)
                await StopAsync(visit.Asterisk, recording, ct);
        }

        if (recorded is RecordingFailed why)
            throw new AriAwayException($"Asterisk could not record it: {why.Recording.Cause}");
    }

    private static bool IsEndOf(AriEvent happened, string playback, string recording) => happened switch
    {
        PlaybackFinished done => done.Playback.Id == playback,
        RecordingFinished done => done.Recording.Name == recording,
        RecordingFailed failed => failed.Recording.Name == recording,
        _ => false,
    };

    private static async Task StopAsync(AriClient asterisk, string recording, CancellationToken ct)
    {
        try
        {
            await asterisk.StopRecordingAsync(recording, ct);
        }
        catch (AriException ended) when (ended.IsConflict)
        {
            // "Recording not in session": it is over, and its event is on the way.
        }
    }

    private static async Task<Tone> ListenAsync(Premises premises, string file, CancellationToken ct)
    {
        var path = Path.Combine(premises.Folders.Recordings, file);
        return File.Exists(path) ? Doctor.Tone.In(await File.ReadAllBytesAsync(path, ct), Hz) : Doctor.Tone.None;
    }

    /// <summary>Asterisk tidies up too, when the doctor's application goes; this is so that nothing lingers until then.</summary>
    private static async Task TidyAsync(AriClient asterisk, CancellationToken ct, params Func<Task>[] works)
    {
        foreach (var work in works)
        {
            try
            {
                if (!ct.IsCancellationRequested) await work();
            }
            catch (AriException)
            {
                // Gone, or Asterisk is: then there is nothing to tidy.
            }
        }
    }

    private static void Forget(Premises premises, string name)
    {
        foreach (var file in Directory.Exists(premises.Folders.Recordings) ? Directory.EnumerateFiles(premises.Folders.Recordings, name + "*") : [])
            File.Delete(file);
    }

    private static double Decibel(double meanSquare) => 10 * Math.Log10(Math.Max(meanSquare, 1e-10));
}
