using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Ringway.Ari;

namespace Ringway.Samples.TwoPartyBridge;

/// <summary>Connects each call that comes in with one agent, and ends both legs together.</summary>
public sealed class Connector(AriApplication application, AgentEndpoint agent, ILogger<Connector> logger) : BackgroundService
{
    private readonly AriClient _ari = application.Client;

    protected override async Task ExecuteAsync(CancellationToken ct)
    {
        // One reader, in order. A command is in the queue before its method first awaits, so the commands keep the order
        // of the events; their answers are awaited aside, and a slow one holds no event up.
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
                StasisStart { Args: ["inbound", ..] } start => OfferAsync(start.Channel, ct),
                StasisStart { Args: ["agent", var customer] } start => JoinAsync(new(customer), start.Channel.Id, ct),
                ChannelDestroyed gone => EndAsync(Customer(gone.Channel.Id), gone.Cause, ct),
                _ => Task.CompletedTask,
            });
        }
        catch (AriException e) when (e.IsConflict)
        {
            // Done already: the ids are ours, so acting on a replayed event twice does no harm.
        }
        catch (AriException e)
        {
            logger.LogWarning(e, "{Event} was not acted upon", happened.Type);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
        }
    }

    private Task OfferAsync(Channel customer, CancellationToken ct) => Task.WhenAll(
        _ari.SubscribeAsync(application.Name, [$"channel:{customer.Id}"], ct), // else its end is never told
        _ari.RingAsync(customer.Id, ct),
        _ari.OriginateAsync(Agent(customer.Id), new()
        {
            Endpoint = agent.Name,
            App = application.Name,
            AppArgs = $"agent,{customer.Id}",
            CallerId = $"{customer.Caller.Name} <{customer.Caller.Number}>",
            TimeoutSeconds = 30,
            Originator = customer.Id,
        }, ct));

    private Task JoinAsync(ChannelId customer, ChannelId agent, CancellationToken ct) => Task.WhenAll(
        _ari.AnswerAsync(customer, ct),
        _ari.CreateBridgeAsync(Bridge(customer), ct: ct),
        _ari.AddToBridgeAsync(Bridge(customer), [customer, agent], ct));

    private Task EndAsync(ChannelId customer, int q850Cause, CancellationToken ct) => Task.WhenAll(
        _ari.HangUpAsync(customer, q850Cause, ct),
        _ari.HangUpAsync(Agent(customer), q850Cause, ct),
        _ari.DestroyBridgeAsync(Bridge(customer), ct));

    /// <summary>After a gap: what lost a party while we were not looking is ended.</summary>
    private async Task SweepAsync(CancellationToken ct)
    {
        foreach (var bridge in await _ari.ListBridgesAsync(ct))
        {
            if (bridge.BridgeClass == "stasis" && bridge.Channels.Length < 2)
                await EndAsync(new(bridge.Id.Value), 16, ct);
        }
    }

    private static ChannelId Agent(ChannelId customer) => new($"{customer}.agent");

    private static BridgeId Bridge(ChannelId customer) => new(customer.Value);

    private static ChannelId Customer(ChannelId leg) =>
        leg.Value.EndsWith(".agent", StringComparison.Ordinal) ? new(leg.Value[..^".agent".Length]) : leg;
}
