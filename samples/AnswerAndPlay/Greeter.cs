using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;

namespace Ringway.Samples.AnswerAndPlay;

/// <summary>What is played: <c>sound:hello-world</c>.</summary>
public sealed record Greeting(string Media);

/// <summary>Answers each call, plays a greeting and hangs up.</summary>
public sealed class Greeter(AriApplication application, Greeting greeting, ILogger<Greeter> logger) : BackgroundService
{
    private readonly AriClient _ari = application.Client;

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        await foreach (var happened in application.ReadAsync(ct))
            _ = ActAsync(happened, ct);
    }

    private async Task ActAsync(AriEvent happened, CancellationToken ct)
    {
        try
        {
            await (happened switch
            {
                AriConnected => SweepAsync(ct),
                StasisStart start => GreetAsync(start.Channel.Id, ct),
                PlaybackFinished done => _ari.HangUpAsync(Caller(done.Playback.Id), ct: ct),
                _ => Task.CompletedTask,
            });
        }
        catch (AriException e) when (e.IsNotFound || e.IsConflict)
        {
            // The caller hung up meanwhile, or it was done already.
        }
        catch (AriException e)
        {
            logger.LogWarning(e, "{Event} was not acted upon", happened.Type);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
    }

    // The playback's name is the channel's, so that its end tells whose it was. Asterisk does one command after the other.
    private Task GreetAsync(ChannelId caller, CancellationToken ct) => Task.WhenAll(
        _ari.AnswerAsync(caller, ct),
        _ari.PlayAsync(caller, greeting.Media, Playback(caller), ct: ct));

    /// <summary>After a gap: whoever is here without a greeting under way gets one; a greeting that ended unheard is given again.</summary>
    private async Task SweepAsync(CancellationToken ct)
    {
        foreach (var channel in await _ari.ListChannelsAsync(ct))
            if (channel.Dialplan is { AppName: "Stasis" } && channel.Dialplan.AppData.StartsWith(application.Name, StringComparison.Ordinal)
                && await _ari.GetPlaybackAsync(Playback(channel.Id), ct) is null)
                await GreetAsync(channel.Id, ct);
    }

    private static string Playback(ChannelId caller) => $"{caller}.greeting";

    private static ChannelId Caller(string playback) => new(playback[..^".greeting".Length]);
}
