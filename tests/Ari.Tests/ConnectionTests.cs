using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Ringway.Ari.Tests;

public class ConnectionTests
{
    private const string Registered = """{"type":"ApplicationRegistered","application":"ringway"}""";

    [Fact]
    public async Task Events_come_in_the_order_they_were_sent_between_Connected_and_Disconnected()
    {
        await using var us = await Us.StartAsync();
        for (var connection = 1; connection <= 2; connection++)
        {
            await using var asterisk = await Line.ConnectAsync(Ws(us, "/ari/ringway"));
            for (var i = 0; i < 1000; i++)
                await asterisk.SayAsync(Start($"{connection}-{i}"));
            Assert.Equal(connection, (await us.Events.NextAsync<AriConnected>()).Number);
            Assert.True(us.Application.IsConnected);
            for (var i = 0; i < 1000; i++)
                Assert.Equal($"{connection}-{i}", (await us.Events.NextAsync<StasisStart>()).Channel.Id.Value);
            await asterisk.CloseAsync();
            Assert.Contains("1000 bye", (await us.Events.NextAsync<AriDisconnected>()).Reason);
            Assert.False(us.Application.IsConnected);
        }
    }

    [Fact]
    public async Task The_backlog_is_what_was_heard_and_not_yet_taken()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        Assert.Equal(0, us.Application.Backlog);
        await asterisk.SayAsync(Start("a"));
        await asterisk.SayAsync(Start("b"));
        await Until.TrueAsync(() => us.Application.Backlog == 2);
        await us.Events.NextAsync<StasisStart>();
        Assert.Equal(1, us.Application.Backlog);
    }

    [Fact]
    public async Task The_same_event_twice_comes_twice()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        await asterisk.SayAsync(Start("a"));
        await asterisk.SayAsync(Start("a"));
        Assert.Equal((await us.Events.NextAsync<StasisStart>()).Channel.Id, (await us.Events.NextAsync<StasisStart>()).Channel.Id);
    }

    [Theory]
    [InlineData("rubbish")]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"type":"StasisStart"}""")]
    public async Task What_cannot_be_read_is_logged_and_passed_over(string message)
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        await asterisk.SayAsync(message);
        await asterisk.SayAsync(Registered);
        await us.Events.NextAsync<ApplicationRegistered>();
        Assert.Single(us.Log.Lines, line => line.Level == LogLevel.Warning && line.Text.Contains("unreadable"));
    }

    [Fact]
    public async Task An_event_type_newer_than_the_client_is_passed_on()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        await asterisk.SayAsync("""{"type":"ChannelLevitated","application":"ringway","height":3}""");
        var happened = await us.Events.NextAsync<AriEvent>();
        Assert.Equal("ChannelLevitated", happened.Type);
        Assert.Contains("\"height\":3", happened.Json);
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(70_000, 999)]
    [InlineData(3_000_000, 65_536)]
    [InlineData(3_000_000, 4_000_000)]
    public async Task A_message_may_be_long_and_in_many_frames(int bytes, int pieceBytes)
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var value = new string('x', bytes);
        await asterisk.SayAsync(Encoding.UTF8.GetBytes($$"""{"variable":"V","value":"{{value}}","type":"ChannelVarset"}"""), pieceBytes);
        await asterisk.SayAsync(Registered);
        Assert.Equal(value, (await us.Events.NextAsync<ChannelVarset>()).Value);
        await us.Events.NextAsync<ApplicationRegistered>();
    }

    [Fact]
    public async Task A_message_without_end_drops_the_socket()
    {
        await using var us = await Us.StartAsync(Us.Unhurried with { MaxMessageBytes = 100_000 });
        await using var asterisk = await us.ConnectAsync();
        await asterisk.SayAsync(new byte[100_001], 50_000);
        Assert.Contains("more than 100000 bytes", (await us.Events.NextAsync<AriDisconnected>()).Reason);
    }

    [Fact]
    public async Task A_lost_socket_fails_what_was_under_way_and_what_was_still_to_be_sent()
    {
        await using var us = await Us.StartAsync(Us.Unhurried with { MaxInFlight = 1 });
        await using var asterisk = await us.ConnectAsync();
        var sent = us.Client.AnswerAsync(new("c"));
        var waiting = us.Client.RingAsync(new("c"));
        await asterisk.HearAsync();
        asterisk.Drop();
        foreach (var task in (Task[])[sent, waiting])
            Assert.Equal(AriFailure.ConnectionLost, (await Assert.ThrowsAsync<AriException>(() => task.Within())).Failure);
        await us.Events.NextAsync<AriDisconnected>();
    }

    [Fact]
    public async Task A_new_connection_waits_until_the_old_one_has_been_read_to_its_end()
    {
        var time = new FakeTimeProvider();
        await using var us = await Us.StartAsync(time: time);
        await using var old = await us.ConnectAsync();
        await using var young = await Line.ConnectAsync(Ws(us, "/ari/ringway"));
        await young.SayAsync(Start("young"));
        await old.SayAsync(Start("old"));
        await old.CloseAsync();
        Assert.Equal("old", (await us.Events.NextAsync<StasisStart>()).Channel.Id.Value);
        await us.Events.NextAsync<AriDisconnected>();
        await us.Events.NextAsync<AriConnected>();
        Assert.Equal("young", (await us.Events.NextAsync<StasisStart>()).Channel.Id.Value);
    }

    [Fact]
    public async Task An_old_connection_that_does_not_end_is_cut_and_the_new_one_serves_the_commands()
    {
        var time = new WatchedTime();
        await using var us = await Us.StartAsync(time: time);
        await using var old = await us.ConnectAsync();
        await using var young = await Line.ConnectAsync(Ws(us, "/ari/ringway"));
        await time.WaitBegunAsync(new AriOptions().DrainTime);
        time.Advance(new AriOptions().DrainTime);
        await us.Events.NextAsync<AriDisconnected>();
        await us.Events.NextAsync<AriConnected>();
        var answered = us.Client.AnswerAsync(new("c"));
        await young.AnswerNextAsync();
        await answered.Within();
    }

    [Theory]
    [InlineData("/ari/ringway", "asterisk", "wrong", "ari", 401)]
    [InlineData("/ari/ringway", "somebody", "secret", "ari", 401)]
    [InlineData("/ari/other", "asterisk", "secret", "ari", 404)]
    [InlineData("/ari/ringway", "asterisk", "secret", null, 400)]
    [InlineData("/ari/ringway", "asterisk", "secret", "sip", 400)]
    public async Task Who_cannot_be_Asterisk_is_turned_away(string path, string user, string password, string? protocol, int status)
    {
        await using var us = await Us.StartAsync();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Line.ConnectAsync(Ws(us, path), user, password, protocol));
        Assert.Equal($"HTTP {status}", refused.Message);
    }

    [Fact]
    public async Task A_plain_request_is_turned_away()
    {
        await using var us = await Us.StartAsync();
        using var http = new HttpClient { BaseAddress = us.Address };
        Assert.Equal(HttpStatusCode.Unauthorized, (await http.GetAsync("/ari/ringway")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("asterisk:secret"u8));
        Assert.Equal(HttpStatusCode.BadRequest, (await http.GetAsync("/ari/ringway")).StatusCode);
    }

    [Fact]
    public async Task A_host_that_stops_sends_what_is_queued_says_goodbye_and_leaves_Asterisks_events_to_its_successor()
    {
        await using var us = await Us.StartAsync();
        await using var asterisk = await us.ConnectAsync();
        var last = us.Client.HangUpAsync(new("c"));
        var stopping = us.StopAsync();
        await asterisk.AnswerNextAsync();
        Assert.Null(await asterisk.HearAsync());
        await last.Within();
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(() => Line.ConnectAsync(Ws(us, "/ari/ringway")));
        Assert.Contains(refused.Message, (string[])["HTTP 503", "HTTP 0"]); // 0: it does not listen any more.
        await asterisk.CloseAsync();
        Assert.Equal("We closed it.", (await us.Events.NextAsync<AriDisconnected>()).Reason);
        await stopping.Within();
    }

    [Fact]
    public async Task A_goodbye_that_is_not_answered_ends_after_a_second()
    {
        var time = new WatchedTime();
        await using var us = await Us.StartAsync(time: time);
        await using var asterisk = await us.ConnectAsync();
        var gone = us.Application.DisposeAsync().AsTask();
        Assert.Null(await asterisk.HearAsync());
        Assert.False(gone.IsCompleted);
        await time.WaitBegunAsync(TimeSpan.FromSeconds(1));
        time.Advance(TimeSpan.FromSeconds(1));
        await gone.Within();
        await us.Events.NextAsync<AriDisconnected>();
        Assert.True(await us.Events.EndedAsync());
    }

    [Fact]
    public async Task A_second_reader_is_refused_and_a_later_one_goes_on_where_the_first_stopped()
    {
        await using var us = await Us.StartAsync();
        await using var application = new AriApplication("other", new(), TimeProvider.System, us.Log);
        using var enough = new CancellationTokenSource();
        var first = application.ReadAsync(enough.Token).GetAsyncEnumerator();
        var reading = first.MoveNextAsync().AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await application.ReadAsync().GetAsyncEnumerator().MoveNextAsync());
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading.Within());
        await first.DisposeAsync();
        await application.DisposeAsync();
        Assert.False(await application.ReadAsync().GetAsyncEnumerator().MoveNextAsync());
    }

    internal static string Start(string id) => $$$"""{"type":"StasisStart","application":"ringway","args":[],"channel":{"id":"{{{id}}}"}}""";

    private static Uri Ws(Us us, string path) => new UriBuilder(us.Address) { Scheme = "ws", Path = path }.Uri;
}
