using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    [Fact]
    public async Task A_line_that_was_closed_by_hand_is_kept_so_changed_and_let_go_of()
    {
        var closed = new NightRow("main", Open: false, Noon.AddHours(2), "ada", Noon);
        await Store.SaveNightAsync(closed);
        await Store.SaveNightAsync(new("shop", Open: true, null, "bob", Noon));
        Assert.Equal([closed, new("shop", true, null, "bob", Noon)], await Store.NightsAsync());

        await Store.SaveNightAsync(closed with { Open = true, Until = null, By = "bob" });
        await Store.RemoveNightAsync("shop");
        await Store.RemoveNightAsync("nowhere");

        Assert.Equal([closed with { Open = true, Until = null, By = "bob" }], await Store.NightsAsync());
    }
}
