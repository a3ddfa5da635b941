using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;

namespace Ringway.Samples.QueueWithMusic;

/// <summary>Who answers calls, one each at a time: <c>PJSIP/ada</c>, <c>PJSIP/bob</c>.</summary>
public sealed record Agents(IReadOnlyList<string> Endpoints);

/// <summary>
/// Callers hear music until an agent is free, the longest waiting first. All state is changed by the one reader; an agent who does not
/// answer is tried again after the others.
/// </summary>
public sealed class WaitingRoom(AriApplication application, Agents agents, ILogger<WaitingRoom> logger) : BackgroundService
{
    private readonly AriClient _ari = application.Client;
    private readonly LinkedList<ChannelId> _waiting = new();
    private readonly Queue<string> _free = new(agents.Endpoints);
    private readonly Dictionary<ChannelId, (ChannelId Caller, string Endpoint)> _rung = [];

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        await foreach (var happened in application.ReadAsync(ct))
        {
            switch (happened)
            {
                case AriConnected { Number: > 1 }:
                    await TakeStockAsync(ct);
                    break;
                case StasisStart { Args: ["inbound", ..] } start:
                    _waiting.AddLast(start.Channel.Id);
                    Do(_ari.AnswerAsync(start.Channel.Id, ct));
                    Do(_ari.SubscribeAsync(application.Name, [$"channel:{start.Channel.Id}"], ct)); // else its end is never told
                    Do(_ari.StartMusicAsync(start.Channel.Id, ct: ct));
                    break;
                case StasisStart start when _rung.TryGetValue(start.Channel.Id, out var call):
                    Do(_ari.StopMusicAsync(call.Caller, ct));
                    Do(_ari.CreateBridgeAsync(new(call.Caller.Value), ct: ct));
                    Do(_ari.AddToBridgeAsync(new(call.Caller.Value), [call.Caller, start.Channel.Id], ct));
                    break;
                case ChannelDestroyed gone when _rung.Remove(gone.Channel.Id, out var call):
                    _free.Enqueue(call.Endpoint);
                    if (gone.Channel.State == ChannelState.Up)
                        Do(_ari.HangUpAsync(call.Caller, ct: ct)); // They talked.
                    else
                        _waiting.AddFirst(call.Caller); // The caller did not get what he waited for.
                    Do(_ari.DestroyBridgeAsync(new(call.Caller.Value), ct));
                    break;
                case ChannelDestroyed gone:
                    _waiting.Remove(gone.Channel.Id);
                    foreach (var (leg, call) in _rung)
                        if (call.Caller == gone.Channel.Id)
                            Do(_ari.HangUpAsync(leg, ct: ct));
                    break;
            }
            await ServeAsync(ct);
        }
    }

    /// <summary>Awaited by the reader: Asterisk answers as soon as the channel is made, and what it answers changes who waits.</summary>
    private async Task ServeAsync(CancellationToken ct)
    {
        while (_waiting.First is { } first && _free.TryDequeue(out var endpoint))
        {
            var (caller, leg) = (first.Value, new ChannelId($"{first.Value}.{Guid.CreateVersion7():N}"));
            try
            {
                await _ari.OriginateAsync(leg, new()
                {
                    Endpoint = endpoint, App = application.Name, AppArgs = "agent", TimeoutSeconds = 20, Originator = caller,
                }, ct);
                _rung[leg] = (caller, endpoint);
                _waiting.RemoveFirst();
            }
            catch (AriException e)
            {
                // No such phone, or Asterisk is away: it is not tried again, and the caller waits for another.
                logger.LogWarning(e, "{Endpoint} cannot be rung", endpoint);
            }
        }
    }

    /// <summary>After a gap: whoever is gone is forgotten, and his agent is free.</summary>
    private async Task TakeStockAsync(CancellationToken ct)
    {
        var there = (await _ari.ListChannelsAsync(ct)).Select(channel => channel.Id).ToHashSet();
        foreach (var caller in _waiting.Where(caller => !there.Contains(caller)).ToList())
            _waiting.Remove(caller);
        foreach (var (leg, call) in _rung.Where(rung => !there.Contains(rung.Key)).ToList())
        {
            _rung.Remove(leg);
            _free.Enqueue(call.Endpoint);
            Do(_ari.DestroyBridgeAsync(new(call.Caller.Value), ct));
            Do(_ari.HangUpAsync(call.Caller, ct: ct));
        }
    }

    private async void Do(Task command)
    {
        try
        {
            await command;
        }
        catch (AriException e) when (e.IsNotFound || e.IsConflict)
        {
            // Somebody hung up meanwhile, or it was done already.
        }
        catch (AriException e)
        {
            logger.LogWarning(e, "A command failed");
        }
        catch (OperationCanceledException)
        {
            // We stop.
        }
    }
}
