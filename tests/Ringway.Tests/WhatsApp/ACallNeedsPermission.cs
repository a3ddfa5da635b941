using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Ringway.Agents;
using Ringway.Calls;
using Ringway.Options;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.Api;
using Ringway.Tests.Switchboard;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.WhatsApp;

public sealed class ACallNeedsPermission : IAsyncLifetime
{
    private static readonly AgentId Ada = new("ada");
    private static readonly PhoneNumber Carla = PermissionCast.Carla.Number!.Value;

    private readonly string _folder = Directory.CreateTempSubdirectory("ringway-permissions-").FullName;
    private readonly ModelAsterisk _asterisk = new();
    private readonly FakeTimeProvider _time = new(Example.Noon);
    private readonly PlayedMeta _meta = new();
    private readonly Roster _roster = new();
    private ICallStore _store = null!;
    private Desk _desk = null!;
    private AgentCalls _calls = null!;

    public async ValueTask InitializeAsync()
    {
        _store = StoreAddress.Open("sqlite", Path.Combine(_folder, "ringway.db"));
        await _store.MigrateAsync();
        _desk = new Desk(_asterisk);
        await _asterisk.UntilAsync("connected", () => _desk.Switchboard.IsConnected);
        _roster.Know([(Ada, "Ada")]);
        _roster.GiveLine(Ada, "ada-line");
        _roster.LineIs("ada-line", up: true);
        _calls = new AgentCalls(_desk.Switchboard, _roster, new PermissionBook(_store, _meta, Example.NoNews(_store, _time), _time, NullLogger<PermissionBook>.Instance),
            new Seats(_store, _roster, new(), _time, NullLogger<Seats>.Instance),
            new RingwayOptions { Lines = [new LineOptions { Id = "main" }, new LineOptions { Id = "without-graph" }] });
    }

    public async ValueTask DisposeAsync()
    {
        await _desk.DisposeAsync();
        await _store.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Without_it_nothing_is_dialled_and_the_agent_stays_free()
    {
        var refused = Assert.IsType<PlaceResult.Refused>(await _calls.PlaceAsync(Ada, Carla, "main", default));

        Assert.Equal(("no-permission", "This user has not allowed calls from you. You may ask."), (refused.Code, refused.Detail));
        Assert.Empty(_desk.Told);
        Assert.NotEqual("talking", _roster.Find(Ada)!.State);
    }

    [Fact]
    public async Task With_it_the_call_is_placed()
    {
        _meta.Says = () => Task.FromResult(PermissionCast.Yes());

        var placed = Assert.IsType<PlaceResult.Placed>(await _calls.PlaceAsync(Ada, Carla, "main", default));

        await _asterisk.UntilAsync("ada's browser is called", () => _asterisk.Channels.Contains($"{placed.Id}.ada"));
    }

    [Fact]
    public async Task A_Meta_that_does_not_answer_holds_a_call_up_for_two_seconds_at_most()
    {
        _meta.Says = () => new TaskCompletionSource<MetaPermission>().Task;

        var placing = _calls.PlaceAsync(Ada, Carla, "main", default);
        await _time.UntilAsync(() => placing.IsCompleted, "the patience with Meta ends");

        Assert.IsType<PlaceResult.Placed>(await placing);
        Assert.InRange(_time.GetUtcNow() - Example.Noon, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task On_a_line_without_Graph_WhatsApp_decides()
    {
        Assert.IsType<PlaceResult.Placed>(await _calls.PlaceAsync(Ada, Carla, "without-graph", default));
        Assert.Equal(0, _meta.Checks);
    }
}
