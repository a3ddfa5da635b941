using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    [Fact]
    public async Task Rules_of_a_line_are_changed_only_from_the_version_that_they_have()
    {
        var first = new RoutesRow("main", """[{"team":"help"}]""", 1_700_000_000_000, "ada", Noon);
        Assert.True(await Store.SaveRoutesAsync(first, before: 0));
        Assert.False(await Store.SaveRoutesAsync(first with { Version = 2, By = "bob" }, before: 0));
        Assert.False(await Store.SaveRoutesAsync(first with { Version = 2, By = "bob" }, before: 77));
        Assert.Equal([first], await Store.RoutesAsync());

        var second = first with { Rules = "[]", Version = first.Version + 1, By = "bob", At = Noon.AddHours(1) };
        Assert.True(await Store.SaveRoutesAsync(second, before: first.Version));
        Assert.True(await Store.SaveRoutesAsync(first with { Line = "shop" }, before: 0));
        Assert.Equal([second, first with { Line = "shop" }], await Store.RoutesAsync());

        Assert.False(await Store.RemoveRoutesAsync("main", before: first.Version));
        Assert.True(await Store.RemoveRoutesAsync("main", before: second.Version));
        Assert.False(await Store.RemoveRoutesAsync("main", before: second.Version));
        Assert.Equal(["shop"], (await Store.RoutesAsync()).Select(row => row.Line));
    }

    [Fact]
    public async Task Of_two_who_change_the_rules_of_a_line_at_once_one_does()
    {
        var row = new RoutesRow("main", "[]", 5, "ada", Noon);
        var saved = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Store.SaveRoutesAsync(row with { By = $"agent{i}" }, before: 0)));

        Assert.Single(saved, done => done);
        Assert.Single(await Store.RoutesAsync());
    }
}
