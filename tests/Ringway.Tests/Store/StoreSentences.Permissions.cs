using Ringway.Store;

namespace Ringway.Tests.Store;

public abstract partial class StoreSentences
{
    [Fact]
    public async Task A_permission_is_found_by_line_and_user_as_it_was_last_saved()
    {
        var permission = new PermissionRow("main", "+4915112345678", null, """{"answer":{"kind":"Temporary"}}""", Noon);
        await Store.SavePermissionAsync(permission);
        await Store.SavePermissionAsync(permission with { Line = "other", Facts = "{}" });

        var changed = permission with { Facts = """{"a":"日本"}""", ChangedAt = Noon.AddTicks(12_345_670) };
        await Store.SavePermissionAsync(changed);

        Assert.Equal(changed, await Store.FindPermissionAsync("main", "+4915112345678"));
        Assert.Null(await Store.FindPermissionAsync("main", "+15550100002"));
        Assert.Null(await Store.FindPermissionAsync("nowhere", "+4915112345678"));
    }

    [Fact]
    public async Task A_permission_is_also_found_by_the_users_id_which_is_not_forgotten()
    {
        var permission = new PermissionRow("main", "+4915112345678", "DE.77", "{}", Noon);
        await Store.SavePermissionAsync(permission);
        await Store.SavePermissionAsync(permission with { UserId = null });

        Assert.Equal(permission, await Store.FindPermissionAsync("main", "DE.77"));

        var own = new PermissionRow("main", "DE.77", null, """{"own":1}""", Noon);
        await Store.SavePermissionAsync(own);
        Assert.Equal(own, await Store.FindPermissionAsync("main", "DE.77"));
    }

    [Fact]
    public async Task A_permission_is_saved_together_with_the_event_that_tells_of_it_or_not_at_all()
    {
        var permission = new PermissionRow("main", "+4915112345678", null, "{}", Noon);
        var about = OutboxRow.OfUser("main", "+4915112345678");
        await Assert.ThrowsAnyAsync<Exception>(() => Store.SavePermissionAsync(permission, [Event("e1", about) with { Body = null! }]));
        Assert.Null(await Store.FindPermissionAsync("main", "+4915112345678"));

        await Store.SavePermissionAsync(permission, [Event("e1", about)]);

        Assert.NotNull(await Store.FindPermissionAsync("main", "+4915112345678"));
        Assert.Equal("e1", Assert.Single(await Store.OutboxAsync(9)).Id);
    }

    [Fact]
    public async Task All_permissions_are_read_however_many_there_are()
    {
        var all = Enumerable.Range(0, 2003).Select(i => new PermissionRow(i % 2 == 0 ? "main" : "other", $"+4915{i / 2:0000000}", i == 7 ? "DE.7" : null, "{}", Noon)).ToList();
        foreach (var row in all) await Store.SavePermissionAsync(row);

        var read = new List<PermissionRow>();
        await foreach (var row in Store.PermissionsAsync()) read.Add(row);

        Assert.Equal(all.OrderBy(row => (row.Line, row.User)), read.OrderBy(row => (row.Line, row.User)));
    }
}
