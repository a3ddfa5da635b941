using Microsoft.Extensions.Hosting;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Store;

namespace Ringway.Switchboard;

/// <summary>
/// The switchboard's life in the process: it begins when it is known who is here, hears of phones that come and go, and is
/// told when the operator stops Ringway for good.
/// </summary>
public sealed class SwitchboardService(
    Switchboard switchboard, CallFloor floor, CallQueue queue, Roster roster, PhoneWatch phones, ICallStore store, RouteBook routes, LastAgents last,
    AllowedCallers allowed, Seats seats) : BackgroundService
{
    /// <summary>How long the ends of the last calls may take to be told when Ringway is stopped with its Asterisk.</summary>
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(3);

    private readonly Dictionary<AgentId, string> _lost = [];

    /// <summary>Ends all calls; before Asterisk is stopped. Without it calls outlive the process.</summary>
    public Task EndCallsAsync() => switchboard.StopAsync(LastWords);

    /// <summary>Asterisk died under us: nobody will tell us of the calls' ends.</summary>
    public void AsteriskDied() => switchboard.PostToAll(new CallEvent.AsteriskLost());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        roster.LineChanged += Tell;
        queue.Found = switchboard.Post;
        routes.Changed += Learn;
        (queue.WaitOn, seats.Awaited) = (seats.CallsWait, queue.Awaits);
        try
        {
            var open = await store.OpenCallsAsync(stoppingToken);
            floor.Remember(open);
            var learned = LearnAsync();
            // A caller who came while we were away must not be told that nobody is here only because we have not looked yet.
            await phones.Compared.WaitAsync(stoppingToken);
            var traces = from call in open
                let trace = CallTrace.Of(call.Detail)
                where trace is not null
                select KeyValuePair.Create(new CallId(call.Id), trace);
            await switchboard.RunAsync(
                open.ToDictionary(call => new CallId(call.Id), CallFacts.Story), stoppingToken, traces.ToDictionary());
            await learned;
        }
        finally
        {
            roster.LineChanged -= Tell;
            routes.Changed -= Learn;
        }

        // A rule may ask for what no rule has asked for before.
        void Learn(string line) => _ = LearnAsync();

        Task LearnAsync() => Task.WhenAll(last.LearnAsync(store, stoppingToken), allowed.LearnAsync(store, stoppingToken));
    }

    /// <summary>Called under the roster's lock, so one at a time. A phone that replaces another has no part in its call.</summary>
    private void Tell(AgentLineChanged line)
    {
        if (!line.Up)
        {
            _lost[line.Agent] = line.SipUser;
            switchboard.PostToAll(new CallEvent.AgentLineLost(line.Agent));
        }
        else
        {
            switchboard.PostToAll(_lost.Remove(line.Agent, out var lost) && lost != line.SipUser
                ? new CallEvent.AgentPhoneReplaced(line.Agent)
                : new CallEvent.AgentLineBack(line.Agent));
        }
    }
}
