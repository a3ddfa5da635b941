using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Ringway.Agents;
using Ringway.News;
using Ringway.Options;
using Ringway.Recordings;
using Ringway.Store;
using Ringway.Switchboard;
using Ringway.Tests.WhatsApp;
using Ringway.WhatsApp.Permissions;

namespace Ringway.Tests.Api;

/// <summary>From the call to the operator's program, over real HTTP.</summary>
public sealed class TheOperatorsWebhooks
{
    private const string Secret = "a-secret-of-the-operator";

    [Fact]
    public async Task A_call_is_told_in_order_signed_and_as_the_API_gives_it()
    {
        await using var crm = await Receiver.StartAsync();
        await using var host = await StartAsync(crm.Address);
        var board = host.Part<CallBoard>();

        board.Publish(CallView.From(Example.Call(state: "arriving")));
        board.Publish(CallView.From(Example.Call(state: "offered")));
        board.Publish(CallView.From(Example.Call(state: "talking") with { Agent = "ada", AnsweredAt = Example.Noon }));
        board.Publish(CallView.From(Example.Ended("n1-1", Example.Noon)));

        foreach (var type in new[] { "ringing", "answered", "ended" })
        {
            var (timestamp, signature, body) = await crm.HearAsync();
            Assert.Equal(NewsSignature.Of(Secret, timestamp, body), signature);
            var told = JsonSerializer.Deserialize<JsonElement>(body);
            Assert.Equal(type, told.GetProperty("type").GetString());
            Assert.Equal(
                ("n1-1", "inbound", "+4915112345678"),
                (Text(told, "id"), Text(told, "direction"), told.GetProperty("call").GetProperty("customer").GetProperty("number").GetString()));
        }

        static string? Text(JsonElement told, string name) => told.GetProperty("call").GetProperty(name).GetString();
    }

    [Fact]
    public async Task A_recording_is_told_after_the_end_of_its_call()
    {
        await using var crm = await Receiver.StartAsync();
        await using var host = await StartAsync(crm.Address);
        var over = Example.Ended("n1-1", Example.Noon);
        Directory.CreateDirectory(host.Part<HostPaths>().Tapes);

        host.Part<CallBoard>().Publish(CallView.From(over));
        host.Part<CallJournal>().Write(over);
        host.Part<Archive>().Ended(new("n1-1"), new(Calls.RecordingStage.Failed, Calls.Side.Both), Example.Noon);

        Assert.Contains("\"ended\"", (await crm.HearAsync()).Body, StringComparison.Ordinal);
        var told = JsonSerializer.Deserialize<JsonElement>((await crm.HearAsync()).Body);
        Assert.Equal("recorded", told.GetProperty("type").GetString());
        var recorded = told.GetProperty("call").GetProperty("recorded");
        Assert.Equal((false, "It could not be recorded; the call's story says why."), (recorded.GetProperty("canBeHeard").GetBoolean(), recorded.GetProperty("fault").GetString()));
    }

    [Fact]
    public async Task What_is_known_of_a_permission_is_told_signed_and_as_the_API_gives_it()
    {
        await using var crm = await Receiver.StartAsync();
        await using var host = await StartAsync(crm.Address);
        var now = TimeProvider.System.GetUtcNow();

        await host.Part<PermissionBook>().HearAsync("main", PermissionCast.Carla, null, new PermissionEvent.Granted(now, now.AddDays(7)), default);
        await host.Part<PermissionBook>().HearAsync("main", PermissionCast.Carla, null, new PermissionEvent.Rejected(now.AddSeconds(1)), default);

        foreach (var (state, may) in new[] { ("temporary", true), ("refused", false) })
        {
            var (timestamp, signature, body) = await crm.HearAsync();
            Assert.Equal(NewsSignature.Of(Secret, timestamp, body), signature);
            var told = JsonSerializer.Deserialize<JsonElement>(body);
            Assert.Equal("permission", told.GetProperty("type").GetString());
            var permission = told.GetProperty("permission");
            Assert.Equal(
                (state, may, "+4915112345678", "main"),
                (Text("state"), permission.GetProperty("mayCall").GetBoolean(), Text("user"), Text("line")));

            string? Text(string name) => permission.GetProperty(name).GetString();
        }
    }

    [Fact]
    public async Task The_end_of_a_call_that_ended_while_ringway_was_away_is_told_too()
    {
        await using var crm = await Receiver.StartAsync();
        await using var host = await LeftBehindAsync(crm.Address, Example.Call(state: "talking") with { Agent = "ada", AnsweredAt = Example.Noon });

        Assert.Contains("\"ended\"", (await ReconciledAsync(host, crm)).Body, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, "missed", "ended")]
    [InlineData(3, "missed", "voicemail", "ended")]
    public async Task A_message_whose_caller_hung_up_while_ringway_was_away_is_told_too(int seconds, params string[] types)
    {
        await using var crm = await Receiver.StartAsync();
        var call = Example.Call("n1-1795617220-12", "message");
        await using var host = await LeftBehindAsync(crm.Address, call);
        Directory.CreateDirectory(host.Part<HostPaths>().Tapes);
        await File.WriteAllBytesAsync(Voicemail.FileOf(host.Part<HostPaths>().Tapes, call.Id)!, new byte[44 + seconds * 32_000]);

        var first = await ReconciledAsync(host, crm);

        Assert.Equal(types[0], JsonSerializer.Deserialize<JsonElement>(first.Body).GetProperty("type").GetString());
        foreach (var type in types[1..]) Assert.Equal(type, JsonSerializer.Deserialize<JsonElement>((await crm.HearAsync()).Body).GetProperty("type").GetString());
    }

    [Fact]
    public async Task Only_the_events_that_were_asked_for_are_told()
    {
        await using var crm = await Receiver.StartAsync();
        await using var host = await StartAsync(crm.Address, NewsKind.Missed);

        host.Part<CallBoard>().Publish(CallView.From(Example.Call()));
        host.Part<CallBoard>().Publish(CallView.From(Example.Ended("n1-1", Example.Noon, agent: null) with { AnsweredAt = null }));

        Assert.Contains("\"missed\"", (await crm.HearAsync()).Body, StringComparison.Ordinal);
        Assert.Equal(0, crm.Waiting);
    }

    [Fact]
    public async Task What_was_not_taken_is_shown_and_a_dead_event_is_tried_again_when_asked()
    {
        await using var crm = await Receiver.StartAsync();
        await using var host = await StartAsync(crm.Address);
        var page = await host.SignInAsync();
        await host.Part<ICallStore>().AddToOutboxAsync(
        [
            new("dead", "n1", "crm", "n1-1", "ringing", "{}", Example.Noon, Example.Noon, Example.Noon, 9, "HTTP 500", Example.Noon.AddHours(1)),
            new("waits", "n2", "crm", "n2-1", "ended", "{}", Example.Noon, Example.Noon, Example.Noon),
            new("user", "n2", "crm", OutboxRow.OfUser("main", "+4915112345678"), "permission", "{}", Example.Noon, Example.Noon, Example.Noon),
        ]);

        var outbox = await page.JsonAsync("/api/v1/outbox");
        Assert.Equal((2, 1), (outbox.GetProperty("waiting").GetInt32(), outbox.GetProperty("dead").GetInt32()));
        Assert.Equal(
            ["user waiting  of  main +4915112345678", "waits waiting  of n2-1  ", "dead dead HTTP 500 of n1-1  "],
            outbox.GetProperty("events").EnumerateArray().Select(one =>
                $"{one.GetProperty("id")} {one.GetProperty("state")} {one.GetProperty("error")} of {one.GetProperty("call")} {one.GetProperty("line")} {one.GetProperty("user")}"));

        Assert.Equal(HttpStatusCode.Conflict, (await page.PostAsync("/api/v1/outbox/waits/retry")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await page.PostAsync("/api/v1/outbox/nothing/retry")).StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await page.PostAsync("/api/v1/outbox/dead/retry")).StatusCode);
        Assert.Equal("{}", (await crm.HearAsync()).Body);
    }

    [Fact]
    public async Task The_outbox_is_for_who_is_signed_in()
    {
        await using var host = await TestHost.StartAsync();

        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().GetAsync("/api/v1/outbox")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.NewPage().PostAsync("/api/v1/outbox/x/retry")).StatusCode);
    }

    /// <summary>One that finds in the store a call which the one before has left.</summary>
    private static async Task<TestHost> LeftBehindAsync(string url, CallRecord call)
    {
        var folder = Directory.CreateTempSubdirectory("ringway-left-").FullName;
        var before = await StartAsync(url, folder);
        await before.Part<ICallStore>().SaveCallAsync(call);
        await before.StopAsync();
        return await StartAsync(url, folder);
    }

    /// <summary>The first that is told once Asterisk has no call; the new ringway looks into the store first, in its own time.</summary>
    private static async Task<(long Timestamp, string Signature, string Body)> ReconciledAsync(TestHost host, Receiver crm)
    {
        var told = crm.HearAsync();
        while (!told.IsCompleted)
        {
            host.Part<CallFloor>().Reconciled(new HashSet<Calls.CallId>(), Example.Noon.AddMinutes(1));
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        return await told;
    }

    private static Task<TestHost> StartAsync(string url, params NewsKind[] events) => StartAsync(url, folder: null, events);

    private static Task<TestHost> StartAsync(string url, string? folder, params NewsKind[] events) => TestHost.StartAsync(options => options with
    {
        Webhooks = [new() { Id = "crm", Url = url, Secret = new(Secret), Events = [.. events] }],
    }, folder);

    /// <summary>A program of the operator's.</summary>
    private sealed class Receiver(WebApplication app, string address) : IAsyncDisposable
    {
        private readonly System.Threading.Channels.Channel<(long Timestamp, string Signature, string Body)> _heard =
            System.Threading.Channels.Channel.CreateUnbounded<(long, string, string)>();

        public string Address => address;

        public int Waiting => _heard.Reader.Count;

        public static async Task<Receiver> StartAsync()
        {
            var port = TestHost.FreePort();
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(port));
            var receiver = new Receiver(builder.Build(), $"http://127.0.0.1:{port}/hook");
            receiver.Map();
            await receiver.RunAsync();
            return receiver;
        }

        public async Task<(long Timestamp, string Signature, string Body)> HearAsync() => await _heard.Reader.ReadAsync(Ear.Patience());

        public ValueTask DisposeAsync() => app.DisposeAsync();

        private void Map() => app.MapPost("/hook", async (HttpContext context) =>
        {
            using var reader = new StreamReader(context.Request.Body);
            var headers = context.Request.Headers;
            var timestamp = long.Parse(headers["X-Ringway-Timestamp"].ToString(), System.Globalization.CultureInfo.InvariantCulture);
            _heard.Writer.TryWrite((timestamp, headers["X-Ringway-Signature"].ToString(), await reader.ReadToEndAsync()));
            return Results.Ok();
        });

        private Task RunAsync() => app.StartAsync();
    }
}
