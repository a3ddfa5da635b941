using Microsoft.Extensions.Logging.Abstractions;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;

namespace Ringway.Tests.Switchboard;

public sealed class WhomALineRings : IDisposable
{
    private static readonly AgentId Ada = new("ada"), Bob = new("bob"), Carla = new("carla");
    private static readonly CallId First = new("n1-1"), Second = new("n1-2");

    private readonly Roster _roster = new();
    // Never started, so that nothing is opened or written.
    private readonly CallJournal _journal = new(new SqliteCallStore("never-opened.db"), TimeProvider.System, NullLogger<CallJournal>.Instance);
    private readonly CallFloor _floor;

    public WhomALineRings()
    {
        _floor = new CallFloor(_roster, new CallBoard(), _journal, new RingwayOptions
        {
            Lines = [new LineOptions { Id = "main" }, new LineOptions { Id = "shop", Agents = ["bob", "carla"] }],
        });
        _roster.Know([(Ada, "Ada"), (Bob, "Bob"), (Carla, "Carla")]);
    }

    [Fact]
    public void A_line_without_agents_of_its_own_rings_everybody()
    {
        OnDuty(Ada, Bob, Carla);

        Assert.Equal([Ada, Bob, Carla], _floor.Reserve(First, "main").Agents.AsEnumerable());
    }

    [Fact]
    public void A_line_with_agents_of_its_own_rings_those_of_them_who_are_free()
    {
        OnDuty(Ada, Bob, Carla);
        _roster.Engage(Second, [(Bob, true)]);

        Assert.Equal([Carla], _floor.Reserve(First, "shop").Agents.AsEnumerable());
        Assert.Equal("free", _roster.Find(Ada)!.State);
    }

    [Fact]
    public void When_none_of_its_agents_is_free_it_matters_whether_any_of_them_is_on_duty()
    {
        OnDuty(Ada);
        Assert.Equal(What.NobodySignedIn, _floor.Reserve(First, "shop").Otherwise);

        OnDuty(Bob);
        _roster.Engage(Second, [(Bob, true)]);
        Assert.Equal((true, What.Busy), (_floor.Reserve(First, "shop").Agents.IsEmpty, _floor.Reserve(First, "shop").Otherwise));
    }

    public void Dispose() => _journal.Dispose();

    private void OnDuty(params AgentId[] agents)
    {
        foreach (var agent in agents)
        {
            _roster.SetSignedIn(agent, true);
            _roster.SetReady(agent, true);
            _roster.GiveLine(agent, $"{agent}-phone");
            _roster.LineIs($"{agent}-phone", true);
        }
    }
}
