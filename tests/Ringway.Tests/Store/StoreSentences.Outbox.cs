using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    [Fact]
    public async Task Only_the_first_event_of_each_call_is_at_the_head_and_the_due_ones_come_first()
    {
        await Store.AddToOutboxAsync([Event("a1", "a"), Event("a2", "a"), Event("b1", "b") with { DueAt = Noon.AddSeconds(-1) }]);
        await Store.AddToOutboxAsync([Event("x1", "a") with { Endpoint = "other" }, Event("y1", "a") with { Node = "n2" }, Event("a1", "a")]);

        Assert.Equal(["b1", "a1"], await HeadsAsync());
        await Store.RemoveFromOutboxAsync("a1");
        Assert.Equal(["b1", "a2"], await HeadsAsync());
        Assert.Single(await Store.OutboxHeadsAsync("n1", "crm", 1));
    }

    [Fact]
    public async Task Events_about_a_user_of_a_line_go_one_after_the_other()
    {
        var (main, other) = (OutboxRow.OfUser("main", "+4915112345678"), OutboxRow.OfUser("other", "+4915112345678"));
        await Store.AddToOutboxAsync([Event("a1", main), Event("a2", main), Event("b1", other)]);

        Assert.Equal(["a1", "b1"], await HeadsAsync());
        Assert.Equal(("main", "+4915112345678"), (await Store.FindInOutboxAsync("a2"))!.User);
        Assert.Equal("ringing of user +4••••••••••78 of line main for crm", (await Store.FindInOutboxAsync("a2"))!.ToString());
    }

    [Fact]
    public async Task A_dead_event_is_seen_holds_up_no_other_and_is_forgotten_in_the_end()
    {
        await Store.AddToOutboxAsync([Event("a1", "a"), Event("a2", "a")]);
        var dead = Event("a1", "a") with { Tries = 9, LastError = "HTTP 500", DueAt = Noon.AddHours(1), DeadAt = Noon.AddHours(2) };
        await Store.UpdateOutboxAsync(dead);

        Assert.Equal(["a2"], await HeadsAsync());
        Assert.Equal(dead, await Store.FindInOutboxAsync("a1"));
        Assert.Equal(["a2", "a1"], (await Store.OutboxAsync(9)).Select(row => row.Id));
        Assert.Equal(new OutboxCount(1, 1), await Store.OutboxCountAsync());

        await Store.ForgetDeadAsync(Noon.AddHours(2));
        Assert.NotNull(await Store.FindInOutboxAsync("a1"));
        await Store.ForgetDeadAsync(Noon.AddHours(2).AddSeconds(1));
        Assert.Null(await Store.FindInOutboxAsync("a1"));
        Assert.NotNull(await Store.FindInOutboxAsync("a2"));
    }

    [Fact]
    public async Task Events_for_webhooks_that_are_gone_die_on_their_own_machine_only()
    {
        await Store.AddToOutboxAsync([Event("a1", "a"), Event("b1", "b") with { Endpoint = "gone" }, Event("c1", "c") with { Endpoint = "gone", Node = "n2" }]);

        Assert.Equal(1, await Store.KillOutboxExceptAsync("n1", ["crm", "other"], Noon, "gone"));
        Assert.Equal(0, await Store.KillOutboxExceptAsync("n1", ["crm"], Noon, "gone"));

        Assert.Equal(("gone", Noon), ((await Store.FindInOutboxAsync("b1"))!.LastError, (await Store.FindInOutboxAsync("b1"))!.DeadAt));
        Assert.Equal(new OutboxCount(2, 1), await Store.OutboxCountAsync());
    }

    private static OutboxRow Event(string id, string call) =>
        new(id, "n1", "crm", call, "ringing", """{"name":"日本"}""", Noon, Noon, Noon.AddHours(24));

    private async Task<IEnumerable<string>> HeadsAsync() => (await Store.OutboxHeadsAsync("n1", "crm", 9)).Select(row => row.Id);
}
