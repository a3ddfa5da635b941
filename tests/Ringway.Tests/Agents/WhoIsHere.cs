using CsCheck;
using Ringway.Agents;
using Ringway.Calls;

namespace Ringway.Tests.Agents;

public sealed class WhoIsHere
{
    private static readonly AgentId Ada = new("ada"), Bob = new("bob"), Carla = new("carla");
    private static readonly CallId First = new("n1-1"), Second = new("n1-2");
    private readonly Roster _roster = new();

    public WhoIsHere() => _roster.Know([(Ada, "Ada"), (Bob, "Bob"), (Carla, "Carla")]);

    [Fact]
    public void Free_is_who_is_signed_in_ready_and_has_a_phone_that_is_up()
    {
        Assert.Empty(_roster.Free);
        _roster.SetSignedIn(Ada, true);
        _roster.SetReady(Ada, true);
        _roster.GiveLine(Ada, "ada-x7");
        Assert.Empty(_roster.Free);
        Assert.Equal("away", _roster.Find(Ada)!.State);
        Assert.Null(_roster.Endpoint(Ada));

        _roster.LineIs("ada-x7", true);

        Assert.Equal([Ada], _roster.Free.AsEnumerable());
        Assert.Equal("free", _roster.Find(Ada)!.State);
        Assert.Equal("ada-x7", _roster.Endpoint(Ada));
        Assert.Equal(["ada-x7"], _roster.PhonesOnDuty.AsEnumerable());
    }

    [Fact]
    public void A_call_gets_the_free_ones_and_nobody_else_gets_them_until_they_are_released()
    {
        OnDuty(Ada, Bob);

        Assert.Equal([Ada, Bob], _roster.Reserve(First, [], free => [.. free.Select(one => one.Agent)]).AsEnumerable());
        Assert.Empty(_roster.TryReserve(Second, [Ada, Bob, Carla]));
        Assert.Equal("ringing", _roster.Find(Ada)!.State);
        Assert.True(_roster.AnyOnDuty([]));

        _roster.Engage(First, [(Bob, true)]);
        Assert.Equal(("free", "talking"), (_roster.Find(Ada)!.State, _roster.Find(Bob)!.State));
        Assert.Equal([Ada], _roster.TryReserve(Second, [Ada, Bob]).AsEnumerable());

        _roster.Release(Second, Bob);
        Assert.Equal("talking", _roster.Find(Bob)!.State);
        _roster.Release(First);
        Assert.Equal([Bob], _roster.Free.AsEnumerable());
    }

    [Fact]
    public void Who_pauses_is_not_rung_and_may_still_call()
    {
        OnDuty(Ada);
        _roster.SetReady(Ada, false);

        Assert.Empty(_roster.Reserve(First, [], free => [.. free.Select(one => one.Agent)]));
        Assert.True(_roster.TryReserveOwn(First, Ada));
        Assert.False(_roster.TryReserveOwn(Second, Ada));
        Assert.False(_roster.TryReserveOwn(Second, Bob)); // no phone
    }

    [Fact]
    public void Who_pauses_says_why_until_she_is_ready_or_signs_out()
    {
        var seen = new List<Pause?>();
        OnDuty(Ada);
        _roster.Changed += agent => seen.Add(agent.Paused);
        var (lunch, meeting) = (new Pause("lunch", "Lunch", Api.Example.Noon), new Pause("meeting", "Meeting", Api.Example.Noon));

        _roster.SetReady(Ada, false, lunch);
        Assert.Equal(("away", lunch), (_roster.Find(Ada)!.State, _roster.Find(Ada)!.Paused));
        Assert.Empty(_roster.Free);
        _roster.SetReady(Ada, false, meeting);
        _roster.SetReady(Ada, true, meeting);
        _roster.SetReady(Ada, false);
        _roster.SetReady(Ada, false, lunch);
        _roster.SetSignedIn(Ada, false);

        Assert.Equal([lunch, meeting, null, null, lunch, null], seen);
    }

    [Fact]
    public void Who_sits_at_another_ringway_is_on_duty_here_but_no_call_gets_her()
    {
        OnDuty(Ada);
        _roster.SeatIs(Ada, new(IsHere: false, At: "n2"));

        Assert.Equal(("elsewhere", new Elsewhere("n2", false)), (_roster.Find(Ada)!.State, _roster.Find(Ada)!.Elsewhere));
        Assert.Empty(_roster.TryReserve(First, [Ada]));
        Assert.False(_roster.TryReserveOwn(First, Ada));
        Assert.Empty(_roster.PhonesOnDuty);
        Assert.True(_roster.AnyOnDuty([]));
        Assert.True(_roster.AnyElsewhere([], free: true));
        _roster.SeatIs(Ada, new(IsHere: false, At: "n2", InCall: true));
        Assert.Equal((true, false), (_roster.AnyElsewhere([]), _roster.AnyElsewhere([], free: true)));
    }

    [Fact]
    public void Whose_seat_is_wanted_elsewhere_ends_her_call_and_gets_no_other()
    {
        OnDuty(Ada);
        _roster.TryReserve(First, [Ada]);

        Assert.True(_roster.SeatIs(Ada, new(IsHere: true, IsWanted: true)));
        Assert.Equal("ringing", _roster.Find(Ada)!.State);
        _roster.Release(First);

        Assert.Empty(_roster.TryReserve(Second, [Ada]));
        Assert.False(_roster.SeatIs(Ada, new(IsHere: true, IsWanted: true)));
        _roster.SeatIs(Ada, new());
        Assert.Equal([Ada], _roster.TryReserve(Second, [Ada]).AsEnumerable());
    }

    [Fact]
    public void A_phone_that_is_replaced_says_nothing_any_more()
    {
        OnDuty(Ada);
        _roster.GiveLine(Ada, "ada-new");

        _roster.LineIs("ada-phone", true);

        Assert.Null(_roster.Endpoint(Ada));
        _roster.LineIs("ada-new", true);
        Assert.Equal("ada-new", _roster.Endpoint(Ada));
    }

    [Fact]
    public void After_a_call_an_agent_is_left_alone_until_the_time_is_over_or_she_says_ready()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        var roster = new Roster(time);
        roster.Know([(Ada, "Ada")]);
        roster.GiveLine(Ada, "phone");
        roster.LineIs("phone", true);
        roster.SetReady(Ada, true);
        roster.SetSignedIn(Ada, true);
        void Talk()
        {
            roster.Engage(First, [(Ada, true)]);
            roster.Engage(First, [(Ada, false)]); // given away, and her leg is just ending
            roster.Engage(First, [], TimeSpan.FromSeconds(20));
        }

        Talk();
        Assert.Equal("wrapUp", roster.Find(Ada)!.State);
        Assert.Empty(roster.TryReserve(First, [Ada]));
        time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("free", roster.Find(Ada)!.State);

        Talk();
        roster.SetReady(Ada, true);
        Assert.Equal("free", roster.Find(Ada)!.State);
    }

    [Fact]
    public void Who_was_only_rung_has_nothing_to_wrap_up()
    {
        OnDuty(Ada);
        _roster.TryReserve(First, [Ada]);
        _roster.Engage(First, [], TimeSpan.FromSeconds(20));

        Assert.Equal("free", _roster.Find(Ada)!.State);
    }

    [Fact]
    public void Who_only_listened_has_nothing_to_wrap_up_and_who_then_came_in_has()
    {
        OnDuty(Ada, Bob);
        _roster.Engage(First, [(Ada, true), (Bob, true)], TimeSpan.FromSeconds(20), listener: Bob);
        Assert.Equal("talking", _roster.Find(Bob)!.State);
        _roster.Engage(First, [(Ada, true)], TimeSpan.FromSeconds(20));
        Assert.Equal("free", _roster.Find(Bob)!.State);

        _roster.Engage(First, [(Ada, true), (Bob, true)], TimeSpan.FromSeconds(20), listener: Bob);
        _roster.Engage(First, [(Ada, true), (Bob, true)], TimeSpan.FromSeconds(20));
        _roster.Engage(First, [], TimeSpan.FromSeconds(20));
        Assert.Equal(("wrapUp", "wrapUp"), (_roster.Find(Ada)!.State, _roster.Find(Bob)!.State));
    }

    [Fact]
    public void Changes_are_told_once_and_in_order()
    {
        var (seen, lines) = (new List<string>(), new List<bool>());
        _roster.Changed += agent => seen.Add(agent.State);
        _roster.LineChanged += line => lines.Add(line.Up);

        OnDuty(Ada);
        OnDuty(Ada);
        _roster.Reserve(First, [], free => [.. free.Select(one => one.Agent)]);
        _roster.Engage(First, [(Ada, true)]);
        _roster.LineIs("ada-phone", false);
        _roster.Release(First);

        Assert.Equal(["away", "away", "free", "ringing", "talking", "talking", "away"], seen);
        Assert.Equal([true, false], lines);
    }

    [Fact]
    public void However_many_calls_ask_at_once_no_agent_is_given_twice() =>
        Gen.Int[1, 12].Array[2, 40].Sample(calls =>
        {
            var roster = new Roster();
            var agents = Enumerable.Range(0, 5).Select(i => new AgentId($"agent{i}")).ToArray();
            roster.Know(agents.Select(agent => (agent, agent.Value)));
            foreach (var agent in agents) PutOnDuty(roster, agent);
            var taken = new System.Collections.Concurrent.ConcurrentDictionary<AgentId, CallId>();

            Parallel.ForEach(calls.Select((size, i) => (size, Id: new CallId($"n1-{i}"))), call =>
            {
                foreach (var agent in roster.TryReserve(call.Id, agents.Take(call.size)))
                    Assert.True(taken.TryAdd(agent, call.Id));
                foreach (var mine in taken.Where(pair => pair.Value == call.Id).ToList())
                {
                    taken.TryRemove(mine);
                    roster.Release(call.Id, mine.Key);
                }
            });

            Assert.Equal(5, roster.Free.Length);
        }, iter: 50);

    private void OnDuty(params AgentId[] agents)
    {
        foreach (var agent in agents) PutOnDuty(_roster, agent);
    }

    private static void PutOnDuty(Roster roster, AgentId agent)
    {
        roster.SetSignedIn(agent, true);
        roster.SetReady(agent, true);
        if (roster.SipUser(agent) is null) roster.GiveLine(agent, $"{agent}-phone");
        roster.LineIs($"{agent}-phone", true);
    }
}
