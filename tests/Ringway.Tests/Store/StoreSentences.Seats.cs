using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    private static readonly SeatMove AdaComes = new("ada", Ready: true);

    [Fact]
    public async Task A_seat_is_whose_who_comes_first_and_keeps_what_the_agent_said_last()
    {
        await Store.BeatAsync([]);
        await Store.TakeSeatAsync(AdaComes);
        await Store.TakeSeatAsync(AdaComes with { Ready = false });

        var (nodes, seats) = await ReadSeatsAsync();
        var me = Assert.Single(nodes).Node;
        Assert.Equal(new SeatRow("ada", me, null, true, null, null, 1, InCall: false), Assert.Single(seats));

        var moves = await Store.MoveSeatAsync(new("ada", Ready: false, "lunch", Noon));
        Assert.Equal(new SeatRow("ada", me, null, false, "lunch", Noon, moves, InCall: false), Assert.Single((await ReadSeatsAsync()).Seats));

        await Store.LeaveSeatAsync("ada");
        await Store.GiveSeatAsync("ada");
        await Store.AskForSeatAsync("nobody");
        Assert.Equal(("", null, "lunch"), (await OnlySeatAsync()) is var left ? (left.Node, left.WantedBy, left.PauseReason) : default);
        await Store.TakeSeatAsync(AdaComes);
        Assert.Equal((me, "lunch"), (await OnlySeatAsync()) is var back ? (back.Node, back.PauseReason) : default);
    }

    [Fact]
    public async Task Each_sign_of_life_differs_from_the_one_before_and_tells_who_is_in_a_call()
    {
        await Store.BeatAsync([]);
        await Store.TakeSeatAsync(AdaComes);
        await Store.TakeSeatAsync(new("bob", Ready: true));

        var first = await Store.BeatAsync(["ada", "carla"]);
        var second = await Store.BeatAsync(["bob"]);

        Assert.NotEqual(first.Nodes[0].Beat, second.Nodes[0].Beat);
        Assert.Equal([("ada", true), ("bob", false)], first.Seats.Select(seat => (seat.Agent, seat.InCall)));
        Assert.Equal([("ada", false), ("bob", true)], second.Seats.Select(seat => (seat.Agent, seat.InCall)));
    }

    [Fact]
    public async Task Who_has_ended_has_no_seats_unless_it_has_given_a_sign_of_life_meanwhile()
    {
        var seen = (await Store.BeatAsync([])).Nodes[0];
        await Store.TakeSeatAsync(AdaComes);
        await Store.BeatAsync([]);
        await Store.EndNodeAsync(seen);
        var now = Assert.Single((await ReadSeatsAsync()).Nodes);

        await Store.EndNodeAsync(now);

        Assert.Single((await ReadSeatsAsync()).Nodes, node => node.Beat == 1); // the reading was its first sign of another life
    }

    private Task<SeatTable> ReadSeatsAsync() => Store.BeatAsync([]);

    private async Task<SeatRow> OnlySeatAsync() => Assert.Single((await ReadSeatsAsync()).Seats);
}
