using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.News;
using Ringway.Store;
using Ringway.Tests.Api;
using Ringway.Tests.WhatsApp;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.News;

public sealed class PermissionsAreTold : IAsyncLifetime
{
    private static readonly WhatsAppUser Carla = PermissionCast.Carla;
    private static readonly PermissionEvent ForAWeek = new PermissionEvent.Granted(Example.Noon, Example.Noon.AddDays(7));

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-permissions-told-").FullName;
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly PlayedMeta _meta = new() { Says = () => throw new MetaRefusedException(0, "away") };
    private readonly ICallStore _store;
    private readonly UnsteadyStore _trouble;
    private readonly NewsOffice _office;
    private PermissionBook _book;

    public PermissionsAreTold()
    {
        (_store, _trouble) = UnsteadyStore.Before(StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db")));
        _office = new(_store, _time, NewsOffice.Hook("crm"), NewsOffice.Hook("calls", NewsKind.Ended));
        _book = Book();
    }

    public async ValueTask InitializeAsync() => await _store.MigrateAsync();

    public async ValueTask DisposeAsync()
    {
        _office.Dispose();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task What_changes_whether_a_user_may_be_called_is_told_in_its_order()
    {
        await HearAsync(ForAWeek);
        await HearAsync(new PermissionEvent.Rejected(Example.Noon.AddMinutes(1)));

        Assert.Equal(["temporary", "refused"], await ToldAsync());
        var row = (await _store.OutboxAsync(9))[0];
        Assert.Equal(("crm", "permission", OutboxRow.OfUser("main", Carla.Value)), (row.Endpoint, row.Type, row.About));
        var body = JsonSerializer.Deserialize<JsonElement>(row.Body);
        Assert.Equal((row.Id, "permission"), (body.GetProperty("id").GetString(), body.GetProperty("type").GetString()));
        Assert.Equal(
            (Carla.Value, "main", false, "refused"),
            (Of("user").GetString(), Of("line").GetString(), Of("mayCall").GetBoolean(), Of("why").GetString()));

        JsonElement Of(string name) => body.GetProperty("permission").GetProperty(name);
    }

    [Fact]
    public async Task That_the_user_wrote_or_that_Meta_was_asked_again_is_no_news()
    {
        await HearAsync(ForAWeek);
        _meta.Says = () => Task.FromResult(PermissionCast.Yes(Example.Noon.AddDays(7)));

        await HearAsync(new PermissionEvent.UserCame(Example.Noon.AddMinutes(2)));
        for (var i = 0; i < 3; i++)
        {
            _time.Advance(TimeSpan.FromMinutes(2));
            await _book.LookAsync("main", Carla, default);
        }

        Assert.Equal(3, _meta.Checks);
        Assert.Equal(["temporary"], await ToldAsync());
    }

    [Fact]
    public async Task A_webhook_that_is_worked_off_again_after_a_restart_is_not_told_twice()
    {
        await HearAsync(ForAWeek);

        _book = Book();
        await HearAsync(ForAWeek);

        Assert.Equal(["temporary"], await ToldAsync());
    }

    [Fact]
    public async Task A_ringway_that_dies_before_it_is_saved_tells_it_when_the_webhook_is_worked_off_again()
    {
        _trouble.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => HearAsync(ForAWeek));
        _trouble.IsAway = false;
        Assert.Empty(await ToldAsync());

        _book = Book();
        await HearAsync(ForAWeek);

        Assert.Equal(["temporary"], await ToldAsync());
    }

    [Fact]
    public async Task What_happens_while_the_store_is_away_is_told_once_when_it_is_back()
    {
        await HearAsync(ForAWeek);
        _trouble.IsAway = true;
        await Assert.ThrowsAnyAsync<Exception>(() => HearAsync(new PermissionEvent.Rejected(Example.Noon.AddMinutes(1))));
        _trouble.IsAway = false;

        _time.Advance(TimeSpan.FromSeconds(6));
        await _book.TickAsync();
        await _book.TickAsync();

        Assert.Equal(["temporary", "refused"], await ToldAsync());
    }

    [Fact]
    public async Task The_end_of_a_permission_is_told_when_it_has_come()
    {
        await HearAsync(ForAWeek);
        await HearAsync(new PermissionEvent.Granted(Example.Noon.AddSeconds(1), Example.Noon.AddHours(1)));

        _time.Advance(TimeSpan.FromMinutes(61));
        await _book.TickAsync();

        Assert.Equal(["temporary", "temporary", "none"], await ToldAsync());
    }

    [Fact]
    public async Task An_end_that_nobody_was_there_to_see_is_told_once_when_the_user_is_looked_at_again()
    {
        await HearAsync(ForAWeek);
        _time.Advance(TimeSpan.FromDays(8));

        for (var i = 0; i < 2; i++)
        {
            _book = Book();
            await _book.LookAsync("main", Carla, default);
            await _book.TickAsync();
        }

        Assert.Equal(["temporary", "none"], await ToldAsync());
    }

    [Fact]
    public async Task Without_a_webhook_that_wants_it_nothing_is_written()
    {
        using var nobody = new NewsOffice(_store, _time, NewsOffice.Hook("calls", NewsKind.Ended));
        _book = new(_store, _meta, nobody.Post, _time, NullLogger<PermissionBook>.Instance);

        await HearAsync(ForAWeek);

        Assert.Empty(await ToldAsync());
    }

    private Task HearAsync(PermissionEvent happened) => _book.HearAsync("main", Carla, null, happened, default);

    private async Task<IEnumerable<string?>> ToldAsync() => (await _store.OutboxAsync(9)).Reverse()
        .Select(row => JsonSerializer.Deserialize<JsonElement>(row.Body).GetProperty("permission").GetProperty("state").GetString());

    private PermissionBook Book() => new(_store, _meta, _office.Post, _time, NullLogger<PermissionBook>.Instance);
}
