using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    private static readonly CallBackRow Wanted = new("n1-1", "main", PhoneNumber.Parse("+15550100001"), "Grace", Noon);

    [Fact]
    public async Task Who_wants_to_be_called_back_is_on_the_list_once_for_each_line_and_keeps_her_place()
    {
        await Store.AddCallBackAsync(Wanted with { Id = "n1-2", Number = PhoneNumber.Parse("+15550100002"), AskedAt = Noon.AddMinutes(1), Name = null, LeftMessage = true });
        await Store.AddCallBackAsync(Wanted);
        await Store.AddCallBackAsync(Wanted with { Id = "n1-3", AskedAt = Noon.AddMinutes(2) });
        await Store.AddCallBackAsync(Wanted with { Id = "n1-4", Line = "shop", AskedAt = Noon.AddMinutes(3) });

        var list = await Store.CallBacksAsync();
        Assert.Equal(["n1-1", "n1-2", "n1-4"], list.Select(row => row.Id));
        Assert.Equal(Wanted, list[0]);
        Assert.Equal((null, true), (list[1].Name, list[1].LeftMessage));
    }

    [Fact]
    public async Task Of_many_who_want_to_call_the_same_user_back_at_once_one_may()
    {
        await Store.AddCallBackAsync(Wanted);

        var taken = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Store.TakeCallBackAsync("n1-1", $"agent{i}", Noon.AddSeconds(i)))));

        Assert.Single(taken, took => took);
        var who = Array.IndexOf(taken, true);
        Assert.Equal(Wanted with { TakenBy = $"agent{who}", TakenAt = Noon.AddSeconds(who) }, Assert.Single(await Store.CallBacksAsync()));
        Assert.False(await Store.TakeCallBackAsync("n1-9", "ada", Noon));
    }

    [Fact]
    public async Task Who_was_not_reached_is_on_the_list_again_and_only_who_has_taken_the_entry_lets_go_of_it()
    {
        await Store.AddCallBackAsync(Wanted);
        await Store.TakeCallBackAsync("n1-1", "ada", Noon);

        await Store.FreeCallBackAsync("n1-1", "bob");
        Assert.Equal("ada", Assert.Single(await Store.CallBacksAsync()).TakenBy);
        await Store.FreeCallBackAsync("n1-1", "ada");
        Assert.Equal(Wanted, Assert.Single(await Store.CallBacksAsync()));
        Assert.True(await Store.TakeCallBackAsync("n1-1", "bob", Noon));
    }

    [Fact]
    public async Task Who_was_called_back_is_not_on_the_list_and_may_ask_again()
    {
        await Store.AddCallBackAsync(Wanted);

        Assert.True(await Store.RemoveCallBackAsync("n1-1"));
        Assert.False(await Store.RemoveCallBackAsync("n1-1"));
        Assert.Empty(await Store.CallBacksAsync());
        await Store.AddCallBackAsync(Wanted with { Id = "n1-5" });
        Assert.Single(await Store.CallBacksAsync());
    }
}
