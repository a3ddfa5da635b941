using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Switchboard;
using Ringway.Tests.Api;

namespace Ringway.Tests.Switchboard;

/// <summary>Calls that wait, and agents who become free.</summary>
public sealed class WhoWaits : IAsyncLifetime
{
    private static readonly TeamOptions Team = new() { Id = "help", Strategy = Strategy.LongestIdle, Wait = TimeSpan.FromMinutes(1) };

    private readonly Roster _roster = new();
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly CallQueue _queue;
    private readonly ConcurrentQueue<(CallId Call, AgentId Agent)> _found = new();
    private readonly SemaphoreSlim _news = new(0);

    public WhoWaits()
    {
        _queue = new CallQueue(_roster, new RingwayOptions
        {
            Agents = [new() { Id = "agent0", Skills = [new("german", 2)] }, new() { Id = "agent1", Skills = [new("german", 7)] }, new() { Id = "agent2" }],
        }, _time) { Found = Take };
        _roster.Know(Enumerable.Range(0, 5).Select(i => (Agent(i), $"Agent {i}")));
    }

    public async ValueTask InitializeAsync() => await _queue.StartAsync(default);

    public async ValueTask DisposeAsync()
    {
        await _queue.StopAsync(default);
        _queue.Dispose();
        _news.Dispose();
    }

    [Fact]
    public async Task The_first_who_came_gets_the_first_agent_who_becomes_free()
    {
        _queue.Add(Call(2, waitsSince: 2), Team, null);
        _queue.Add(Call(1, waitsSince: 1), Team, null); // came earlier, and was put back
        OnDuty(0);
        await _news.WaitAsync(TestContext.Current.CancellationToken);
        OnDuty(1);
        await _news.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(Call(1, 1).Id, Agent(0)), (Call(2, 2).Id, Agent(1))], _found);
        Assert.Equal(0, _queue.Length("help"));
    }

    [Fact]
    public async Task Who_gave_a_call_away_is_asked_first_when_it_comes_back()
    {
        OnDuty(0);
        OnDuty(3);
        _queue.Add(Call(1, 1), Team, Agent(3));
        await _news.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((Call(1, 1).Id, Agent(3)), Assert.Single(_found));
    }

    [Fact]
    public async Task Who_has_a_head_start_comes_before_those_who_have_not_waited_longer_by_as_much()
    {
        _queue.Add(Call(1, waitsSince: 0), Team, null);
        _queue.Add(Call(2, waitsSince: 50), Team, null);
        _queue.Add(Call(3, waitsSince: 90) with { Wish = new(HeadStart: TimeSpan.FromSeconds(60)) }, Team, null);
        for (var i = 0; i < 3; i++)
        {
            OnDuty(i);
            await _news.WaitAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal([Call(1, 0).Id, Call(3, 0).Id, Call(2, 0).Id], _found.Select(found => found.Call));
    }

    [Fact]
    public async Task Who_asks_for_a_skill_waits_for_an_agent_who_has_it_and_keeps_nobody_from_the_others()
    {
        OnDuty(2);
        OnDuty(0);
        _roster.Engage(new("n1-9"), [(Agent(0), true)]);
        _queue.Add(Call(1, 1) with { Wish = new("german") }, Team, null);
        _queue.Add(Call(2, 2), Team, null);
        await _news.WaitAsync(TestContext.Current.CancellationToken);
        _roster.Release(new("n1-9"));
        await _news.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal([(Call(2, 2).Id, Agent(2)), (Call(1, 1).Id, Agent(0))], _found);
    }

    [Fact]
    public async Task After_its_time_a_call_that_asks_for_a_skill_is_given_to_anybody()
    {
        OnDuty(0);
        _roster.Engage(new("n1-9"), [(Agent(0), true)]);
        OnDuty(2);
        _queue.Add(Call(1, 0) with { Wish = new("german", TimeSpan.FromSeconds(30)) }, Team, null);
        _time.Advance(TimeSpan.FromSeconds(29));
        Assert.Empty(_found);

        _time.Advance(TimeSpan.FromSeconds(1));
        await _news.WaitAsync(TestContext.Current.CancellationToken);
        Assert.Equal((Call(1, 0).Id, Agent(2)), Assert.Single(_found));
    }

    [Fact]
    public async Task Whoever_was_found_for_a_call_that_is_over_is_free_for_the_next()
    {
        _queue.Found = (call, chosen) => call != Call(1, 1).Id && Take(call, chosen);
        _queue.Add(Call(1, 1), Team, null);
        _queue.Add(Call(2, 2), Team, null);
        OnDuty(0);
        await _news.WaitAsync(TestContext.Current.CancellationToken);

        Assert.Equal((Call(2, 2).Id, Agent(0)), Assert.Single(_found));
    }

    /// <summary>Calls come, agents come and go and hang up, from several threads: every call is given away once, and nobody has two.</summary>
    [Fact]
    public async Task However_it_comes_every_call_is_given_to_somebody_once_and_no_agent_has_two()
    {
        const int calls = 200;
        var (held, doubles) = (new ConcurrentDictionary<AgentId, CallId>(), 0);
        _queue.Found = (call, chosen) =>
        {
            var agent = Assert.Single(chosen.Agents);
            if (!held.TryAdd(agent, call)) Interlocked.Increment(ref doubles);
            _found.Enqueue((call, agent));
            _ = Task.Run(() =>
            {
                held.TryRemove(agent, out _);
                _roster.Release(call); // she talked, and hung up
                _news.Release();
            });
            return true;
        };
        for (var i = 0; i < 5; i++) OnDuty(i);
        await Parallel.ForAsync(0, calls, (i, _) =>
        {
            _queue.Add(Call(i, i), Team, null);
            if (i % 7 == 0) _roster.SetReady(Agent(i % 5), false);
            if (i % 7 == 3) _roster.SetReady(Agent((i - 3) % 5), true);
            return ValueTask.CompletedTask;
        });
        for (var i = 0; i < 5; i++) _roster.SetReady(Agent(i), true);
        for (var i = 0; i < calls; i++)
            Assert.True(await _news.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken), $"{_found.Count} of {calls} were given away");

        Assert.Equal(0, doubles);
        Assert.Equal(calls, _found.DistinctBy(found => found.Call).Count());
        Assert.Equal(calls, _found.Count);
    }

    private bool Take(CallId call, CallEvent.AgentsChosen chosen)
    {
        _found.Enqueue((call, chosen.Agents[0]));
        _news.Release();
        return true;
    }

    private static AgentId Agent(int i) => new($"agent{i}");

    private static Story Call(int i, int waitsSince) =>
        new(new($"n1-{i}"), Direction.Inbound, new("+15550100001"), "help", Example.Noon) { QueuedAt = Example.Noon.AddSeconds(waitsSince) };

    private void OnDuty(int i)
    {
        _roster.GiveLine(Agent(i), $"phone{i}");
        _roster.LineIs($"phone{i}", true);
        _roster.SetReady(Agent(i), true);
        _roster.SetSignedIn(Agent(i), true);
    }
}
